import { hash } from 'node:crypto';

/** How many folds every figure is taken over. */
export const FOLDS = 5;

/** Rows to deal into folds. */
export interface Dealt {
  readonly labels: ArrayLike<number>;
  /** Whose each row is, by a number of one's own for each; absent = every row is another's. */
  readonly customers?: ArrayLike<number> | undefined;
}

/**
 * The fold of each row, all rows of a customer in one: within each class the customers, by the hex SHA-256 of `SET:ROW` of
 * their first row, are dealt out in turn. A customer is of class bad where any of its rows is, else good where any is.
 * @param set short name of the data set; part of the hash, so that folds are the same wherever they are computed
 */
export const assignFolds = (set: string, { labels, customers }: Dealt, count = FOLDS): Uint8Array => {
  const firsts = findFirsts(labels.length, customers);
  const classes = classify(labels, firsts);
  const digests = Array.from(firsts, (first, row) => (first === row ? hash('sha256', `${set}:${row}`) : ''));
  const folds = new Uint8Array(labels.length);
  for (const label of new Set(classes)) {
    const rows = digests.flatMap((digest, row) => (digest !== '' && classes[row] === label ? [row] : []));
    rows.sort((a, b) => ((digests[a] as string) < (digests[b] as string) ? -1 : 1));
    for (const [rank, row] of rows.entries()) folds[row] = rank % count;
  }
  return folds.map((_, row) => folds[firsts[row] as number] as number);
};

/** The first row of each row's customer. */
export const findFirsts = (rows: number, customers: Dealt['customers']): Uint32Array => {
  const known = new Map<number, number>();
  return Uint32Array.from({ length: rows }, (_, row) => {
    if (customers === undefined) return row;
    const customer = customers[row] as number;
    const first = known.get(customer) ?? row;
    known.set(customer, first);
    return first;
  });
};

/** What decides where several labels meet: bad, then good. */
const gravity = [1, 2, 0] as const;

/** The gravest label of each customer, at its first row. */
const classify = (labels: ArrayLike<number>, firsts: Uint32Array): Uint8Array => {
  const gravityOf = (label: number): number => gravity[label] ?? 0;
  const classes = Uint8Array.from(labels);
  for (const [row, first] of firsts.entries()) {
    const [own, standing] = [labels[row] as number, classes[first] as number];
    if (gravityOf(own) > gravityOf(standing)) classes[first] = own;
  }
  return classes;
};
