import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { toProbability } from '../../src/arithmetic.ts';
import type { Model, ModelColumn } from '../../src/domain/model.ts';
import type { Validation } from '../../src/domain/validation.ts';
import { logLoss } from '../../src/metrics/calibration.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import { orderedBin } from '../../src/model/bins.ts';
import type { Frame } from '../dataset/frame.ts';
import { createRowScore, readFrameRow, type ScoredFrame } from './score-frame.ts';

/**
 * Measures the model on the same rows with noise on every raw column it reads. A number moves within the training
 * distribution by up to the given share of rows in either direction (101 quantiles, so that a step has the same meaning
 * for every column); a category is drawn anew with that chance; codes and missing values stay as they are.
 */
export const measureRobustness = (
  model: Model,
  { frame, probabilities }: ScoredFrame,
  strengths: readonly number[],
  seed: number,
): Validation['robustness'] => {
  const before = auc(probabilities, frame.labels);
  return strengths.map((noise, place) => {
    const shaken = shake(model, frame, noise, seed + place);
    const after = auc(shaken, frame.labels);
    const shift = shaken.reduce((sum, p, row) => sum + Math.abs(p - (probabilities[row] as number)), 0);
    return {
      noise,
      auc: after,
      logLoss: frame.rows === 0 ? null : logLoss(shaken, frame.labels),
      lost: before === null || after === null ? null : before - after,
      meanShift: frame.rows === 0 ? null : shift / frame.rows,
    };
  });
};

type Move = (value: number) => number;

/** Probabilities of the rows after noise. */
const shake = (model: Model, frame: Frame, noise: number, seed: number): Float64Array => {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  const score = createRowScore(model, frame);
  const moves = frame.columns.map(({ definition }): Move | null => {
    const column = model.columns.find(({ name }) => name === definition.name);
    if (!column) return null;
    return definition.categories ? redraw(column, definition.categories, noise, uniform) : move(column, noise, uniform);
  });
  const row = new Float64Array(frame.columns.length);
  return Float64Array.from({ length: frame.rows }, (_, index) => {
    readFrameRow(frame, index, row);
    for (const [place, moved] of moves.entries()) if (moved) row[place] = moved(row[place] as number);
    return toProbability(score(row));
  });
};

const move = ({ quantiles, codes }: ModelColumn, noise: number, uniform: () => number): Move | null => {
  if (!quantiles) return null;
  const fixed = new Set(codes.map(({ value }) => value));
  return (value) => {
    const step = Math.round((2 * uniform() - 1) * noise * (quantiles.length - 1));
    if (step === 0 || Number.isNaN(value) || fixed.has(value)) return value;
    const place = placeOf(quantiles, value, uniform());
    return quantiles[Math.min(quantiles.length - 1, Math.max(0, place + step))] as number;
  };
};

/** A place of a value among the quantiles; among several that are equal one by chance, so that neither direction is nearer. */
const placeOf = (quantiles: readonly number[], value: number, chance: number): number => {
  const last = orderedBin(quantiles, value) - 1;
  const first = Math.min(last, orderedBin(quantiles, value - 1));
  return first + Math.floor(chance * (last - first + 1));
};

const redraw = (
  { categories }: ModelColumn,
  texts: readonly string[],
  noise: number,
  uniform: () => number,
): Move | null => {
  if (!categories || categories.length === 0) return null;
  const total = categories.reduce((sum, { count }) => sum + count, 0);
  return (value) => {
    if (uniform() >= noise || Number.isNaN(value)) return value;
    let left = uniform() * total;
    for (const { value: text, count } of categories) {
      left -= count;
      if (left < 0) return texts.indexOf(text);
    }
    return value;
  };
};
