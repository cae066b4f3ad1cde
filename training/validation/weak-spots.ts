import type { Validation } from '../../src/domain/validation.ts';
import { correctHolm } from '../../src/metrics/multiple-tests.ts';
import { createLossParts, judgeSlice, type LossSums, type SliceLoss } from '../../src/metrics/slice-loss.ts';
import { weighEvidence } from './figures.ts';
import type { ScoredFrame } from './score-frame.ts';
import type { Segmented } from './segments.ts';
import type { ValidationSettings } from './settings.ts';

/** Slices listed of each kind: the worst. */
const MOST_LISTED = 15;

interface Slice {
  readonly where: Validation['weakSpots']['spots'][number]['where'];
  readonly sums: LossSums;
  readonly meanProbability: number;
}

type Judged = Slice & SliceLoss;

/** Columns of the sums over a slice. */
const WIDTH = 7;

/**
 * Looks for slices of one or two properties in which the model does worse: harder than the rest, or wrong by its own
 * probabilities. P-values are corrected over all slices.
 */
export const findWeakSpots = (
  { frame, probabilities }: ScoredFrame,
  properties: readonly Segmented[],
  settings: Pick<ValidationSettings, 'leastBads' | 'leastSlice' | 'significance'>,
): Validation['weakSpots'] => {
  const { labels, rows } = frame;
  const parts = createLossParts(probabilities, labels);
  const add = (into: Float64Array, segment: number, row: number) => {
    const at = segment * WIDTH;
    const loss = parts.loss[row] as number;
    into[at] = (into[at] as number) + 1;
    into[at + 1] = (into[at + 1] as number) + (labels[row] === 1 ? 1 : 0);
    into[at + 2] = (into[at + 2] as number) + loss;
    into[at + 3] = (into[at + 3] as number) + loss * loss;
    into[at + 4] = (into[at + 4] as number) + (parts.promised[row] as number);
    into[at + 5] = (into[at + 5] as number) + (parts.variance[row] as number);
    into[at + 6] = (into[at + 6] as number) + (probabilities[row] as number);
  };
  const all = new Float64Array(WIDTH);
  for (let row = 0; row < rows; row++) add(all, 0, row);
  let thin = 0;
  const slices: Slice[] = [];
  const keep = (sums: Float64Array, segment: number, where: Slice['where']) => {
    const { rows: own } = readSums(sums, segment);
    if (own === 0 || own === rows) return;
    if (own < settings.leastSlice) thin++;
    else
      slices.push({
        where,
        sums: readSums(sums, segment),
        meanProbability: (sums[segment * WIDTH + 6] as number) / own,
      });
  };
  for (const [place, one] of properties.entries()) {
    const single = new Float64Array(one.segments.length * WIDTH);
    for (let row = 0; row < rows; row++) add(single, one.of[row] as number, row);
    for (const segment of one.segments.keys()) keep(single, segment, [nameSegment(one, segment)]);
    for (const other of properties.slice(place + 1)) {
      const count = other.segments.length;
      const pairs = new Float64Array(one.segments.length * count * WIDTH);
      for (let row = 0; row < rows; row++) add(pairs, (one.of[row] as number) * count + (other.of[row] as number), row);
      for (let pair = 0; pair < one.segments.length * count; pair++) {
        keep(pairs, pair, [nameSegment(one, Math.floor(pair / count)), nameSegment(other, pair % count)]);
      }
    }
  }
  return pickWorst(slices, readSums(all, 0), thin, settings);
};

const nameSegment = ({ name, label, segments }: Segmented, segment: number) => ({
  name,
  label,
  values: segments[segment] ?? { zh: '', en: '' },
});

const readSums = (sums: Float64Array, segment: number): LossSums => {
  const [rows = 0, bads = 0, loss = 0, squares = 0, promised = 0, variance = 0] = sums.subarray(
    segment * WIDTH,
    segment * WIDTH + WIDTH,
  );
  return { rows, bads, loss, squares, promised, variance };
};

const pickWorst = (
  slices: readonly Slice[],
  all: LossSums,
  thin: number,
  { significance, leastBads }: Pick<ValidationSettings, 'leastBads' | 'significance'>,
): Validation['weakSpots'] => {
  const raw = slices.map((slice): Judged => ({ ...slice, ...judgeSlice(slice.sums, all) }));
  const harder = correctHolm(raw.map(({ pHarder }) => pHarder));
  const wrong = correctHolm(raw.map(({ pWrong }) => pWrong));
  const judged = raw.map((slice, place) => ({
    ...slice,
    pHarder: harder[place] as number,
    pWrong: wrong[place] as number,
  }));
  const isHarder = (slice: Judged) => slice.pHarder < significance;
  const isWrong = (slice: Judged) => slice.pWrong < significance;
  const excess = (slice: Judged) => slice.logLoss - slice.promised;
  const gap = (slice: Judged) => slice.logLoss - slice.rest;
  const isThin = ({ sums: { rows, bads } }: Judged) =>
    Number(weighEvidence(rows, bads, leastBads).evidence === 'insufficient');
  const wrongs = judged.filter(isWrong).sort((a, b) => isThin(a) - isThin(b) || excess(b) - excess(a));
  const harders = judged.filter(isHarder).sort((a, b) => isThin(a) - isThin(b) || gap(b) - gap(a));
  const listed = new Set([...wrongs.slice(0, MOST_LISTED), ...harders.slice(0, MOST_LISTED)]);
  return {
    tested: slices.length,
    thin,
    harder: harders.length,
    wrong: wrongs.length,
    spots: [...listed].map(({ where, sums, meanProbability, logLoss, rest, promised, pHarder, pWrong }) => ({
      where,
      ...weighEvidence(sums.rows, sums.bads, leastBads),
      logLoss,
      rest,
      promised,
      meanProbability,
      pHarder,
      pWrong,
    })),
  };
};
