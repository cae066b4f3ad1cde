import { toProbability } from '../arithmetic.ts';
import type { AdjustmentEffect } from '../domain/adjustment.ts';
import { countTierMoves } from './comparison/agreement.ts';
import { type ComparedRows, outcomeCodes, type ScoredSide, weighOutcomes } from './comparison/compared-rows.ts';
import { measureSegments } from './comparison/segments.ts';
import { startWorth, type WorthPlan } from './comparison/worth.ts';

/** How an effect is measured. */
export interface EffectPlan extends Pick<WorthPlan, 'replicates' | 'random'> {
  /** Lets others have their turn between two bootstrap samples. */
  readonly pause: () => Promise<void>;
}

/**
 * What an adjustment does to some rows.
 * @param rows A is the model alone, B the model with the adjustment; bins are not looked at
 */
export const measureAdjustment = async (
  rows: ComparedRows,
  { pause, ...plan }: EffectPlan,
): Promise<Omit<AdjustmentEffect, 'source' | 'policy'>> => {
  const all = [...rows.labels.keys()];
  const touched = all.filter((row) => rows.a.microLogits[row] !== rows.b.microLogits[row]);
  const measuring = startWorth(rows, { ...plan, costs: null });
  while (measuring?.step()) await pause();
  const worth = measuring?.finish() ?? null;
  const { matrix, up, down, same } = countTierMoves(rows);
  return {
    rows: all.length,
    touched: touched.length,
    known: { rows: worth?.rows ?? 0, bads: worth?.bads ?? 0 },
    evidence: worth?.evidence ?? 'insufficient',
    auc: worth && toBeforeAfter(worth.auc),
    logLoss: worth && toBeforeAfter(worth.logLoss),
    calibration: { all: calibrate(rows, all), touched: calibrate(rows, touched) },
    tiers: {
      matrix: matrix.map(({ a, b, rows: count, outcomes }) => ({
        before: a,
        after: b,
        rows: count,
        bads: outcomes?.bads ?? null,
      })),
      up,
      down,
      same,
    },
    groups: measureSegments([], rows, () => null).map(({ name, label, segments }) => ({
      name,
      label,
      segments: segments.map(({ label: words, rows: count, evidence, up: risen, down: fallen }) => ({
        label: words,
        rows: count,
        evidence,
        up: risen,
        down: fallen,
      })),
    })),
  };
};

type Estimates = NonNullable<AdjustmentEffect['auc']>;

const toBeforeAfter = ({
  a: before,
  b: after,
  difference,
}: Record<'a' | 'b' | 'difference', Estimates['before']>): Estimates => ({ before, after, difference });

/** Mean probabilities and the bad rate of those rows whose outcome is known. */
const calibrate = (rows: ComparedRows, wanted: readonly number[]): AdjustmentEffect['calibration']['all'] => {
  const known = wanted.filter((row) => rows.labels[row] !== outcomeCodes.unknown);
  const bads = known.filter((row) => rows.labels[row] === outcomeCodes.bad).length;
  const meanOf = ({ microLogits }: ScoredSide): number | null =>
    known.length === 0
      ? null
      : known.reduce((sum, row) => sum + toProbability(microLogits[row] as number), 0) / known.length;
  return {
    rows: known.length,
    bads,
    evidence: weighOutcomes(bads, known.length - bads),
    before: meanOf(rows.a),
    after: meanOf(rows.b),
    badRate: known.length === 0 ? null : bads / known.length,
  };
};
