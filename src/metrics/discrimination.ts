import { rankRows } from './ranking.ts';

/**
 * Area under the ROC curve: the chance that a bad row scores above a good one, ties counting half (Mann-Whitney).
 * @param scores higher = riskier
 * @param labels 1 = bad, 0 = good
 * @returns in [0, 1]; null where one class is absent
 */
export const auc = (scores: ArrayLike<number>, labels: ArrayLike<number>): number | null => {
  const order = rankRows(scores);
  let [bads, rankSum, start] = [0, 0, 0];
  while (start < order.length) {
    let end = start;
    while (end < order.length && scores[order[end] as number] === scores[order[start] as number]) end++;
    let tied = 0;
    for (let rank = start; rank < end; rank++) tied += labels[order[rank] as number] === 1 ? 1 : 0;
    rankSum += (tied * (start + end + 1)) / 2;
    bads += tied;
    start = end;
  }
  const goods = order.length - bads;
  if (bads === 0 || goods === 0) return null;
  return (rankSum - (bads * (bads + 1)) / 2) / (bads * goods);
};

/**
 * Kolmogorov-Smirnov statistic: the largest distance between the score distributions of bad and good rows.
 * @returns in [0, 1]; null where one class is absent
 */
export const ks = (scores: ArrayLike<number>, labels: ArrayLike<number>): number | null => {
  const order = rankRows(scores);
  const bads = order.reduce((sum, row) => sum + (labels[row] === 1 ? 1 : 0), 0);
  const goods = order.length - bads;
  if (bads === 0 || goods === 0) return null;
  let [bad, good, widest] = [0, 0, 0];
  for (const [rank, row] of order.entries()) {
    if (labels[row] === 1) bad++;
    else good++;
    const next = order[rank + 1];
    if (next !== undefined && scores[next] === scores[row]) continue;
    widest = Math.max(widest, Math.abs(bad / bads - good / goods));
  }
  return widest;
};
