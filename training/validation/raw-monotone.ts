import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Model } from '../../src/domain/model.ts';
import type { Frame } from '../dataset/frame.ts';
import { createRowScore, readFrameRow } from './score-frame.ts';

/** How often the score fell although one raw column moved in its direction of risk. */
export interface RawMonotone {
  readonly column: string;
  readonly samples: number;
  readonly violations: number;
  /** The deepest fall, micro-logits; 0 where there was none. */
  readonly worst: number;
}

/** Perturbed rows over all columns together (DEFINITIONS 3). */
const SAMPLES = 100_000;
/** Draws a sample may take, since a value drawn may lie in the other direction. */
const MOST_DRAWS = 10;

/**
 * Samples monotonicity in raw columns: rows of the frame in which one column with a direction moves to a riskier value
 * seen at training. What is proved holds for model inputs; a raw column feeds several, also ones without a direction.
 */
export const sampleRawMonotone = (model: Model, frame: Frame, seed: number): RawMonotone[] => {
  const random = xoroshiro128plus(seed);
  const directed = listDirected(model, frame);
  const score = createRowScore(model, frame);
  const row = new Float64Array(frame.columns.length);
  const each = Math.floor(SAMPLES / Math.max(1, directed.length));
  return directed.map(({ name, place, quantiles, rising }) => {
    let [samples, violations, worst] = [0, 0, 0];
    for (let draw = 0; draw < MOST_DRAWS * each && samples < each; draw++) {
      readFrameRow(frame, uniformInt(random, 0, frame.rows - 1), row);
      const from = row[place] as number;
      const to = quantiles[uniformInt(random, 0, quantiles.length - 1)] as number;
      if (Number.isNaN(from) || from === to || to > from !== rising) continue;
      const before = score(row);
      row[place] = to;
      const rise = score(row) - before;
      samples++;
      if (rise < 0) violations++;
      worst = Math.min(worst, rise);
    }
    return { column: name, samples, violations, worst };
  });
};

const listDirected = (model: Model, frame: Frame) =>
  model.columns.flatMap(({ name, quantiles }) => {
    const direction = frame.featureSet.features.find((feature) => feature.name === name)?.direction;
    const place = frame.columns.findIndex(({ definition }) => definition.name === name);
    return direction && quantiles && place >= 0 ? [{ name, place, quantiles, rising: direction === 'increasing' }] : [];
  });
