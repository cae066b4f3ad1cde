/** Rows in rising order of score, ties in row order. */
export const rankRows = (scores: ArrayLike<number>): Uint32Array => {
  const keys = Float64Array.from(scores);
  return Uint32Array.from({ length: keys.length }, (_, row) => row).sort(
    (a, b) => (keys[a] as number) - (keys[b] as number) || a - b,
  );
};

/** What scores of risk are worth in telling bad from good. */
export interface Ranking {
  /** Area under the ROC curve; null where a class is absent, as are all others. */
  readonly auc: number | null;
  readonly ks: number | null;
  /** Bad rate of the riskiest tenth in units of the overall bad rate. */
  readonly lift: number | null;
}

/** A place on the way from the riskiest row to the safest: shares of all, of good and of bad rows passed. */
export interface RankPoint {
  readonly share: number;
  readonly goods: number;
  readonly bads: number;
}

const TOP_SHARE = 0.1;
const nothing: Ranking = { auc: null, ks: null, lift: null };

/**
 * Ranks rows once, then measures any weighting of them in one pass each.
 * @param scores higher = riskier
 * @param labels 1 = bad, 0 = good
 */
export const createRanking = (
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): { measure(weights: ArrayLike<number>): Ranking; trace(points: number): RankPoint[] } => {
  const order = rankRows(scores);
  const rows = order.length;
  const isBad = Uint8Array.from(order, (row) => (labels[row] === 1 ? 1 : 0));
  const endsTie = Uint8Array.from(order, (row, rank) =>
    rank + 1 < rows && scores[order[rank + 1] as number] === scores[row] ? 0 : 1,
  );
  const countBads = (weights: ArrayLike<number>): readonly [bads: number, goods: number] => {
    let [bads, goods] = [0, 0];
    for (let rank = 0; rank < rows; rank++) {
      const weight = weights[order[rank] as number] as number;
      if (isBad[rank] === 1) bads += weight;
      else goods += weight;
    }
    return [bads, goods];
  };
  return {
    measure(weights) {
      const [bads, goods] = countBads(weights);
      if (bads === 0 || goods === 0) return nothing;
      const most = TOP_SHARE * (bads + goods);
      let [bad, good, tiedBad, tiedGood, area, widest, caught] = [0, 0, 0, 0, 0, 0, 0];
      for (let rank = rows - 1; rank >= 0; rank--) {
        const weight = weights[order[rank] as number] as number;
        if (isBad[rank] === 1) tiedBad += weight;
        else tiedGood += weight;
        if (rank > 0 && endsTie[rank - 1] === 0) continue;
        const passed = bad + good;
        if (passed < most) caught += tiedBad * Math.min(1, (most - passed) / Math.max(1, tiedBad + tiedGood));
        area += tiedGood * (bad + tiedBad / 2);
        bad += tiedBad;
        good += tiedGood;
        [tiedBad, tiedGood] = [0, 0];
        widest = Math.max(widest, Math.abs(bad / bads - good / goods));
      }
      return { auc: area / (bads * goods), ks: widest, lift: caught / most / (bads / (bads + goods)) };
    },
    trace(points) {
      const [bads, goods] = countBads(new Uint8Array(rows).fill(1));
      const steps: RankPoint[] = [{ share: 0, goods: 0, bads: 0 }];
      let [bad, good] = [0, 0];
      for (let rank = rows - 1; rank >= 0; rank--) {
        if (isBad[rank] === 1) bad++;
        else good++;
        if (rank > 0 && endsTie[rank - 1] === 0) continue;
        const share = (bad + good) / rows;
        const last = steps.at(-1)?.share ?? 0;
        if (share - last < 1 / points && rank > 0) continue;
        steps.push({ share, goods: good / Math.max(1, goods), bads: bad / Math.max(1, bads) });
      }
      return steps;
    },
  };
};
