import { toProbability } from '../../arithmetic.ts';
import type { RowsComparison } from '../../domain/comparison.ts';
import { actionRank } from '../../domain/ordered.ts';
import { type BootstrapPlan, type Estimate, numberCustomers, startBootstrap } from '../../metrics/bootstrap.ts';
import { rowLoss } from '../../metrics/calibration.ts';
import type { Costs } from '../../metrics/cost.ts';
import { createRanking } from '../../metrics/ranking.ts';
import { outcomeCodes, type PairedScores, type Scores, weighOutcomes } from './compared-rows.ts';

type Worth = NonNullable<RowsComparison['worth']>;
type Money = NonNullable<Worth['money']>;

/** What mistakes cost, and where that was said. */
export interface SourcedCosts {
  readonly costs: Costs;
  readonly source: Money['source'];
}

/** How outcomes are measured: bootstrap samples, their draws, and costs where there are any. */
export interface WorthPlan extends Pick<BootstrapPlan, 'replicates' | 'random'> {
  readonly costs: SourcedCosts | null;
}

/** Actions from this one on meet a customer: a person looks, or the customer is held up or refused. */
const ACTED_FROM = actionRank('review');

/** A measurement under way, so that a long one can be taken a bootstrap sample at a time. */
export interface WorthUnderWay {
  /** Draws one more sample. @returns whether there are more to draw */
  step(): boolean;
  finish(): Worth;
}

/**
 * What two models are worth on rows whose outcome is known; null where it is known of none. The bootstrap draws customers,
 * each with all rows, where they are told.
 */
export const measureWorth = (rows: PairedScores, plan: WorthPlan): Worth | null => {
  const underWay = startWorth(rows, plan);
  while (underWay?.step());
  return underWay?.finish() ?? null;
};

/** Begins to measure what two models are worth; null where no outcome is known. */
export const startWorth = (rows: PairedScores, plan: WorthPlan): WorthUnderWay | null => {
  const known = rows.labels.reduce<number[]>((places, label, row) => {
    if (label !== outcomeCodes.unknown) places.push(row);
    return places;
  }, []);
  if (known.length === 0) return null;
  const labels = Uint8Array.from(known, (row) => rows.labels[row] as number);
  const bads = labels.reduce((sum, label) => sum + label, 0);
  const sides = { a: readSide(rows.a, known), b: readSide(rows.b, known) };
  const money = plan.costs && countMoney(sides, labels, plan.costs);
  const { customers } = rows;
  const own = customers ? numberCustomers(known.map((row) => customers[row] as number)) : undefined;
  const drawing = startTwice(sides, labels, { ...plan, customers: own, losses: money?.losses ?? null });
  const reclassified = {
    bads: reclassify(sides, labels, outcomeCodes.bad),
    goods: reclassify(sides, labels, outcomeCodes.good),
  };
  return {
    step: drawing.step,
    finish: () => {
      const [auc, logLoss, loss] = drawing.finish();
      return {
        rows: known.length,
        bads,
        evidence: weighOutcomes(bads, known.length - bads),
        curves: { a: traceCurve(sides.a, labels), b: traceCurve(sides.b, labels) },
        auc,
        logLoss,
        reclassified,
        netReclassification: netOf(reclassified),
        money: money && { ...money.counted, difference: loss.difference },
      };
    },
  };
};

/** Points of a curve that are kept. */
const POINTS = 100;

const traceCurve = ({ microLogits }: KnownSide, labels: Uint8Array): Worth['curves']['a'] =>
  createRanking(microLogits, labels).trace(POINTS);

interface KnownSide {
  readonly microLogits: Float64Array;
  readonly probabilities: Float64Array;
  readonly tiers: Uint8Array;
  readonly isActed: Uint8Array;
}

interface Sides {
  readonly a: KnownSide;
  readonly b: KnownSide;
}

const readSide = ({ microLogits, tiers, actions }: Scores, known: readonly number[]): KnownSide => {
  const scores = Float64Array.from(known, (row) => microLogits[row] as number);
  return {
    microLogits: scores,
    probabilities: scores.map(toProbability),
    tiers: Uint8Array.from(known, (row) => tiers[row] as number),
    isActed: Uint8Array.from(known, (row) => ((actions[row] as number) >= ACTED_FROM ? 1 : 0)),
  };
};

/** A figure of each model and their difference, B minus A, over the same bootstrap samples. */
type Estimates = Worth['auc'];

const nothing: Estimate = { value: null, lower: null, upper: null };

/** Begins to measure AUC, log loss and money a row of both models. */
const startTwice = (
  { a, b }: Sides,
  labels: Uint8Array,
  { losses, ...plan }: Omit<BootstrapPlan, 'rows'> & { readonly losses: Record<'a' | 'b', Float64Array> | null },
) => {
  const rankings = { a: createRanking(a.microLogits, labels), b: createRanking(b.microLogits, labels) };
  const lossOf = ({ probabilities }: KnownSide) => probabilities.map((p, row) => rowLoss(p, labels[row] === 1));
  const logLosses = { a: lossOf(a), b: lossOf(b) };
  const triple = (one: number | null, other: number | null) => [
    one,
    other,
    one === null || other === null ? null : other - one,
  ];
  const drawing = startBootstrap({ ...plan, rows: labels.length }, (weights) => [
    ...triple(rankings.a.measure(weights).auc, rankings.b.measure(weights).auc),
    ...triple(weightedMean(logLosses.a, weights), weightedMean(logLosses.b, weights)),
    ...triple(losses && weightedMean(losses.a, weights), losses && weightedMean(losses.b, weights)),
  ]);
  return {
    step: drawing.step,
    finish: (): [auc: Estimates, logLoss: Estimates, loss: Estimates] => {
      const measured = drawing.finish();
      const read = (from: number): Estimates => {
        const [one = nothing, other = nothing, difference = nothing] = measured.slice(from, from + 3);
        return { a: one, b: other, difference };
      };
      return [read(0), read(3), read(6)];
    },
  };
};

const weightedMean = (values: Float64Array, weights: Uint16Array): number => {
  let [sum, rows] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    sum += (values[row] as number) * (weights[row] as number);
    rows += weights[row] as number;
  }
  return sum / rows;
};

const reclassify = ({ a, b }: Sides, labels: Uint8Array, outcome: number): Worth['reclassified']['bads'] => {
  let [rows, up, down] = [0, 0, 0];
  for (const [row, label] of labels.entries()) {
    if (label !== outcome) continue;
    rows++;
    if ((b.tiers[row] as number) > (a.tiers[row] as number)) up++;
    if ((b.tiers[row] as number) < (a.tiers[row] as number)) down++;
  }
  return { rows, up, down };
};

/** Net reclassification improvement over the tiers (Pencina, D'Agostino, D'Agostino and Vasan 2008, eq. 4). */
const netOf = ({ bads, goods }: Worth['reclassified']): number | null => {
  if (bads.rows === 0 || goods.rows === 0) return null;
  return (bads.up - bads.down) / bads.rows + (goods.down - goods.up) / goods.rows;
};

const countMoney = ({ a, b }: Sides, labels: Uint8Array, { costs, source }: SourcedCosts) => {
  const lossOf = ({ isActed }: KnownSide) =>
    Float64Array.from(labels, (label, row) => {
      if (isActed[row] !== 1) return label === outcomeCodes.bad ? costs.missedBad : 0;
      return costs.review + (label === outcomeCodes.bad ? 0 : costs.falseAlarm);
    });
  const count = ({ isActed }: KnownSide, losses: Float64Array): Money['a'] => {
    let [missedBads, falseAlarms, acted, loss] = [0, 0, 0, 0];
    for (const [row, label] of labels.entries()) {
      const isBad = label === outcomeCodes.bad;
      if (isActed[row] === 1) acted++;
      if (isActed[row] === 1 && !isBad) falseAlarms++;
      if (isActed[row] !== 1 && isBad) missedBads++;
      loss += losses[row] as number;
    }
    return { missedBads, falseAlarms, acted, loss };
  };
  const losses = { a: lossOf(a), b: lossOf(b) };
  return { losses, counted: { costs, source, a: count(a, losses.a), b: count(b, losses.b) } };
};
