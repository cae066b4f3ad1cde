import { rankRows } from './ranking.ts';

/** What mistakes cost, in any one unit. */
export interface Costs {
  /** A bad customer below the cut-off, let pass. */
  readonly missedBad: number;
  /** A good customer at or above it, refused or held up. */
  readonly falseAlarm: number;
  /** Looking at any customer at or above it. */
  readonly review: number;
}

/** What a cut-off leads to: customers at or above its probability are acted on. */
export interface CutOff {
  /** Null where nobody is acted on. */
  readonly probability: number | null;
  /** Share of all customers acted on. */
  readonly share: number;
  /** Bad customers acted on, as a share of all bad ones. */
  readonly caught: number;
  /** Loss a customer, mean over all. */
  readonly loss: number;
}

/**
 * Loss at every cut-off, from acting on nobody to acting on everybody (a cost curve over cut-offs: Hernandez-Orallo, Flach
 * and Ferri 2012); equal probabilities are never parted.
 * @returns in rising order of share; the first acts on nobody
 */
export const listCutOffs = (
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  { missedBad, falseAlarm, review }: Costs,
): CutOff[] => {
  const order = rankRows(probabilities).reverse();
  const rows = order.length;
  const bads = order.reduce((sum, row) => sum + (labels[row] === 1 ? 1 : 0), 0);
  const cutOffs: CutOff[] = [];
  let [acted, caught] = [0, 0];
  const add = (probability: number | null) =>
    cutOffs.push({
      probability,
      share: acted / rows,
      caught: caught / Math.max(1, bads),
      loss: (missedBad * (bads - caught) + falseAlarm * (acted - caught) + review * acted) / rows,
    });
  if (rows > 0) add(null);
  for (const [rank, row] of order.entries()) {
    acted++;
    if (labels[row] === 1) caught++;
    const next = order[rank + 1];
    if (next === undefined || probabilities[next] !== probabilities[row]) add(probabilities[row] as number);
  }
  return cutOffs;
};

/**
 * The cut-off that loses least among those that act on at most some share of customers; ties go to the one that acts on
 * fewer. @returns null where there are none
 */
export const pickCutOff = (cutOffs: readonly CutOff[], mostShare = 1): CutOff | null =>
  cutOffs.reduce<CutOff | null>(
    (best, cutOff) => (cutOff.share <= mostShare && (best === null || cutOff.loss < best.loss) ? cutOff : best),
    null,
  );
