import type * as TensorFlow from '@tensorflow/tfjs';
import { countSample, type Sample } from '../../binning/bin-feature.ts';
import { breathe } from '../../breathe.ts';
import type { Backend } from '../tensorflow.ts';
import { joinBounded, joinPenalties, type Part, startsOf } from './part.ts';

/** What is descended: parts at some smoothness (the constant first), rows with their inner folds, and what to try. */
export interface StartRequest {
  readonly partsAt: (smoothness: number) => readonly Part[];
  readonly sample: Sample;
  readonly folds: Uint8Array;
  /** Smoothest first. */
  readonly smoothnesses: readonly number[];
  readonly onStage: (done: number) => void;
}

/** What gradient descent found: weights to start from, and the smoothness at which it was stopped. */
export interface Started {
  readonly weights: Float64Array;
  readonly smoothness: number;
  /** Mean log loss of rows by the fit that left their fold out, at every smoothness tried. */
  readonly path: readonly { readonly smoothness: number; readonly logLoss: number }[];
}

/** Most rows times weights descended on: they settle a start and one figure, which more rows would hardly move. */
const MOST_CELLS = 3_000_000;
const FIRST_STEPS = 60;
const NEXT_STEPS = 30;
/** Adam (Kingma and Ba 2015): how far a weight moves at first, and its memory of gradients and of their squares. */
const RATE = 0.03;
const [GRADIENT_DECAY, SQUARE_DECAY] = [0.9, 0.99];

/**
 * Fits all parts jointly by gradient descent on the backend, the bounds kept after every step: at once on all rows and with
 * each inner fold left out, a column of weights for each. From smooth to rough, until the loss on the rows left out no
 * longer falls.
 */
export const startParts = async ({ tf }: Backend, request: StartRequest): Promise<Started> => {
  const { partsAt, sample, folds, smoothnesses } = request;
  const parts = partsAt(smoothnesses[0] as number);
  const width = startsOf(parts.map((part) => part.width)).total;
  const rows = chooseRows(sample, width);
  const series = folds.reduce((most, fold) => Math.max(most, fold), 0) + 2;
  const column = (read: (row: number) => number): TensorFlow.Tensor2D =>
    tf.tensor2d(Float32Array.from(rows, read), [rows.length, 1]);
  const design = tf.tensor2d(toDesign(parts, rows, width), [rows.length, width]);
  const labels = column((row) => sample.labels[row] as number);
  const left = tf.tensor2d(
    Float32Array.from({ length: rows.length * series }, (_, at) => {
      const row = rows[Math.floor(at / series)] as number;
      return folds[row] === at % series ? (sample.weights[row] as number) : 0;
    }),
    [rows.length, series],
  );
  const used = tf.tidy(() =>
    tf.sub(
      column((row) => sample.weights[row] as number),
      left,
    ),
  );
  const slopes = async (weights: Float64Array): Promise<TensorFlow.TypedArray> => {
    const product = tf.tidy(() => {
      const scores = tf.matMul(design, tf.tensor2d(Float32Array.from(weights), [width, series]));
      return tf.matMul(design, tf.mul(used, tf.sub(tf.sigmoid(scores), labels)), true, false);
    });
    return readAll(product);
  };
  const measure = async (weights: Float64Array): Promise<number> => {
    const sums = tf.tidy(() => {
      const scores = tf.matMul(design, tf.tensor2d(Float32Array.from(weights), [width, series]));
      return tf.stack([tf.sum(tf.mul(left, tf.sub(tf.softplus(scores), tf.mul(labels, scores)))), tf.sum(left)]);
    });
    const [loss = 0, all = 1] = await readAll(sums);
    return loss / all;
  };
  const bounded = joinBounded(parts);
  const path: { smoothness: number; logLoss: number }[] = [];
  let weights: Float64Array = new Float64Array(width * series).fill(logOddsOf(sample), 0, series);
  let kept = weights;
  for (const smoothness of smoothnesses) {
    const penalty = joinPenalties(partsAt(smoothness));
    weights = await descend(weights, { slopes, penalty, bounded, steps: path.length === 0 ? FIRST_STEPS : NEXT_STEPS });
    const logLoss = await measure(weights);
    const before = path.at(-1);
    path.push({ smoothness, logLoss });
    request.onStage(path.length);
    await breathe();
    if (before && logLoss >= before.logLoss) break;
    kept = weights;
  }
  tf.dispose([design, labels, left, used]);
  const best = path.reduce((least, stage) => (stage.logLoss < least.logLoss ? stage : least));
  const all = Float64Array.from({ length: width }, (_, place) => kept[place * series + series - 1] as number);
  return { weights: all, smoothness: best.smoothness, path };
};

const readAll = async (tensor: TensorFlow.Tensor): Promise<TensorFlow.TypedArray> => {
  const data = await tensor.data();
  tensor.dispose();
  return data;
};

interface Descent {
  /** Uphill gradient of the log loss. */
  readonly slopes: (weights: Float64Array) => Promise<TensorFlow.TypedArray>;
  readonly penalty: Float64Array;
  readonly bounded: Uint8Array;
  readonly steps: number;
}

const descend = async (from: Float64Array, { slopes, penalty, bounded, steps }: Descent): Promise<Float64Array> => {
  const weights = from.slice();
  const mean = new Float64Array(weights.length);
  const square = new Float64Array(weights.length);
  const series = weights.length / penalty.length;
  for (let step = 1; step <= steps; step++) {
    const uphill = await slopes(weights);
    const rate = RATE * (1 - (step - 1) / steps);
    for (let at = 0; at < weights.length; at++) {
      const place = Math.floor(at / series);
      const gradient = (uphill[at] as number) + (penalty[place] as number) * (weights[at] as number);
      mean[at] = GRADIENT_DECAY * (mean[at] as number) + (1 - GRADIENT_DECAY) * gradient;
      square[at] = SQUARE_DECAY * (square[at] as number) + (1 - SQUARE_DECAY) * gradient * gradient;
      const direction = (mean[at] as number) / (1 - GRADIENT_DECAY ** step);
      const scale = Math.sqrt((square[at] as number) / (1 - SQUARE_DECAY ** step)) + 1e-8;
      const moved = (weights[at] as number) - (rate * direction) / scale;
      weights[at] = bounded[place] === 1 ? Math.max(0, moved) : moved;
    }
  }
  return weights;
};

/** Log-odds of all rows together, where the constant starts. */
const logOddsOf = (sample: Sample): number => {
  const { good, bad } = countSample(sample);
  return Math.log(bad / good);
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
