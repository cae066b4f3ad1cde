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

/** A set of two or three columns and the loss its splits took from the held-out rows of all bags. */
interface Ranked {
  readonly set: ColumnSet;
  readonly gain: number;
}

/** A candidate with the pairs it would bring, and what it gains for each of them. */
interface Candidate extends Ranked {
  readonly missing: readonly ColumnSet[];
  readonly rate: number;
}

/**
 * Chooses the interactions that pay on held-out rows, until the caps are reached: each time the one that gains most for
 * each pair it adds; a triple comes with its three pairs.
 */
export const chooseInteractions = (bags: readonly Boosted[], caps: InteractionCaps): Interactions => {
  const left = new Set(rankSets(bags));
  const gains = new Map([...left].map(({ set, gain }) => [nameSet(set), gain]));
  const pairs = new Map<string, ColumnSet>();
  const triples: ColumnSet[] = [];
  const assess = ({ set, gain }: Ranked): Candidate | null => {
    if (set.length === 3 && triples.length === caps.mostTriples) return null;
    const missing = (set.length === 3 ? pairsOf(set) : [set]).filter((pair) => !pairs.has(nameSet(pair)));
    if (pairs.size + missing.length > caps.mostPairs) return null;
    const brought = set.length === 3 ? missing.reduce((sum, pair) => sum + (gains.get(nameSet(pair)) ?? 0), 0) : 0;
    return {
      set,
      gain,
      missing,
      rate: missing.length === 0 ? Number.POSITIVE_INFINITY : (gain + brought) / missing.length,
    };
  };
  for (;;) {
    let best: { ranked: Ranked; candidate: Candidate } | null = null;
    for (const ranked of left) {
      const candidate = assess(ranked);
      if (candidate && (!best || candidate.rate > best.candidate.rate)) best = { ranked, candidate };
    }
    if (!best) return { pairs: [...pairs.values()], triples };
    left.delete(best.ranked);
    for (const pair of best.candidate.missing) pairs.set(nameSet(pair), pair);
    if (best.candidate.set.length === 3) triples.push(best.candidate.set);
  }
};

/** The sets that gain, most first. */
const rankSets = (bags: readonly Boosted[]): Ranked[] => {
  const names = new Set(bags.flatMap(({ heldGains }) => [...heldGains.keys()]));
  return [...names]
    .map((name) => ({
      name,
      set: name.split(' ').map(Number),
      gain: bags.reduce((sum, { heldGains }) => sum + (heldGains.get(name) ?? 0), 0),
    }))
    .filter(({ set, gain }) => set.length > 1 && gain > 0)
    .sort((a, b) => b.gain - a.gain || (a.name < b.name ? -1 : 1));
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
