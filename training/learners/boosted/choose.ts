import { measureSpread } from '../../../src/metrics/spread.ts';
import { type ColumnSet, listSubsets, nameSet, readSet } from '../column-set.ts';
import type { Boosted } from './boost.ts';
import { type BoostedColumn, INNER_NODES } from './tree.ts';
import type { MayKeep } from './width.ts';

/** How many interactions a model may have. */
export interface InteractionCaps {
  readonly mostPairs: number;
  readonly mostTriples: number;
}

/** The interactions a model keeps, strongest first: the triples, and the pairs that stand in none of them. */
export interface Interactions {
  readonly pairs: readonly ColumnSet[];
  readonly triples: readonly ColumnSet[];
}

/** A set of two or three columns, and what its splits can be trusted to take from the loss of held-out rows. */
interface Ranked {
  readonly name: string;
  readonly set: ColumnSet;
  readonly gain: number;
}

/**
 * Chooses the interactions that pay on held-out rows, until the caps are reached: first the triples, each time the one
 * that gains most together with those of its pairs that are in none yet; then the strongest pairs that are left.
 * @param mayKeep refuses triples that may not join those kept so far
 */
export const chooseInteractions = (
  bags: readonly Boosted[],
  caps: InteractionCaps,
  mayKeep: MayKeep = () => true,
): Interactions => {
  const ranked = rankSets(bags);
  const gains = new Map(ranked.map(({ name, gain }) => [name, gain]));
  const left = new Set(ranked.filter(({ set }) => set.length === 3));
  const covered = new Set<string>();
  const triples: ColumnSet[] = [];
  const worth = ({ set, gain }: Ranked): number =>
    pairsOf(set).reduce((sum, pair) => sum + (covered.has(pair) ? 0 : (gains.get(pair) ?? 0)), gain);
  while (triples.length < caps.mostTriples && left.size > 0) {
    const best = [...left].reduce((one, other) => (worth(other) > worth(one) ? other : one));
    left.delete(best);
    if (!mayKeep(triples, best.set)) continue;
    triples.push(best.set);
    for (const pair of pairsOf(best.set)) covered.add(pair);
  }
  const pairs = ranked.filter(({ name, set }) => set.length === 2 && !covered.has(name));
  return { pairs: pairs.slice(0, caps.mostPairs).map(({ set }) => set), triples };
};

/** The sets that gain, most first, each by one standard error less than the mean of the bags: many gain by chance. */
const rankSets = (bags: readonly Boosted[]): Ranked[] => {
  const names = new Set(bags.flatMap(({ heldGains }) => [...heldGains.keys()]));
  return [...names]
    .map((name) => ({
      name,
      set: readSet(name),
      gain: trust(bags.map(({ heldGains }) => heldGains.get(name) ?? 0)),
    }))
    .filter(({ set, gain }) => set.length > 1 && gain > 0)
    .sort((a, b) => b.gain - a.gain || (a.name < b.name ? -1 : 1));
};

const trust = (gains: readonly number[]): number => {
  const { mean, spread } = measureSpread(gains);
  return mean - spread / Math.sqrt(gains.length);
};

/** Names of the pairs of a triple. */
const pairsOf = (triple: ColumnSet): string[] =>
  listSubsets(triple)
    .filter((set) => set.length === 2)
    .map(nameSet);

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
