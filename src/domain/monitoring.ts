import { z } from 'zod';
import { ArtifactRef } from './model.ts';
import { Money } from './outcome.ts';
import { SnakeName, Text } from './text.ts';
import { Estimate, Evidence, Gate, Verdict } from './validation.ts';

const Count = z.int().min(0);
const Share = z.number().min(0).max(1);
/** A civil month, YYYY-MM. */
const Month = z.string();

/** A verdict with what the rows could have shown. */
export const MonitoringGate = Gate.extend({
  /** Least true departure from the limit or from no change that these rows show with 80% power; null where it cannot be told. */
  detectable: z.number().nullable(),
}).meta({ id: 'MonitoringGate' });
export type MonitoringGate = z.infer<typeof MonitoringGate>;

/** What became of decisions whose window has passed and of which it is known, against what was said of them. */
export const Performance = z
  .strictObject({
    rows: Count,
    bads: Count,
    evidence: Evidence,
    /** With a bootstrap interval of 95%. */
    auc: Estimate,
    logLoss: z.number(),
    /** The default rate that was expected, and the one observed with its 95% Jeffreys interval. */
    meanProbability: z.number(),
    rate: z.number(),
    lower: z.number(),
    upper: z.number(),
    /** Twice the smaller tail of the Jeffreys test. */
    pTwoSided: z.number(),
    /** Cohen's h; positive where more defaulted than was said. */
    effect: z.number(),
  })
  .meta({ id: 'ObservedPerformance' });
export type Performance = z.infer<typeof Performance>;

/** Performance estimated without labels. */
export const Expected = z
  .strictObject({ rate: z.number(), auc: z.number(), logLoss: z.number() })
  .meta({ id: 'ExpectedPerformance', description: 'Estimated without outcomes, by confidence.' });
export type Expected = z.infer<typeof Expected>;

/** Decisions of one month, by how far it is known what became of them. */
const Counts = {
  decisions: Count,
  /** The window has passed, or there was a default in it. */
  matured: Count,
  /** Of these, the window has passed and nobody told. */
  unobserved: Count,
  /** Defaults in windows that are still open; they count in no rate before the window has passed. */
  earlyBads: Count,
};

const Vintage = z.strictObject({
  month: Month,
  /** Whether the month is over. */
  isComplete: z.boolean(),
  ...Counts,
  performance: Performance.nullable(),
  expected: Expected.nullable(),
  /** Population stability index of the score against the reference. */
  stability: z.number().nullable(),
  /** Its own verdicts: AUC, calibration, stability of the score, expected AUC. */
  gates: z.array(MonitoringGate),
});
export type Vintage = z.infer<typeof Vintage>;

const CalibrationBand = z.strictObject({
  rows: Count,
  bads: Count,
  least: z.number(),
  most: z.number(),
  meanProbability: z.number(),
  rate: z.number(),
  lower: z.number(),
  upper: z.number(),
  /** Two-sided, corrected for the number of bands (Holm). */
  pCorrected: z.number(),
  effect: z.number(),
});
export type CalibrationBand = z.infer<typeof CalibrationBand>;

const Stability = z.strictObject({
  /** What it is measured against: the training rows, a month where the artifact has none, or nothing. */
  reference: z.union([z.literal('training'), Month]).nullable(),
  /** The month that is measured; null without decisions. */
  month: Month.nullable(),
  rows: Count,
  score: z.number().nullable(),
  inputs: z.array(
    z.strictObject({
      input: SnakeName,
      label: Text,
      stability: z.number().nullable(),
      verdict: Verdict,
      /** Least true index that these rows show with 80% power; null where it cannot be told. */
      detectable: z.number().nullable(),
    }),
  ),
});
export type Stability = z.infer<typeof Stability>;

/** Defaulters among as many of the riskiest as the version that decides put in a higher tier, and what they cost. */
const Caught = z.strictObject({ bads: Count, losses: z.array(Money) });
export type Caught = z.infer<typeof Caught>;

const ChallengerComparison = z.strictObject({
  model: ArtifactRef,
  /** Decisions that it scored too. */
  rows: Count,
  /** Share of them in the same tier, in a milder and in a stricter one. */
  same: Share.nullable(),
  milder: Share.nullable(),
  stricter: Share.nullable(),
  /** Over what is known of them. */
  known: Count,
  bads: Count,
  evidence: Evidence,
  auc: z.strictObject({ deciding: z.number().nullable(), challenger: z.number().nullable() }),
  /** Challenger minus deciding, with the interval of a paired bootstrap. */
  difference: Estimate,
  /** Rows above the lowest tier; both are held to that many of the riskiest. */
  flagged: Count,
  caught: z.strictObject({ deciding: Caught, challenger: Caught }),
});
export type ChallengerComparison = z.infer<typeof ChallengerComparison>;

/** How one version does by what it decided, as far as it is known. */
export const Monitoring = z
  .strictObject({
    schema: z.literal(1),
    model: ArtifactRef,
    at: z.iso.datetime(),
    /** Only decisions of this civil day or later; null = all. */
    from: z.iso.date().nullable(),
    /** The performance window in civil days; null where the target names none and nobody did. */
    windowDays: z.int().nullable(),
    silence: z.enum(['unknown', 'good']),
    leastBads: Count,
    seed: Count,
    ...Counts,
    /** Further decisions of a customer within a month, which count once; and those whose personal part was erased. */
    repeated: Count,
    erased: Count,
    /** Decisions that are of simulated customers, whose figures say nothing about real ones. */
    simulated: Count,
    gates: z.array(MonitoringGate),
    performance: Performance.nullable(),
    bands: z.array(CalibrationBand),
    vintages: z.array(Vintage),
    stability: Stability,
    /** What the training rows promise by the same estimate. */
    training: Expected.nullable(),
    challengers: z.array(ChallengerComparison),
  })
  .meta({ id: 'Monitoring' });
export type Monitoring = z.infer<typeof Monitoring>;
