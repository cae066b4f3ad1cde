import type * as TensorFlow from '@tensorflow/tfjs';
import type { Sample } from '../../binning/bin-feature.ts';
import type { Backend } from '../tensorflow.ts';
import { type Part, startsOf } from './part.ts';

/**
 * Fits side by side on the backend: one for each inner fold left out, the last on all rows. Their weights lie side by side
 * too: the first weight of each, the second of each, and so on.
 */
export interface Series {
  readonly count: number;
  /** Uphill gradient of each fit's log loss. */
  slopesOf(weights: Float64Array): Promise<TensorFlow.TypedArray>;
  /** Summed log loss of all rows, each by the fit that left it out. */
  lossOf(weights: Float64Array): Promise<number>;
  close(): void;
}

/** Most rows times weights worked on: descent settles a start and one figure, which more rows would hardly move. */
const MOST_CELLS = 3_000_000;

/** Puts rows on the backend; must be closed. */
export const openSeries = (
  { tf }: Backend,
  parts: readonly Part[],
  { sample, folds }: { readonly sample: Sample; readonly folds: Uint8Array },
): Series => {
  const { total: width } = startsOf(parts.map((part) => part.width));
  const rows = chooseRows(sample, width);
  const count = folds.reduce((most, fold) => Math.max(most, fold), 0) + 2;
  const weigh = (isLeft: boolean): TensorFlow.Tensor2D => {
    const cells = Float32Array.from({ length: rows.length * count }, (_, at) => {
      const row = rows[Math.floor(at / count)] as number;
      return (folds[row] === at % count) === isLeft ? (sample.weights[row] as number) : 0;
    });
    return tf.tensor2d(cells, [rows.length, count]);
  };
  const design = tf.tensor2d(toDesign(parts, rows, width), [rows.length, width]);
  const bad = Float32Array.from(rows, (row) => sample.labels[row] as number);
  const labels = tf.tensor2d(bad, [rows.length, 1]);
  const [used, left] = [weigh(false), weigh(true)];
  const score = (weights: Float64Array): TensorFlow.Tensor =>
    tf.matMul(design, tf.tensor2d(Float32Array.from(weights), [width, count]));
  return {
    count,
    slopesOf: (weights) =>
      readAll(tf.tidy(() => tf.matMul(design, tf.mul(used, tf.sub(tf.sigmoid(score(weights)), labels)), true, false))),
    lossOf: async (weights) => {
      const sum = tf.tidy(() => {
        const scores = score(weights);
        return tf.sum(tf.mul(left, tf.sub(tf.softplus(scores), tf.mul(labels, scores))));
      });
      const [loss = Number.NaN] = await readAll(sum);
      return loss;
    },
    close: () => tf.dispose([design, labels, used, left]),
  };
};

const readAll = async (tensor: TensorFlow.Tensor): Promise<TensorFlow.TypedArray> => {
  const data = await tensor.data();
  tensor.dispose();
  return data;
};

/** Rows with weight, evenly taken where there are too many. */
const chooseRows = ({ weights }: Sample, width: number): number[] => {
  const rows = Array.from(weights.keys()).filter((row) => (weights[row] as number) > 0);
  const step = Math.max(1, (rows.length * width) / MOST_CELLS);
  return Array.from({ length: Math.ceil(rows.length / step) }, (_, index) => rows[Math.floor(index * step)] as number);
};

const toDesign = (parts: readonly Part[], rows: readonly number[], width: number): Float32Array => {
  const design = new Float32Array(rows.length * width);
  const { starts } = startsOf(parts.map((part) => part.width));
  for (const [place, part] of parts.entries()) {
    for (const [index, row] of rows.entries()) {
      const cell = (part.cells[row] as number) * part.width;
      design.set(part.basis.subarray(cell, cell + part.width), index * width + (starts[place] as number));
    }
  }
  return design;
};
