import { at } from './exact.ts';

/** Scores of one period in micro-logits. */
interface Scores {
  readonly default: number;
  readonly payoff: number;
}

/** The chance of one way a period can end: its odds against surviving over all odds. */
const chanceOf = (scores: Scores, way: 'default' | 'payoff' | 'survival'): number => {
  const odds = { default: Math.exp(scores.default / 1e6), payoff: Math.exp(scores.payoff / 1e6), survival: 1 };
  return odds[way] / (odds.default + odds.payoff + odds.survival);
};

/** PD until period t by the definition: every period's default times survival of all before it, worked out anew. */
export const slowPd = (scores: readonly Scores[], t: number): number => {
  let total = 0;
  for (let s = 0; s < t; s++) {
    let alive = 1;
    for (let u = 0; u < s; u++) alive *= 1 - chanceOf(at(scores, u), 'default') - chanceOf(at(scores, u), 'payoff');
    total += chanceOf(at(scores, s), 'default') * alive;
  }
  return total;
};

/** One row of a panel, with how its period ended. */
export interface PanelRow {
  readonly customer: number;
  readonly period: number;
  readonly outcome: string;
}

/** Whether a customer defaults within some periods from a row on: looked up period by period among all rows. */
export const slowWithin = (rows: readonly PanelRow[], row: PanelRow, horizon: number): 0 | 1 | 2 => {
  if (rows.every((other) => other.period < row.period + horizon - 1)) return 2;
  for (let period = row.period; period < row.period + horizon; period++) {
    const there = rows.filter((other) => other.customer === row.customer && other.period === period);
    const has = (outcome: string) => there.some((other) => other.outcome === outcome);
    if (has('default')) return 1;
    if (there.length === 0 || has('unknown')) return 2;
    if (has('payoff')) return 0;
  }
  return 0;
};
