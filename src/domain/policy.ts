import { z } from 'zod';
import { toLogOdds } from '../arithmetic.ts';
import { says } from './issue.ts';
import { Action, actionRank, Tier } from './ordered.ts';
import { matching, Slug, Text } from './text.ts';

/** A probability of default strictly between 0 and 1. */
const Probability = z.number().gt(0).lt(1);

/** A tier is entered at `enter`, and left again only below `leave` (hysteresis). */
const Threshold = z
  .strictObject({ enter: Probability, leave: Probability })
  .refine(
    ({ enter, leave }) => leave <= enter,
    says({ zh: '退出界限不得高于进入界限', en: 'leave must not be above enter' }),
  );

/** A condition in JSONLogic, read in three-valued logic (DEFINITIONS 5). */
export type Condition =
  | null
  | boolean
  | number
  | string
  | readonly Condition[]
  | { readonly [operator: string]: Condition };

export const Condition: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(Condition), z.record(z.string(), Condition)]),
  )
  .meta({
    id: 'Condition',
    description: 'JSONLogic, read in three-valued logic: what is not known never fires a rule.',
  });

/** A rule raises the outcome to at least a tier, an action or both; it never lowers. */
export const Rule = z.strictObject({
  /** Stable, never reused. */
  id: Slug,
  when: Condition,
  atLeast: z
    .strictObject({ tier: Tier.optional(), action: Action.optional() })
    .refine(
      ({ tier, action }) => tier !== undefined || action !== undefined,
      says({ zh: '应写明等级、措施或两者', en: 'name a tier, an action or both' }),
    ),
  /** Departments to notify. */
  notify: z.array(z.enum(['risk', 'finance', 'legal', 'collections', 'compliance'])),
  message: Text,
  owner: z.string().min(1),
  /** First civil day it holds, and first civil day it no longer holds; null = open. */
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
});
export type Rule = z.infer<typeof Rule>;

/** ISO 4217. */
const CurrencyCode = matching(/^[A-Z]{3}$/, { zh: '应为三个大写字母', en: 'must be three capital letters' });

/** Amounts in minor units; null = no limit of this kind. */
const Limits = z.strictObject({
  transactionMinor: z.int().min(0).nullable(),
  exposureMinor: z.int().min(0).nullable(),
});

/** Post-loan reviews beside their cadence by tier (`reviewEveryDays`); what is absent is as `reviewDefaults` has it. */
export const ReviewRules = z.strictObject({
  /** Civil days from when a facility was granted to the first check on the use of its funds. */
  useOfFundsDays: z.int().positive(),
  /** A facility with so many days to run when a review begins to count is reviewed at least so often; null = by tier alone. */
  longTerm: z.strictObject({ fromDays: z.int().positive(), everyDays: z.int().positive() }).nullable(),
  /** Civil days from its due date after which a review that was not concluded is overdue. */
  concludeWithinDays: z.int().min(0),
});
export type ReviewRules = z.infer<typeof ReviewRules>;

/** Where a policy says nothing of them. */
export const reviewDefaults: ReviewRules = {
  useOfFundsDays: 30,
  longTerm: { fromDays: 1_800, everyDays: 360 },
  concludeWithinDays: 15,
};

const isRising = (ranks: readonly number[]): boolean =>
  ranks.every((rank, place) => place === 0 || rank >= (ranks[place - 1] as number));

export const Policy = z
  .strictObject({
    schema: z.literal(1),
    name: Slug,
    version: Slug,
    title: Text,
    /** The dictionary whose columns and derived features the rules may name. */
    dictionary: Slug,
    /** The model used unless a segment names another. */
    models: z.strictObject({ default: Slug, segments: z.record(Slug, Slug).default({}) }),
    tiers: z.strictObject({ medium: Threshold, high: Threshold }),
    /** A fall of the model tier waits until the previous tier has stood this long. */
    minimumStayDays: z.int().min(0),
    actions: z.record(Tier, Action),
    /** The mildest outcome where there is no score: degraded (no model) and defaulted (already in default). */
    unscored: z.strictObject({
      degraded: z.strictObject({ tier: Tier, action: Action }),
      defaulted: z.strictObject({ tier: Tier, action: Action }),
    }),
    rules: z.array(Rule),
    limits: z.strictObject({ currency: CurrencyCode, byTier: z.record(Tier, Limits) }),
    reviewEveryDays: z.record(Tier, z.int().positive()),
    reviews: ReviewRules.optional(),
    /** Civil days between which the policy may be in force, half-open; null = open. */
    from: z.iso.date().nullable(),
    to: z.iso.date().nullable(),
  })
  .refine(({ tiers }) => Math.ceil(toLogOdds(tiers.high.leave)) > Math.ceil(toLogOdds(tiers.medium.enter)), {
    path: ['tiers', 'high', 'leave'],
    ...says({
      zh: '退出高风险的违约概率必须高于进入中风险的',
      en: 'leaving high must need a higher PD than entering medium',
    }),
  })
  .refine(({ actions }) => isRising(Tier.options.map((tier) => actionRank(actions[tier]))), {
    path: ['actions'],
    ...says({ zh: '更高等级的措施不得更轻', en: 'a higher tier must not have a milder action' }),
  })
  .refine(({ from, to }) => from === null || to === null || from < to, {
    path: ['to'],
    ...says({ zh: '策略没有任何一天有效', en: 'the policy would be in force on no day at all' }),
  })
  .refine(({ rules }) => new Set(rules.map((rule) => rule.id)).size === rules.length, {
    path: ['rules'],
    ...says({ zh: '规则编号不得重复', en: 'rule ids must be unique' }),
  });
export type Policy = z.infer<typeof Policy>;
