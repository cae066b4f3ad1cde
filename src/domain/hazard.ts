import { z } from 'zod';
import { Horizons, PeriodCount } from './horizons.ts';
import { ArtifactRef } from './model.ts';
import { Slug, SnakeName, Text } from './text.ts';
import { Evidence } from './validation.ts';

const Count = z.int().min(0);

/**
 * When a customer defaults, if ever (DEFINITIONS 9): two additive models, each fitted against surviving the period, that
 * together are one multinomial logit with surviving as its base (Begg and Gray 1984).
 */
export const Hazard = z.strictObject({
  schema: z.literal(1),
  name: Slug,
  version: Slug,
  dictionary: z.strictObject({ name: Slug, fingerprint: z.string() }),
  event: Text,
  payoff: Text,
  /** The column that counts whole periods since the start and goes on by one a period; all others stand still. */
  period: z.strictObject({ column: SnakeName, days: z.int().positive() }),
  horizons: Horizons,
  tables: z.strictObject({ default: ArtifactRef, payoff: ArtifactRef }),
  /** The model of default within so many periods that makes tiers; null where none was fitted. */
  tiers: z.strictObject({ periods: PeriodCount, table: ArtifactRef }).nullable(),
  fingerprint: z.string(),
});
export type Hazard = z.infer<typeof Hazard>;

/** How many events were seen and how many were expected, with the ends between which 95% of counts would lie. */
const Counted = {
  rows: Count,
  observed: Count,
  expected: z.number(),
  lower: z.number(),
  upper: z.number(),
};

const Ranked = { ...Counted, evidence: Evidence, auc: z.number().nullable(), logLoss: z.number() };

const Gap = z.strictObject({
  rows: Count,
  curve: z.number(),
  table: z.number(),
  gap: z.number(),
  observed: z.number(),
});

/** What a hazard's figures are on the rows it was calibrated on, and on later ones. */
export const HazardValidation = z.strictObject({
  schema: z.literal(1),
  hazard: ArtifactRef,
  /** Calibration rows under both tables jointly. */
  calibration: z.strictObject({ default: z.strictObject(Counted), payoff: z.strictObject(Counted) }),
  /** Log loss over default, payoff and surviving, on later rows. */
  jointLogLoss: z.number(),
  default: z.strictObject(Ranked),
  payoff: z.strictObject(Ranked),
  periods: z.array(z.strictObject({ period: z.int(), ...Ranked })),
  /** Default within a horizon, on later rows of which it is known. */
  horizons: z.array(z.strictObject({ horizon: PeriodCount, days: z.int(), ...Ranked })),
  /** Where the tiers' table stands against the curve, on later rows: mean probabilities, and by tenths of the curve's. */
  tiers: z
    .strictObject({ horizon: PeriodCount, default: z.strictObject(Ranked), all: Gap, deciles: z.array(Gap) })
    .nullable(),
});
export type HazardValidation = z.infer<typeof HazardValidation>;
