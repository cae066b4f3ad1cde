import type { ModelColumn } from '../domain/model.ts';
import type { Tier } from '../domain/ordered.ts';
import type { ColumnDefinition } from '../features/column.ts';
import { reachedRank, tierOf } from '../policy/tiers.ts';
import { createAssessment, scoreRow } from './assess.ts';
import { type Found, flipNumber, type NumberSearch, placeOf } from './flip-number.ts';
import type { DecisionPlan } from './plan.ts';

/** The smallest change of one raw column that would give another tier of the score. */
export interface Flip {
  readonly column: string;
  /** As a decision keeps it: scaled integer, category text, null = missing. */
  readonly from: number | string | null;
  readonly to: number | string | null;
  /** Natural units, for people; null where either value is no quantity: a category, missing, a code outside the order. */
  readonly change: number | null;
  readonly tier: Tier;
  /** How small the change is: share of training rows between the two values; 1 to or from a code outside the order. */
  readonly share: number;
}

/**
 * Finds the single raw column whose smallest change flips the tier the score reaches, so that a doubtful value is checked
 * first. It is exact: no single change is smaller. The size of a change is the share of training rows between the two
 * values (a category: the share not in the other value); ties go to the first column. Protected columns are never tried,
 * nor are numbers that are missing.
 */
export const findFlip = (plan: DecisionPlan, row: Float64Array, previousRank: number): Flip | null => {
  const createSearch = prepareSearch(plan, row, previousRank);
  let best: Flip | null = null;
  for (const column of plan.model.columns) {
    if (column.protected) continue;
    const search = createSearch(column, best?.share ?? Number.POSITIVE_INFINITY);
    const found = column.categories ? flipCategory(search) : flipNumber(search);
    if (found && found.share < search.limit) best = describe(search, found);
  }
  return best;
};

interface Search extends NumberSearch {
  readonly tierAt: (value: number) => Tier;
}

/** How one column after the other is searched, the others standing as in `row`. */
const prepareSearch = (plan: DecisionPlan, row: Float64Array, previousRank: number) => {
  const assessment = createAssessment(plan);
  const boundColumn = plan.features.bound(row);
  const rankOf = (microLogits: number): number => reachedRank(plan.cutOffs, microLogits, previousRank);
  const rankAt = (place: number, value: number): number => {
    assessment.row.set(row);
    assessment.row[place] = value;
    return rankOf(scoreRow(plan, assessment));
  };
  return (column: ModelColumn, limit: number): Search => {
    const place = plan.features.indexOfColumn(column.name);
    const from = row[place] as number;
    const here = rankAt(place, from);
    const presentBins = assessment.bins.slice();
    const features = boundColumn(place);
    const boundScore = plan.boundScore(presentBins, features.places);
    return {
      column,
      bounds: plan.features.columns[place] as ColumnDefinition,
      from,
      limit,
      flips: (value) => rankAt(place, value) !== here,
      flipsAll: (low, high) => {
        const { least, most } = boundScore(features.over(low, high));
        if (rankOf(least) > here || rankOf(most) < here) return true;
        return rankOf(least) === rankOf(most) ? false : null;
      },
      tierAt: (value) => tierOf(rankAt(place, value)),
    };
  };
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

const describe = ({ column, from, tierAt }: Search, { to, share }: Found): Flip => {
  const keep = (value: number) =>
    Number.isNaN(value) ? null : column.categories ? (column.categories[value]?.value ?? null) : value;
  const isQuantity = (value: number) => !Number.isNaN(value) && placeOf(column, value) !== null;
  const change = !column.categories && isQuantity(from) && isQuantity(to) ? (to - from) / 10 ** column.decimals : null;
  return { column: column.name, from: keep(from), to: keep(to), change, tier: tierAt(to), share };
};
