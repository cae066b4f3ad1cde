import { z } from 'zod';
import { says } from './issue.ts';
import { ArtifactRef } from './model.ts';
import { Action, Tier } from './ordered.ts';
import { CallerId, Line, Slug, SnakeName, Text } from './text.ts';

/** How grave a signal is (红橙黄蓝), mildest first: the order is the severity. */
export const SignalLevel = z.enum(['blue', 'yellow', 'orange', 'red']);
export type SignalLevel = z.infer<typeof SignalLevel>;

/**
 * A feature of the catalogue against two thresholds in its natural unit: it holds from `enter` on, and once the signal is
 * up as far as `leave`, the milder one. At `full` its strength is 1.
 */
export const SignalCondition = z
  .strictObject({
    feature: SnakeName,
    is: z.enum(['atLeast', 'atMost']),
    enter: z.number(),
    leave: z.number(),
    full: z.number(),
    /** Whether a missing value leaves it open, or shows that there is no such thing, so that it does not hold. */
    missing: z.enum(['unknown', 'none']).default('unknown'),
  })
  .refine(
    ({ is, enter, leave }) => (is === 'atLeast' ? leave <= enter : leave >= enter),
    says({ zh: '退出界限不得比进入界限更严', en: 'leave must not be stricter than enter' }),
  )
  .refine(
    ({ is, enter, full }) => (is === 'atLeast' ? full > enter : full < enter),
    says({ zh: '满强度应在进入界限之外', en: 'full must lie beyond enter' }),
  );
export type SignalCondition = z.infer<typeof SignalCondition>;

const atLeast = z.strictObject({ tier: Tier.optional(), action: Action.optional() }).nullable();
const notify = z.array(z.enum(['risk', 'finance', 'legal', 'collections', 'compliance']));

/** What raises one kind of signal: any one of its cases, each of which asks for all of its conditions. */
export const Detector = z
  .strictObject({
    /** The kind of signal: stable, never reused. A customer has at most one open signal of a kind. */
    kind: Slug,
    label: Text,
    /** What is said of it to whoever handles it. */
    message: Text,
    level: SignalLevel,
    cases: z.array(z.strictObject({ all: z.array(SignalCondition).min(1) })).min(1),
    /** Evaluations one after the other at which it must hold before the signal is raised. */
    persistence: z.int().min(1).max(12),
    /** Of each of these groups of features at least one must be known, or "clear" is not said though no case holds. */
    needs: z.array(z.array(SnakeName).min(1)),
    /** Thousandths of log-odds by which an early default is likelier while the signal is up, and those added at full strength. */
    evidence: z.strictObject({ base: z.int().min(0).max(10_000), atFull: z.int().min(0).max(10_000) }),
    /** The least outcome while it is open, which the policy applies; null = it raises none. */
    atLeast,
    notify,
    owner: Line,
    /** False for arrears and enforcement. */
    isSnoozable: z.boolean(),
  })
  .refine(
    ({ cases, needs }) =>
      cases.every(({ all }) =>
        all.every(({ missing, feature }) => missing === 'unknown' || needs.some((group) => group.includes(feature))),
      ),
    {
      path: ['needs'],
      ...says({ zh: '缺失视为不成立的特征必须列入 needs', en: 'must list what counts as none where it is missing' }),
    },
  );
export type Detector = z.infer<typeof Detector>;

const Hours = z.int().min(1).max(2_160);

/** Which signals there are, and when they are raised: versions are immutable. */
export const SignalPolicy = z
  .strictObject({
    schema: z.literal(1),
    name: Slug,
    version: Slug,
    title: Text,
    /** What the thresholds were tuned on. */
    note: Text,
    /** Hours within which a signal of a level must be confirmed or cleared. */
    handlingHours: z.strictObject({ red: Hours, orange: Hours, yellow: Hours, blue: Hours }),
    detectors: z.array(Detector).min(1),
  })
  .refine(({ detectors }) => new Set(detectors.map(({ kind }) => kind)).size === detectors.length, {
    path: ['detectors'],
    ...says({ zh: '信号种类不得重复', en: 'kinds of signals must be unique' }),
  })
  .refine(({ handlingHours: { red, orange, yellow, blue } }) => red <= orange && orange <= yellow && yellow <= blue, {
    path: ['handlingHours'],
    ...says({ zh: '更重的等级不得有更长的处理时限', en: 'a graver level must not have more time' }),
  });
export type SignalPolicy = z.infer<typeof SignalPolicy>;

/** A value that a signal was raised on: a scaled integer of the catalogue; null = not known. */
export const SeenValue = z.strictObject({ feature: SnakeName, value: z.int().nullable() });
export type SeenValue = z.infer<typeof SeenValue>;

const Reason = z.string().trim().min(1).max(2_000);
const acted = { schema: z.literal(1), signalId: CallerId, actor: Line, at: z.iso.datetime() };

/** One event in a signal's life; where it stands is a fold over them. */
export const SignalEvent = z.discriminatedUnion('event', [
  z.strictObject({
    ...acted,
    event: z.literal('raised'),
    customerRef: CallerId,
    kind: Slug,
    level: SignalLevel,
    label: Text,
    policy: ArtifactRef,
    asOf: z.iso.datetime(),
    values: z.array(SeenValue),
    /** Millionths, 0 to 10^6. */
    strength: z.int().min(0).max(1_000_000),
    dueAt: z.iso.datetime(),
    atLeast,
    notify,
    isSnoozable: z.boolean(),
  }),
  z.strictObject({ ...acted, event: z.literal('confirmed'), reason: Reason }),
  z.strictObject({ ...acted, event: z.literal('treated'), treatment: Reason }),
  z.strictObject({
    ...acted,
    event: z.literal('cleared'),
    cause: z.enum(['resolved', 'explained', 'wrong_data', 'no_risk']),
    /** What shows the cause. */
    evidence: Reason,
  }),
  z.strictObject({ ...acted, event: z.literal('snoozed'), until: z.iso.datetime(), reason: Reason }),
]);
export type SignalEvent = z.infer<typeof SignalEvent>;
export type SignalRaised = Extract<SignalEvent, { event: 'raised' }>;

/** Which kinds could be looked for in a customer from some moment on: what is not among them is not known to be clear. */
export const SignalsObserved = z.strictObject({
  schema: z.literal(1),
  event: z.literal('observed'),
  customerRef: CallerId,
  policy: ArtifactRef,
  at: z.iso.datetime(),
  kinds: z.array(Slug),
});
export type SignalsObserved = z.infer<typeof SignalsObserved>;

/** A policy of signals that is looked after from some moment on; the last one counts. */
export const SignalsUsed = z.strictObject({
  schema: z.literal(1),
  event: z.literal('used'),
  policy: ArtifactRef,
  actor: z.string().min(1),
  at: z.iso.datetime(),
  reason: z.string().min(1),
});
export type SignalsUsed = z.infer<typeof SignalsUsed>;
