import { appError } from '../../src/errors.ts';
import { factorise, inverseDiagonal, solveFactorised } from './linear.ts';
import type { Backend } from './tensorflow.ts';

/** Rows with their regressors (row-major, without the constant), labels and weights. */
export interface LogisticData {
  readonly design: Float64Array;
  readonly width: number;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

/** Coefficients of a fitted regression: the constant first. */
export interface LogisticFit {
  readonly coefficients: Float64Array;
  /** Standard errors from the penalised information matrix, same order. */
  readonly errors: Float64Array;
}

/** Gradient at which the fit counts as exact. */
const EXACT_GRADIENT = 1e-10;
const MOST_STEPS = 100;
/** Newton steps taken in TensorFlow's single precision before float64 takes over. */
const START_STEPS = 8;

/**
 * A start for the regression from TensorFlow.js: Newton steps in single precision, the products over the rows on the
 * backend. Backends differ in the last digits, which the float64 finish removes.
 */
export const startLogistic = async ({ tf }: Backend, data: LogisticData, ridge: number): Promise<Float64Array> => {
  const { width, labels, weights } = data;
  const size = width + 1;
  const rows = labels.length;
  const x = tf.tidy(() =>
    tf.concat([tf.ones([rows, 1]), tf.tensor2d(Float32Array.from(data.design), [rows, width])], 1),
  );
  const y = tf.tensor2d(Float32Array.from(labels), [rows, 1]);
  const w = tf.tensor2d(Float32Array.from(weights), [rows, 1]);
  let coefficients = new Float64Array(size);
  for (let step = 0; step < START_STEPS; step++) {
    const beta = coefficients;
    const [gradient, information] = tf.tidy(() => {
      const p = tf.sigmoid(tf.matMul(x, tf.tensor2d(Float32Array.from(beta), [size, 1])));
      const slope = tf.matMul(x, tf.mul(w, tf.sub(y, p)), true, false);
      const curvature = tf.matMul(x, tf.mul(x, tf.mul(w, tf.mul(p, tf.sub(1, p)))), true, false);
      return [slope, curvature] as const;
    });
    const [slope, curvature] = await Promise.all([gradient.data(), information.data()]);
    tf.dispose([gradient, information]);
    const next = newtonStep(beta, Float64Array.from(slope), Float64Array.from(curvature), ridge);
    if (!next.every(Number.isFinite)) break;
    coefficients = next;
  }
  tf.dispose([x, y, w]);
  return coefficients;
};

const newtonStep = (beta: Float64Array, slope: Float64Array, curvature: Float64Array, ridge: number) => {
  const size = beta.length;
  for (let place = 0; place < size; place++) {
    const penalty = place === 0 ? 1e-9 : ridge;
    slope[place] = (slope[place] as number) - (place === 0 ? 0 : ridge) * (beta[place] as number);
    curvature[place * size + place] = (curvature[place * size + place] as number) + penalty;
  }
  const step = solveFactorised(factorise(curvature, size), slope);
  return beta.map((value, place) => value + (step[place] as number));
};

/**
 * L2 logistic regression by Newton's method in float64, sums in a fixed order: from any near start the same bits follow
 * (the mean gradient falls below 1e-10, then one more step is taken).
 * @param ridge weight of the squared coefficients (without the constant) against the summed log loss
 */
export const fitLogistic = (data: LogisticData, ridge: number, start: Float64Array): LogisticFit => {
  const total = data.weights.reduce((sum, weight) => sum + weight, 0);
  let coefficients = start;
  let exact = false;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { slope, curvature, loss } = accumulate(data, coefficients, ridge);
    if (exact) {
      addRidge(curvature, ridge, coefficients.length);
      const errors = inverseDiagonal(factorise(curvature, coefficients.length), coefficients.length).map(Math.sqrt);
      return { coefficients, errors };
    }
    exact = Math.max(...slope.map(Math.abs)) / total < EXACT_GRADIENT;
    coefficients = dampedStep(data, { coefficients, slope, curvature, loss, ridge });
  }
  throw appError('not_converged', { steps: MOST_STEPS });
};

/**
 * The same regression with every coefficient but the constant held at 0 or above: Newton steps whose quadratic model is
 * minimised under that bound. At its end the free coefficients are those of the regression without the others.
 */
export const fitNonNegative = (data: LogisticData, ridge: number, start: Float64Array): Float64Array => {
  let coefficients: Float64Array = start.map((value, place) => (place === 0 ? value : Math.max(0, value)));
  for (let step = 0; step < MOST_STEPS; step++) {
    const { slope, curvature, loss } = accumulate(data, coefficients, ridge);
    addRidge(curvature, ridge, coefficients.length);
    const target = minimiseBounded(coefficients, slope, curvature);
    const moved = Math.max(...target.map((value, place) => Math.abs(value - (coefficients[place] as number))));
    if (moved < 1e-7) return target;
    coefficients = damp(data, { coefficients, loss, ridge }, target);
  }
  return coefficients;
};

/** Minimum of the quadratic model around `from` with all but the first coordinate >= 0, by coordinate descent. */
const minimiseBounded = (from: Float64Array, slope: Float64Array, curvature: Float64Array): Float64Array => {
  const size = from.length;
  const point = from.slice();
  const gradient = slope.map((value) => -value);
  for (let sweep = 0; sweep < 10_000; sweep++) {
    let largest = 0;
    for (let place = 0; place < size; place++) {
      const step = -(gradient[place] as number) / (curvature[place * size + place] as number);
      const old = point[place] as number;
      const moved = place === 0 ? old + step : Math.max(0, old + step);
      const change = moved - old;
      if (change === 0) continue;
      point[place] = moved;
      for (let other = 0; other < size; other++) {
        gradient[other] = (gradient[other] as number) + change * (curvature[place * size + other] as number);
      }
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < 1e-9) break;
  }
  return point;
};

const addRidge = (curvature: Float64Array, ridge: number, size: number): void => {
  for (let place = 1; place < size; place++) {
    curvature[place * size + place] = (curvature[place * size + place] as number) + ridge;
  }
};

interface Step {
  readonly coefficients: Float64Array;
  readonly slope: Float64Array;
  readonly curvature: Float64Array;
  readonly loss: number;
  readonly ridge: number;
}

/** A Newton step, damped. */
const dampedStep = (data: LogisticData, { slope, curvature, ...at }: Step): Float64Array => {
  const size = at.coefficients.length;
  addRidge(curvature, at.ridge, size);
  const step = solveFactorised(factorise(curvature, size), slope);
  return damp(
    data,
    at,
    at.coefficients.map((value, place) => value + (step[place] as number)),
  );
};

/** Goes towards a target, half as far each time it would raise the loss. */
const damp = (
  data: LogisticData,
  { coefficients, loss, ridge }: Pick<Step, 'coefficients' | 'loss' | 'ridge'>,
  target: Float64Array,
): Float64Array => {
  for (let scale = 1; scale > 1e-6; scale /= 2) {
    const next = coefficients.map((value, place) => value + scale * ((target[place] as number) - value));
    if (penalisedLoss(data, next, ridge) <= loss + 1e-9 * Math.abs(loss)) return next;
  }
  return coefficients;
};

const penaltyOf = (coefficients: Float64Array, ridge: number): number =>
  (ridge / 2) * coefficients.subarray(1).reduce((sum, value) => sum + value * value, 0);

/** ln(1 + e^z): the log loss of a good row at these log-odds; a bad row's is less by z. */
export const softplus = (z: number): number => (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)));

const linear = ({ design, width }: LogisticData, coefficients: Float64Array, row: number): number => {
  let z = coefficients[0] as number;
  const offset = row * width;
  for (let place = 0; place < width; place++)
    z += (design[offset + place] as number) * (coefficients[place + 1] as number);
  return z;
};

const penalisedLoss = (data: LogisticData, coefficients: Float64Array, ridge: number): number => {
  let loss = penaltyOf(coefficients, ridge);
  for (let row = 0; row < data.labels.length; row++) {
    const weight = data.weights[row] as number;
    if (weight === 0) continue;
    const z = linear(data, coefficients, row);
    loss += weight * (softplus(z) - (data.labels[row] === 1 ? z : 0));
  }
  return loss;
};

/** Gradient (downhill), information matrix and loss, rows in order. */
const accumulate = (data: LogisticData, coefficients: Float64Array, ridge: number) => {
  const { design, width, labels, weights } = data;
  const size = width + 1;
  const slope = new Float64Array(size);
  const curvature = new Float64Array(size * size);
  const x = new Float64Array(size);
  x[0] = 1;
  let loss = penaltyOf(coefficients, ridge);
  for (let row = 0; row < labels.length; row++) {
    const weight = weights[row] as number;
    if (weight === 0) continue;
    x.set(design.subarray(row * width, (row + 1) * width), 1);
    const z = linear(data, coefficients, row);
    const p = 1 / (1 + Math.exp(-z));
    loss += weight * (softplus(z) - (labels[row] === 1 ? z : 0));
    const residual = weight * ((labels[row] as number) - p);
    const spread = weight * p * (1 - p);
    for (let i = 0; i < size; i++) {
      slope[i] = (slope[i] as number) + residual * (x[i] as number);
      const scaled = spread * (x[i] as number);
      for (let j = 0; j <= i; j++)
        curvature[i * size + j] = (curvature[i * size + j] as number) + scaled * (x[j] as number);
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) curvature[j * size + i] = curvature[i * size + j] as number;
    if (i > 0) slope[i] = (slope[i] as number) - ridge * (coefficients[i] as number);
  }
  return { slope, curvature, loss };
};
