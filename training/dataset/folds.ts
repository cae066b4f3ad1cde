import { hash } from 'node:crypto';

/** How many folds every figure is taken over. */
export const FOLDS = 5;

/**
 * The fold of each row: within each class the rows in the order of the hex SHA-256 of `SET:ROW` are dealt out in turn.
 * @param set short name of the data set; part of the hash, so that folds are the same wherever they are computed
 */
export const assignFolds = (set: string, labels: ArrayLike<number>, count = FOLDS): Uint8Array => {
  const folds = new Uint8Array(labels.length);
  const digests = Array.from(labels, (_, row) => hash('sha256', `${set}:${row}`));
  for (const label of new Set(Array.from(labels))) {
    const rows = digests.flatMap((_, row) => (labels[row] === label ? [row] : []));
    rows.sort((a, b) => ((digests[a] as string) < (digests[b] as string) ? -1 : 1));
    for (const [rank, row] of rows.entries()) folds[row] = rank % count;
  }
  return folds;
};
