import type { ModelColumn } from '../domain/model.ts';
import type { Tier } from '../domain/ordered.ts';
import { reachedRank, tierOf } from '../policy/tiers.ts';
import { createAssessment, scoreRow } from './assess.ts';
import type { DecisionPlan } from './plan.ts';

/** The smallest change of one raw column that would give another tier of the score. */
export interface Flip {
  readonly column: string;
  /** As a decision keeps it: scaled integer, category text, null = missing. */
  readonly from: number | string | null;
  readonly to: number | string | null;
  /** Natural units, for people; null where either value is not a number. */
  readonly change: number | null;
  readonly tier: Tier;
  /** Share of training rows between the two values: how small the change is. */
  readonly share: number;
}

/**
 * Finds the single raw column whose smallest change flips the tier the score reaches, so that a doubtful value is checked
 * first. Numbers are tried at the training quantiles, at the edges of the column's own bins and at steps between them, then narrowed to the
 * nearest value by bisection; the size of a change is the share of training rows between the two values (a category:
 * the share not in the other value); ties go to the first column; protected columns are never tried.
 */
export const findFlip = (plan: DecisionPlan, row: Float64Array, previousRank: number): Flip | null => {
  const assessment = createAssessment(plan);
  const rankAt = (column: number, value: number): number => {
    assessment.row.set(row);
    assessment.row[column] = value;
    return reachedRank(plan.cutOffs, scoreRow(plan, assessment), previousRank);
  };
  let best: Flip | null = null;
  for (const column of plan.model.columns) {
    if (column.protected) continue;
    const place = plan.features.indexOfColumn(column.name);
    const here = rankAt(place, row[place] as number);
    const search = {
      plan,
      column,
      from: row[place] as number,
      flips: (value: number) => rankAt(place, value) !== here,
    };
    const found = column.categories ? flipCategory(search) : flipNumber(search);
    if (!found || (best && found.share >= best.share)) continue;
    best = describe(search, found, tierOf(rankAt(place, found.to)));
  }
  return best;
};

interface Search {
  readonly plan: DecisionPlan;
  readonly column: ModelColumn;
  readonly from: number;
  readonly flips: (value: number) => boolean;
}

interface Found {
  readonly to: number;
  readonly share: number;
}

const flipNumber = ({ plan, column, from, flips }: Search): Found | null => {
  const { quantiles } = column;
  if (!quantiles || Number.isNaN(from)) return null;
  const edges =
    plan.model.inputs.find(({ source }) => 'column' in source && source.column === column.name)?.edges ?? [];
  const values = fill([...new Set([...quantiles, ...edges, ...edges.map((edge) => edge - 1)])].sort((a, b) => a - b));
  const ways = [values.filter((value) => value > from), values.filter((value) => value < from).reverse()];
  const found = ways.flatMap((way): Found[] => {
    const first = way.findIndex(flips);
    if (first < 0) return [];
    const to = narrow(way[first - 1] ?? from, way[first] as number, flips);
    return [{ to, share: shareBetween(quantiles, from, to) }];
  });
  return found.sort((a, b) => a.share - b.share || Math.abs(a.to - from) - Math.abs(b.to - from))[0] ?? null;
};

/** Values tried between two neighbouring quantiles or edges, where a derived feature may turn and turn back. */
const STEPS = 16;

/** Adds values between sorted ones, as evenly as integers allow. */
const fill = (sorted: readonly number[]): number[] => [
  ...new Set(
    sorted.flatMap((value, index) => {
      const gap = (sorted[index + 1] ?? value) - value;
      return Array.from({ length: STEPS }, (_, step) => value + Math.floor((gap * step) / STEPS));
    }),
  ),
];

/** Bisects between a value that does not flip and one that does, to neighbours; answers the one that does. */
const narrow = (still: number, flipped: number, flips: (value: number) => boolean): number => {
  let [low, high] = [still, flipped];
  while (Math.abs(high - low) > 1) {
    const middle = Math.trunc((low + high) / 2);
    if (flips(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** Share of training rows between two values, read off the quantiles by interpolation. */
const shareBetween = (quantiles: readonly number[], a: number, b: number): number =>
  Math.abs(rankWithin(quantiles, a) - rankWithin(quantiles, b));

const rankWithin = (quantiles: readonly number[], value: number): number => {
  const above = quantiles.findIndex((quantile) => quantile > value);
  if (above === 0) return 0;
  if (above < 0) return 1;
  const [low, high] = [quantiles[above - 1] as number, quantiles[above] as number];
  return (above - 1 + (value - low) / (high - low)) / 100;
};

const flipCategory = ({ column, from, flips }: Search): Found | null => {
  const categories = column.categories ?? [];
  const rows = categories.reduce((sum, { count }) => sum + count, 0);
  return (
    categories
      .map(({ count }, to) => ({ to, share: 1 - count / Math.max(1, rows) }))
      .filter(({ to }) => to !== from && flips(to))
      .sort((a, b) => a.share - b.share || a.to - b.to)[0] ?? null
  );
};

const describe = ({ column, from }: Search, { to, share }: Found, tier: Tier): Flip => {
  const keep = (value: number) =>
    Number.isNaN(value) ? null : column.categories ? (column.categories[value]?.value ?? null) : value;
  const change = column.categories || Number.isNaN(from) ? null : (to - from) / 10 ** column.decimals;
  return { column: column.name, from: keep(from), to: keep(to), change, tier, share };
};
