import type { Model } from '../../src/domain/model.ts';
import type { Validation } from '../../src/domain/validation.ts';
import { createRanking } from '../../src/metrics/ranking.ts';
import { testBand } from '../../src/metrics/reliability.ts';
import { informationValue, populationStability } from '../../src/metrics/stability.ts';
import { orderedBin } from '../../src/model/bins.ts';
import { pickValues, selectRows } from '../dataset/frame.ts';
import { countBads, type Measuring, measureDiscrimination, numberCustomers, weighEvidence } from './figures.ts';
import type { ScoredFrame } from './score-frame.ts';

/** Rows that the model was fitted on, and the fold of each. */
export interface FittedRows {
  readonly scored: ScoredFrame;
  readonly folds: Uint8Array;
}

type Measured = Pick<Measuring, 'leastBads'>;

/** How far score and inputs have moved from what training saw, over all measured rows and fold by fold. */
export const measureStability = (
  model: Model,
  held: { readonly scored: ScoredFrame; readonly fold: number | null },
  fitted: FittedRows | null,
  measuring: Measured,
): Validation['stability'] => ({
  score: compareScores(model, held.scored.scores),
  inputs: model.inputs.map((input, place) => {
    const { actual, bads, goods } = countInput(held.scored, place, model.inputs.length, input.counts.length);
    return {
      input: input.name,
      label: input.label,
      stability: populationStability(input.counts, actual),
      informationValue: informationValue(bads, goods),
    };
  }),
  folds: fitted ? listFolds(model, held, fitted, measuring) : [],
});

/** Rows in each bin of one input. */
const countInput = ({ bins, frame }: ScoredFrame, place: number, width: number, count: number) => {
  const [bads, goods] = [new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < frame.rows; row++) {
    const bin = bins[row * width + place] as number;
    const into = frame.labels[row] === 1 ? bads : goods;
    into[bin] = (into[bin] as number) + 1;
  }
  return { bads, goods, actual: bads.map((bad, bin) => bad + (goods[bin] as number)) };
};

const compareScores = ({ scoreHistogram }: Model, scores: Float64Array): number | null => {
  const counts = new Float64Array(scoreHistogram.counts.length);
  for (const score of scores) {
    const bin = orderedBin(scoreHistogram.edges, score);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return populationStability(scoreHistogram.counts, counts);
};

const listFolds = (
  model: Model,
  held: { readonly scored: ScoredFrame; readonly fold: number | null },
  fitted: FittedRows,
  { leastBads }: Measured,
): Validation['stability']['folds'] => {
  const parts = [...new Set(fitted.folds)].map((fold) => {
    const rows = selectRows(fitted.scored.frame, (row) => fitted.folds[row] === fold);
    return { fold, fitted: true, ...pickRows(fitted.scored, rows) };
  });
  const own =
    held.fold === null
      ? []
      : [{ fold: held.fold, fitted: false, scores: held.scored.scores, labels: held.scored.frame.labels }];
  return [...parts, ...own]
    .sort((a, b) => a.fold - b.fold)
    .map(({ fold, fitted: isFitted, scores, labels }) => ({
      fold,
      fitted: isFitted,
      ...weighEvidence(labels.length, countBads(labels), leastBads),
      score: compareScores(model, scores),
      auc: createRanking(scores, labels).measure(new Uint8Array(labels.length).fill(1)).auc,
    }));
};

const pickRows = ({ scores, frame }: ScoredFrame, rows: Uint32Array) => ({
  scores: pickValues(scores, rows),
  labels: Uint8Array.from(rows, (row) => frame.labels[row] as number),
});

/** Ranking, calibration and drift period by period, where rows have one. */
export const measurePeriods = (
  model: Model,
  { frame, scores, probabilities }: ScoredFrame,
  measuring: Measuring,
): Validation['periods'] => {
  const { periods } = frame;
  if (!periods) return [];
  return [...new Set(periods)]
    .sort((a, b) => a - b)
    .map((period) => {
      const rows = selectRows(frame, (row) => periods[row] === period);
      const own = {
        population: null,
        label: { zh: String(period), en: String(period) },
        probabilities: pickValues(probabilities, rows),
        labels: Uint8Array.from(rows, (row) => frame.labels[row] as number),
        customers: numberCustomers(frame, rows),
      };
      const { auc } = measureDiscrimination(own, measuring);
      const bads = countBads(own.labels);
      const meanProbability = own.probabilities.reduce((sum, p) => sum + p, 0) / rows.length;
      const { rate, lower, upper } = testBand({ rows: rows.length, bads, meanProbability });
      return {
        period,
        ...weighEvidence(rows.length, bads, measuring.leastBads),
        auc,
        meanProbability,
        rate,
        lower,
        upper,
        score: compareScores(model, pickValues(scores, rows)),
      };
    });
};
