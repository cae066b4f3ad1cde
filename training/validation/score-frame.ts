import { toProbability } from '../../src/arithmetic.ts';
import type { Model } from '../../src/domain/model.ts';
import { appError } from '../../src/errors.ts';
import { createFeaturePlan, type PlannedFeature } from '../../src/features/plan.ts';
import { createEncodeRow } from '../../src/model/bins.ts';
import { createScoringTables } from '../../src/model/score.ts';
import type { Frame } from '../dataset/frame.ts';

/** Inputs of a model as features of a plan. @throws bad_derivation for a feature from events */
export const planInputs = (model: Pick<Model, 'inputs'>): PlannedFeature[] =>
  model.inputs.map(({ name, source }) => {
    if ('feature' in source)
      throw appError('bad_derivation', { feature: name, problem: { zh: '来自事件数据', en: 'it comes from events' } });
    return { name, source };
  });

/**
 * Scores one row of raw columns in the order of a frame's columns, by the features, bins and tables that serve.
 * @param bins where the row's bins are left, in the order of the model's inputs
 */
export const createRowScore = (
  model: Model,
  frame: Frame,
  bins: Int32Array = new Int32Array(model.inputs.length),
): ((row: Float64Array) => number) => {
  const plan = createFeaturePlan(
    frame.columns.map(({ definition }) => definition),
    planInputs(model),
  );
  const encode = createEncodeRow(
    model.inputs.map((input) => ({ input, categoryValues: categoriesOf(input.name, frame) })),
  );
  const tables = createScoringTables(model);
  const values = new Float64Array(model.inputs.length);
  const cells = new Float64Array(model.terms.length);
  return (row) => {
    plan.compute(row, values);
    encode(values, bins);
    return tables.score(bins, cells);
  };
};

/** Copies a frame's row into a row of raw columns. */
export const readFrameRow = (frame: Frame, index: number, into: Float64Array): void => {
  for (let column = 0; column < into.length; column++) into[column] = frame.columns[column]?.values[index] as number;
};

/** Score of every row of a frame (micro-logits). */
export const scoreFrame = (model: Model, frame: Frame): Float64Array => {
  const score = createRowScore(model, frame);
  const row = new Float64Array(frame.columns.length);
  return Float64Array.from({ length: frame.rows }, (_, index) => {
    readFrameRow(frame, index, row);
    return score(row);
  });
};

/** A frame's rows as a model sees them. */
export interface ScoredFrame {
  readonly frame: Frame;
  /** Micro-logits. */
  readonly scores: Float64Array;
  readonly probabilities: Float64Array;
  /** Bins of every row, row-major in the order of the model's inputs. */
  readonly bins: Int32Array;
}

/** Scores a frame and keeps the bins of every row. */
export const encodeFrame = (model: Model, frame: Frame): ScoredFrame => {
  const width = model.inputs.length;
  const bins = new Int32Array(frame.rows * width);
  const own = new Int32Array(width);
  const score = createRowScore(model, frame, own);
  const row = new Float64Array(frame.columns.length);
  const scores = Float64Array.from({ length: frame.rows }, (_, index) => {
    readFrameRow(frame, index, row);
    const value = score(row);
    bins.set(own, index * width);
    return value;
  });
  return { frame, scores, probabilities: toProbabilities(scores), bins };
};

const categoriesOf = (name: string, frame: Frame): readonly string[] | null =>
  frame.columns.find(({ definition }) => definition.name === name)?.definition.categories ?? null;

/** Probabilities of default of a frame's rows. */
export const toProbabilities = (scores: Float64Array): Float64Array => scores.map(toProbability);
