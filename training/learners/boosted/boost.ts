import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type ColumnSet, joinSet, nameSet } from '../column-set.ts';
import { allowSets, type ListBelow } from './allowed.ts';
import { createGrower, type GrowSettings } from './grow.ts';
import type { Slopes } from './histogram.ts';
import { addTree, createLeafFinder } from './leaves.ts';
import { ALL_NODES, type BoostedColumn, INNER_NODES, type Tree } from './tree.ts';

/** How one series of trees is boosted. */
export interface BoostSettings extends GrowSettings {
  /** Share of the rows that each tree sees. */
  readonly rowShare: number;
  /** Share of the columns that each tree may split. */
  readonly columnShare: number;
  /** Most columns that may split a tree's root and, where any may stand together, what is below it. */
  readonly mostColumns: number;
  readonly mostTrees: number;
  /** Trees without a better held-out loss after which boosting stops. */
  readonly patience: number;
}

/** Some rows to boost on and some to be judged by. */
export interface BoostData {
  readonly columns: readonly BoostedColumn[];
  readonly labels: Uint8Array;
  /** Multiplicity of each row. */
  readonly weights: Float64Array;
  /** Part of each row. */
  readonly parts: Uint8Array;
}

/** One series of trees: what it is grown on and how far. */
export interface BoostRequest extends BoostSettings {
  readonly data: BoostData;
  /** The part that the trees do not see, by which they are judged; null keeps none out. */
  readonly held: number | null;
  readonly depth: number;
  /** Sets of columns that may stand on a path; null = any. */
  readonly sets: readonly ColumnSet[] | null;
  readonly seed: number;
}

/** A boosted series of trees. */
export interface Boosted {
  /** Log-odds of bad among the rows it is grown on. */
  readonly constant: number;
  readonly trees: readonly Tree[];
  /** Mean log loss of the held-out rows before the first tree and after each; empty where none are held out. */
  readonly losses: Float64Array;
  /** Loss that the splits of each set of columns took from the held-out rows, up to its best tree; negative = they did harm. */
  readonly heldGains: ReadonlyMap<string, number>;
}

/**
 * Boosts trees for the log loss (Friedman 2001, with the row sampling of his 2002) until the loss of the held-out rows
 * falls no more, or for as many trees as are wanted.
 */
export const boost = (request: BoostRequest): Boosted => {
  const { data, held, depth, sets, mostTrees, patience } = request;
  const { columns, labels } = data;
  const random = xoroshiro128plus(request.seed);
  const draw = (): number => (random.next() >>> 0) / 2 ** 32;
  const { fitted, judged } = splitRows(data, held);
  const slopes = { gradients: new Float64Array(labels.length), informations: new Float64Array(labels.length) };
  const grow = createGrower(columns, slopes, request);
  const listWithin = sets && allowSets(columns.length, sets);
  const constant = logOddsOf(data, fitted);
  const state = { scores: new Float64Array(labels.length).fill(constant), slopes };
  const findLeaves = createLeafFinder(columns, labels.length);
  const trees: Tree[] = [];
  const losses: number[] = [];
  const credits: Credit[] = [];
  let [best, bestAt, credited] = [Number.POSITIVE_INFINITY, 0, 0];
  const judge = (): void => {
    if (held === null) return;
    takeSlopes(data, state, judged);
    const loss = meanLoss(data, slopes, judged);
    losses.push(loss);
    if (loss < best) [best, bestAt, credited] = [loss, trees.length, credits.length];
  };
  const room = new Int32Array(fitted.length);
  judge();
  while (trees.length < mostTrees && (held === null || trees.length - bestAt < patience)) {
    const rows = sampleRows(fitted, { into: room, share: request.rowShare, draw });
    takeSlopes(data, state, rows);
    const sampled = sampleColumns(columns.length, request, draw);
    const listBelow = listWithin ? sampleBelow(listWithin, columns.length, request, draw) : () => sampled;
    const tree = grow({ depth, rows, columns: sampled, listBelow });
    const leaves = findLeaves(tree);
    if (held !== null) credits.push(...creditSets(tree, { leaves, judged, slopes }));
    addTree(state.scores, tree, leaves);
    trees.push(tree);
    judge();
  }
  return { constant, trees, losses: Float64Array.from(losses), heldGains: sumCredits(credits.slice(0, credited)) };
};

const splitRows = ({ labels, weights, parts }: BoostData, held: number | null) => {
  const [fitted, judged]: [number[], number[]] = [[], []];
  for (let row = 0; row < labels.length; row++) {
    if (weights[row] === 0) continue;
    if (held !== null && parts[row] === held) judged.push(row);
    else fitted.push(row);
  }
  return { fitted: Int32Array.from(fitted), judged: Int32Array.from(judged) };
};

/** Log-odds of bad, half a row of each kind added. */
const logOddsOf = ({ labels, weights }: BoostData, rows: Int32Array): number => {
  let [good, bad] = [0.5, 0.5];
  for (const row of rows) {
    if (labels[row] === 1) bad += weights[row] as number;
    else good += weights[row] as number;
  }
  return Math.log(bad / good);
};

interface State {
  readonly scores: Float64Array;
  readonly slopes: Slopes;
}

/** Writes gradient and information of some rows. */
const takeSlopes = ({ labels, weights }: BoostData, { scores, slopes }: State, rows: Int32Array): void => {
  const { gradients, informations } = slopes;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const weight = weights[row] as number;
    const p = 1 / (1 + Math.exp(-(scores[row] as number)));
    gradients[row] = weight * (p - (labels[row] as number));
    informations[row] = weight * p * (1 - p);
  }
};

/** Mean log loss of some rows, from their gradients: a row's is w (p - y), so that 1 - |p - y| is what it was given. */
const meanLoss = ({ weights }: BoostData, { gradients }: Slopes, rows: Int32Array): number => {
  let [loss, total] = [0, 0];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const weight = weights[row] as number;
    const given = 1 - Math.abs(gradients[row] as number) / weight;
    loss -= weight * Math.log(Math.max(Number.EPSILON, given));
    total += weight;
  }
  return loss / total;
};

interface RowSampling {
  readonly into: Int32Array;
  readonly share: number;
  readonly draw: () => number;
}

const sampleRows = (rows: Int32Array, { into, share, draw }: RowSampling): Int32Array => {
  let count = 0;
  for (let at = 0; at < rows.length; at++) if (draw() < share) into[count++] = rows[at] as number;
  return into.subarray(0, count);
};

type ColumnSampling = Pick<BoostSettings, 'columnShare' | 'mostColumns'>;

const sampleColumns = (count: number, { columnShare, mostColumns }: ColumnSampling, draw: () => number): Int32Array => {
  const wanted = Math.min(mostColumns, Math.max(1, Math.ceil(columnShare * count)));
  const keys = Array.from({ length: count }, (_, place) => ({ place, key: draw() })).sort((a, b) => a.key - b.key);
  return Int32Array.from(keys.slice(0, wanted), ({ place }) => place).sort();
};

/**
 * Of the columns that a path may be joined by, those in a sample of their own: where few sets may stand together, a tree
 * that split only what its root chose from would hardly ever meet both columns of one.
 */
const sampleBelow = (
  listWithin: ListBelow,
  count: number,
  { columnShare }: BoostSettings,
  draw: () => number,
): ListBelow => {
  const sampled = new Set(sampleColumns(count, { columnShare, mostColumns: count }, draw));
  return (path) => listWithin(path).filter((column) => sampled.has(column));
};

interface Judged {
  readonly leaves: Uint8Array;
  readonly judged: Int32Array;
  readonly slopes: Slopes;
}

/** What one split took from the held-out rows. */
interface Credit {
  readonly set: string;
  readonly gain: number;
}

/** Credits each split's set of columns with the loss it takes from the held-out rows, to the second order. */
const creditSets = (tree: Tree, { leaves, judged, slopes }: Judged): Credit[] => {
  const gradients = new Float64Array(ALL_NODES);
  const informations = new Float64Array(ALL_NODES);
  for (let at = 0; at < judged.length; at++) {
    const row = judged[at] as number;
    const leaf = leaves[row] as number;
    gradients[leaf] = (gradients[leaf] as number) + (slopes.gradients[row] as number);
    informations[leaf] = (informations[leaf] as number) + (slopes.informations[row] as number);
  }
  for (let node = ALL_NODES - 1; node > 0; node--) {
    const above = (node - 1) >> 1;
    gradients[above] = (gradients[above] as number) + (gradients[node] as number);
    informations[above] = (informations[above] as number) + (informations[node] as number);
  }
  const lossAt = (node: number, value: number) =>
    (gradients[node] as number) * value + 0.5 * (informations[node] as number) * value * value;
  const credits: Credit[] = [];
  const walk = (node: number, path: ColumnSet): void => {
    const column = node < INNER_NODES ? (tree.columns[node] as number) : -1;
    if (column < 0) return;
    const set = joinSet(path, column);
    const own = tree.values[node] as number;
    const gain = [2 * node + 1, 2 * node + 2].reduce(
      (sum, child) => sum + lossAt(child, own) - lossAt(child, tree.values[child] as number),
      0,
    );
    credits.push({ set: nameSet(set), gain });
    walk(2 * node + 1, set);
    walk(2 * node + 2, set);
  };
  walk(0, []);
  return credits;
};

const sumCredits = (credits: readonly Credit[]): Map<string, number> => {
  const gains = new Map<string, number>();
  for (const { set, gain } of credits) gains.set(set, (gains.get(set) ?? 0) + gain);
  return gains;
};
