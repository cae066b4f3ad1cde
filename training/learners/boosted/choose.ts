import { type ColumnSet, nameSet, readSet } from './allowed.ts';
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

/** A set of two or three columns, the loss its splits took from the held-out rows of all bags, and the pairs it needs. */
interface Ranked {
  readonly set: ColumnSet;
  readonly gain: number;
  /** Names of its pairs; a pair's own. */
  readonly pairs: readonly string[];
}

/** A set that may still be kept: the pairs it would bring, and what it gains for each of them. */
interface Candidate {
  readonly ranked: Ranked;
  readonly missing: readonly string[];
  readonly rate: number;
}

/**
 * Chooses the interactions that pay on held-out rows, until the caps are reached: each time the one that gains most for
 * each pair it adds; a triple comes with its three pairs.
 */
export const chooseInteractions = (bags: readonly Boosted[], caps: InteractionCaps): Interactions => {
  const left = new Set(rankSets(bags));
  const gains = new Map([...left].map(({ set, gain }) => [nameSet(set), gain]));
  const pairs = new Set<string>();
  const triples: ColumnSet[] = [];
  const assess = (ranked: Ranked): Candidate | null => {
    const isTriple = ranked.set.length === 3;
    if (isTriple && triples.length === caps.mostTriples) return null;
    const missing = ranked.pairs.filter((pair) => !pairs.has(pair));
    if (pairs.size + missing.length > caps.mostPairs) return null;
    if (missing.length === 0) return { ranked, missing, rate: Number.POSITIVE_INFINITY };
    const brought = isTriple ? missing.reduce((sum, pair) => sum + (gains.get(pair) ?? 0), 0) : 0;
    return { ranked, missing, rate: (ranked.gain + brought) / missing.length };
  };
  for (;;) {
    let best: Candidate | null = null;
    for (const ranked of left) {
      const candidate = assess(ranked);
      if (candidate && (!best || candidate.rate > best.rate)) best = candidate;
    }
    if (!best) return { pairs: [...pairs].map(readSet), triples };
    left.delete(best.ranked);
    for (const pair of best.missing) pairs.add(pair);
    if (best.ranked.set.length === 3) triples.push(best.ranked.set);
  }
};

/** The sets that gain, most first. */
const rankSets = (bags: readonly Boosted[]): Ranked[] => {
  const names = new Set(bags.flatMap(({ heldGains }) => [...heldGains.keys()]));
  return [...names]
    .map((name) => {
      const set = readSet(name);
      const gain = bags.reduce((sum, { heldGains }) => sum + (heldGains.get(name) ?? 0), 0);
      return { name, set, gain, pairs: set.length === 3 ? pairsOf(set).map(nameSet) : [name] };
    })
    .filter(({ set, gain }) => set.length > 1 && gain > 0)
    .sort((a, b) => b.gain - a.gain || (a.name < b.name ? -1 : 1));
};

const pairsOf = ([a, b, c]: ColumnSet): ColumnSet[] => [
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
