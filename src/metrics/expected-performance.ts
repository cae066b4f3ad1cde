import { clip } from './calibration.ts';
import { rankRows } from './ranking.ts';

/** What probabilities promise of themselves, before anybody knows what became of the rows. */
export interface ExpectedPerformance {
  /** Mean probability. */
  readonly rate: number;
  readonly auc: number;
  readonly logLoss: number;
}

/**
 * Performance estimated without labels, by confidence: each row counts as a bad one with weight p and as a good one with
 * weight 1 - p, so that the expected AUC is the share of (bad, good) weight in the right order, ties counting half, and
 * the expected log loss the mean entropy -p ln p - (1 - p) ln(1 - p) (confidence-based performance estimation: Białek,
 * Kuberski, Perrakis and Bifet 2024, arXiv:2401.08348). It holds where probabilities are calibrated and only the mix of customers has
 * changed; a change in what the same customer risks is not seen.
 * @param probabilities of bad
 * @param weights rows that each stands for; one unless told
 * @returns null without rows
 */
export const expectPerformance = (
  probabilities: ArrayLike<number>,
  weights?: ArrayLike<number>,
): ExpectedPerformance | null => {
  const order = rankRows(probabilities);
  let [bads, goods, entropy, area] = [0, 0, 0, 0];
  for (let start = 0; start < order.length; ) {
    const p = probabilities[order[start] as number] as number;
    let [end, weight] = [start, 0];
    while (end < order.length && probabilities[order[end] as number] === p) {
      weight += weights?.[order[end] as number] ?? 1;
      end++;
    }
    area += weight * p * (goods + (weight * (1 - p)) / 2);
    bads += weight * p;
    goods += weight * (1 - p);
    const q = clip(p);
    entropy -= weight * (q * Math.log(q) + (1 - q) * Math.log(1 - q));
    start = end;
  }
  const rows = bads + goods;
  if (rows === 0 || bads === 0 || goods === 0) return null;
  return { rate: bads / rows, auc: area / (bads * goods), logLoss: entropy / rows };
};
