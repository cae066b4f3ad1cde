import { z } from 'zod';
import { ArtifactRef } from './model.ts';
import { Action, Tier } from './ordered.ts';
import { SignalLevel } from './signal.ts';
import { CallerId, Slug, Text } from './text.ts';

const MicroLogits = z.int();

export const Purpose = z.enum(['application', 'monitoring', 'simulation']);
export type Purpose = z.infer<typeof Purpose>;

/** A customer's model tier before this decision, and the instant since when it has stood. */
export const PreviousTier = z.strictObject({ tier: Tier, since: z.iso.datetime() });
export type PreviousTier = z.infer<typeof PreviousTier>;

/** A rule and the least outcome it asks for. */
const RaisedBy = z.strictObject({ id: Slug, tier: Tier.nullable(), action: Action.nullable() });

/**
 * What a named officer decided for one customer. A lowering names what it saw; it is suspended for a decision in which
 * something stricter came since (DEFINITIONS 5).
 */
export const Override = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(['raise', 'lower']),
  tier: Tier,
  /** The action that goes with it; null leaves the action to the tier and the hits. */
  action: Action.nullable(),
  officer: z.string().min(1),
  reason: z.string().min(1),
  until: z.iso.datetime(),
  saw: z.strictObject({ modelTier: Tier, hits: z.array(RaisedBy) }),
});
export type Override = z.infer<typeof Override>;

/** An early-warning signal that was open when the decision was made, and the least outcome its policy asks for then. */
export const OpenSignal = z.strictObject({
  kind: Slug,
  level: SignalLevel,
  signalId: CallerId,
  label: Text,
  tier: Tier.nullable(),
  action: Action.nullable(),
});
export type OpenSignal = z.infer<typeof OpenSignal>;

/** A kind of signal that a rule of the policy names, which was looked for and is not up; what nobody looked for is not listed. */
const QuietSignal = z.strictObject({ kind: Slug, level: z.literal('none') });

export const SeenSignal = z.union([OpenSignal, QuietSignal]);
export type SeenSignal = z.infer<typeof SeenSignal>;

const Seen = z.strictObject({ field: z.string(), value: z.union([z.number(), z.string(), z.null()]) });

export const RuleHit = RaisedBy.extend({ notify: z.array(z.string()), seen: z.array(Seen) });
export type RuleHit = z.infer<typeof RuleHit>;

/** A rule that did not fire because something it asks for is not known. */
export const NotEvaluable = z.strictObject({ id: Slug, unknown: z.array(z.string()) });
export type NotEvaluable = z.infer<typeof NotEvaluable>;

/** The unfired rule that needs the fewest comparisons to turn, among those that would change the outcome. */
export const NearestRule = z.strictObject({ id: Slug, comparisons: z.int().min(1), seen: z.array(Seen) });
export type NearestRule = z.infer<typeof NearestRule>;

/** A reason or a mitigating factor; wording is rendered from `code` and `input` by the artifact's texts. */
export const Reason = z.strictObject({
  kind: z.enum(['rule', 'signal', 'held', 'override', 'unscored', 'score', 'adjustment']),
  /** The rule's id, the signal's kind, the override's id, the reason group's code, the adjustment's name, or the state's name. */
  code: z.string(),
  /** The group's sum against the reference, or what the adjustment adds; null where neither gave the reason. */
  microLogits: MicroLogits.nullable(),
  /** The input with the largest part in the group. */
  input: z.string().nullable(),
});
export type Reason = z.infer<typeof Reason>;

/** Distance to one tier boundary: score minus the cut-off that applies; >= 0 is at or above it. */
export const Boundary = z.strictObject({
  tier: Tier,
  cutOffMicroLogits: MicroLogits,
  distanceMicroLogits: MicroLogits,
});
export type Boundary = z.infer<typeof Boundary>;

export const Warning = z.strictObject({
  code: z.enum(['unknown_category', 'out_of_range', 'overflow', 'outside_reference_grid']),
  field: z.string().nullable(),
});
export type Warning = z.infer<typeof Warning>;

export const ScoreBlock = z.strictObject({
  microLogits: MicroLogits,
  lowerMicroLogits: MicroLogits,
  upperMicroLogits: MicroLogits,
  /** Display only, nine decimals. */
  probability: z.number(),
  lowerProbability: z.number(),
  upperProbability: z.number(),
  points: z.int(),
  /** The tier the score itself reaches, before any minimum stay, and the cut-off that applied to it. */
  tier: Tier,
  cutOffMicroLogits: MicroLogits,
  /** The worst score of the next better tier (for the lowest tier: the cut-off upward), and each term's part of it. */
  referenceMicroLogits: MicroLogits,
  references: z.array(MicroLogits),
  /** Bin of each input, contribution of each term: its cell minus its reference. */
  bins: z.array(z.int().min(0)),
  contributions: z.array(MicroLogits),
});
export type ScoreBlock = z.infer<typeof ScoreBlock>;

/** An adjustment in force, and what it added to the score: reference + contributions + adjustments = score. */
export const AppliedAdjustment = z.strictObject({ name: Slug, fingerprint: z.string(), microLogits: MicroLogits });
export type AppliedAdjustment = z.infer<typeof AppliedAdjustment>;

/** Everything about one decision (DEFINITIONS 6); nothing in it is looked up again to read or replay it but the artifacts it names. */
export const Decision = z.strictObject({
  schema: z.literal(1),
  decisionId: z.string(),
  customerRef: z.string(),
  purpose: Purpose,
  segment: Slug.nullable(),
  asOf: z.iso.datetime(),
  decidedAt: z.iso.datetime(),
  timeZone: z.string(),
  state: z.enum(['scored', 'defaulted', 'degraded']),
  /** Raw columns and features the model and the policy need, integers (categories: text), in the plan's order. */
  values: z.strictObject({
    columns: z.array(z.union([z.int(), z.string(), z.null()])),
    features: z.array(z.union([z.int(), z.string(), z.null()])),
  }),
  score: ScoreBlock.nullable(),
  previous: PreviousTier.nullable(),
  /** `model` is null where there is no score. */
  tier: z.strictObject({ model: Tier.nullable(), final: Tier }),
  action: Action,
  rules: z.strictObject({
    hits: z.array(RuleHit),
    notEvaluable: z.array(NotEvaluable),
    nearest: NearestRule.nullable(),
  }),
  /** The adjustments in force, in the order in which they were proposed; none where nothing was scored. */
  adjustments: z.array(AppliedAdjustment),
  override: z
    .strictObject({ id: z.string(), outcome: z.enum(['applied', 'without_effect', 'suspended', 'expired']) })
    .nullable(),
  lane: z.null(),
  /** By kind; at most one open signal of each. */
  signals: z.array(SeenSignal),
  /** Present where the customer is made up by the simulator. */
  simulated: z.literal(true).optional(),
  reasons: z.array(Reason).max(4),
  mitigating: z.array(Reason),
  edge: z.array(Boundary),
  warnings: z.array(Warning),
  versions: z.strictObject({
    model: ArtifactRef.nullable(),
    policy: ArtifactRef,
    /** The dictionary whose features the policy names; null where it names none. */
    dictionary: z.strictObject({ name: z.string(), fingerprint: z.string() }).nullable(),
  }),
});
export type Decision = z.infer<typeof Decision>;
