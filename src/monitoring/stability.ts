import { toProbability } from '../arithmetic.ts';
import type { Model } from '../domain/model.ts';
import type { Expected, Stability } from '../domain/monitoring.ts';
import { expectPerformance } from '../metrics/expected-performance.ts';
import { populationStability } from '../metrics/stability.ts';
import { orderedBin } from '../model/bins.ts';
import type { MonthRows } from './book.ts';

/** Rows below which a distribution says little about drift. */
export const LEAST_DRIFT = 200;

/** What distributions are measured against: rows in each class of the score and in each bin of each input. */
export interface ReferenceRows {
  readonly name: 'training' | string;
  readonly rows: number;
  readonly score: ArrayLike<number>;
  readonly inputs: readonly ArrayLike<number>[];
}

/** Rows in each class of the score, whose edges are those of the training scores. */
const countScores = ({ scoreHistogram }: Pick<Model, 'scoreHistogram'>, microLogits: readonly number[]) => {
  const counts = new Float64Array(scoreHistogram.counts.length);
  for (const score of microLogits) {
    const place = orderedBin(scoreHistogram.edges, score);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
};

const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((sum, count) => sum + count, 0);

/** The training rows, whose counts the artifact keeps; the first complete month where it keeps none; else nothing. */
export const findReference = (
  model: Pick<Model, 'scoreHistogram' | 'inputs'>,
  months: readonly MonthRows[],
  thisMonth: string,
): ReferenceRows | null => {
  const rows = total(model.scoreHistogram.counts);
  if (rows > 0) {
    return { name: 'training', rows, score: model.scoreHistogram.counts, inputs: model.inputs.map((i) => i.counts) };
  }
  const first = months.find(({ month }) => month < thisMonth);
  if (!first) return null;
  const { month, microLogits, counts } = first;
  return { name: month, rows: microLogits.length, score: countScores(model, microLogits), inputs: counts };
};

/** Population stability index of a month's scores; null without a reference, or where the month is the reference. */
export const scoreStability = (
  model: Pick<Model, 'scoreHistogram'>,
  reference: ReferenceRows | null,
  { month, microLogits }: MonthRows,
): number | null =>
  reference && reference.name !== month ? populationStability(reference.score, countScores(model, microLogits)) : null;

/** Stability as it was measured, before each input is judged. */
export type MeasuredStability = Omit<Stability, 'inputs'> & {
  readonly inputs: readonly Omit<Stability['inputs'][number], 'verdict' | 'detectable'>[];
};

/** Score and inputs of the newest month that has rows enough, else of the newest. */
export const measureStability = (
  model: Pick<Model, 'scoreHistogram' | 'inputs'>,
  reference: ReferenceRows | null,
  months: readonly MonthRows[],
): MeasuredStability => {
  const measured = months.findLast(({ microLogits }) => microLogits.length >= LEAST_DRIFT) ?? months.at(-1);
  const isOther = measured && reference && reference.name !== measured.month;
  return {
    reference: reference?.name ?? null,
    month: measured?.month ?? null,
    rows: measured?.microLogits.length ?? 0,
    score: measured ? scoreStability(model, reference, measured) : null,
    inputs: model.inputs.map(({ name, label }, index) => ({
      input: name,
      label,
      stability: isOther ? populationStability(reference.inputs[index] ?? [], measured.counts[index] ?? []) : null,
    })),
  };
};

/** What the training rows promise of themselves: the windows of scores that the artifact keeps, each its mean score. */
export const expectTraining = ({ references, intercept }: Pick<Model, 'references' | 'intercept'>): Expected | null =>
  expectPerformance(
    references.map(({ microLogits }) =>
      toProbability(microLogits.reduce((sum, part) => sum + part, intercept.microLogits)),
    ),
    references.map(({ rows }) => rows),
  );
