import { type ColumnSet, nameSet } from './allowed.ts';
import type { Boosted } from './boost.ts';
import { type BoostedColumn, INNER_NODES } from './tree.ts';

/** How many interactions a model may have. */
export interface InteractionCaps {
  readonly mostPairs: number;
  readonly mostTriples: number;
}

/** The interactions a model keeps, strongest first; a triple's pairs are among the pairs. */
export interface Interactions {
  readonly pairs: readonly ColumnSet[];
  readonly triples: readonly ColumnSet[];
}

/** Share of the bags in which a set must have taken loss from rows the trees had not seen. */
const MOST_BAGS = 0.6;

/**
 * Chooses the interactions that pay on held-out rows: those whose splits lowered the held-out loss in all bags together
 * and in most of them, by how much they did, until the caps are reached. A triple comes with its three pairs.
 */
export const chooseInteractions = (bags: readonly Boosted[], { mostPairs, mostTriples }: InteractionCaps): Interactions => {
  const pairs = new Map<string, ColumnSet>();
  const triples: ColumnSet[] = [];
  for (const set of rankSets(bags)) {
    const missing = (set.length === 3 ? pairsOf(set) : [set]).filter((pair) => !pairs.has(nameSet(pair)));
    if (pairs.size + missing.length > mostPairs || (set.length === 3 && triples.length === mostTriples)) continue;
    for (const pair of missing) pairs.set(nameSet(pair), pair);
    if (set.length === 3) triples.push(set);
  }
  return { pairs: [...pairs.values()], triples };
};

const rankSets = (bags: readonly Boosted[]): ColumnSet[] => {
  const names = new Set(bags.flatMap(({ heldGains }) => [...heldGains.keys()]));
  return [...names]
    .map((name) => {
      const gains = bags.map(({ heldGains }) => heldGains.get(name) ?? 0);
      const total = gains.reduce((sum, gain) => sum + gain, 0);
      const better = gains.filter((gain) => gain > 0).length;
      return { name, set: name.split(' ').map(Number), total, pays: total > 0 && better >= MOST_BAGS * bags.length };
    })
    .filter(({ set, pays }) => set.length > 1 && pays)
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
    .map(({ set }) => set);
};

/** The three pairs of a triple. */
export const pairsOf = ([a, b, c]: ColumnSet): ColumnSet[] => [
  [a as number, b as number],
  [a as number, c as number],
  [b as number, c as number],
];

/** Most ordered bins of a column, by the largest term it is in. */
export interface BinCaps {
  readonly alone: number;
  readonly inPairs: number;
  readonly inTriples: number;
}

/**
 * Chooses where each column is cut: the cuts that took most from the loss, as many as its largest term leaves room for,
 * since a table of three columns has a cell for every combination of their bins.
 * @returns for each column the ordered bins after which it is cut, ascending
 */
export const chooseCuts = (
  bags: readonly Boosted[],
  columns: readonly Pick<BoostedColumn, 'ordered'>[],
  { pairs, triples }: Interactions,
  caps: BinCaps,
): number[][] => {
  const gains = sumCutGains(bags, columns);
  return columns.map((_, place) => {
    const isIn = (sets: readonly ColumnSet[]) => sets.some((set) => set.includes(place));
    const most = isIn(triples) ? caps.inTriples : isIn(pairs) ? caps.inPairs : caps.alone;
    const own = gains[place] as Float64Array;
    return Array.from(own.keys())
      .filter((cut) => (own[cut] as number) > 0 && cut < own.length - 1)
      .sort((a, b) => (own[b] as number) - (own[a] as number) || a - b)
      .slice(0, most - 1)
      .sort((a, b) => a - b);
  });
};

const sumCutGains = (bags: readonly Boosted[], columns: readonly Pick<BoostedColumn, 'ordered'>[]): Float64Array[] => {
  const gains = columns.map(({ ordered }) => new Float64Array(ordered));
  for (const { trees } of bags) {
    for (const tree of trees) {
      for (let node = 0; node < INNER_NODES; node++) {
        const own = gains[tree.columns[node] as number];
        const cut = tree.cuts[node] as number;
        if (own && cut >= 0) own[cut] = (own[cut] as number) + (tree.gains[node] as number);
      }
    }
  }
  return gains;
};
