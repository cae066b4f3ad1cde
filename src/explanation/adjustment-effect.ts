import { toProbability } from '../arithmetic.ts';
import { type AdjustmentEffect, MOST_GROUPS, MOST_SEGMENTS, toLine } from '../domain/adjustment.ts';
import type { Text } from '../domain/text.ts';
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
    groups: measureSegments([], rows, () => null)
      .slice(0, MOST_GROUPS)
      .map(tellGroup),
  };
};

const tellGroup = ({
  name,
  label,
  segments,
}: ReturnType<typeof measureSegments>[number]): AdjustmentEffect['groups'][number] => ({
  name,
  label: toLines(label),
  segments: segments
    .toSorted((a, b) => b.rows - a.rows)
    .slice(0, MOST_SEGMENTS)
    .map(({ label: words, rows, evidence, up, down }) => ({ label: toLines(words), rows, evidence, up, down })),
});

const toLines = ({ zh, en }: Text): Text => ({ zh: toLine(zh), en: toLine(en) });

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
