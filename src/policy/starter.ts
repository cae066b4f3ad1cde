import { toProbability } from '../arithmetic.ts';
import type { Model } from '../domain/model.ts';
import { Policy } from '../domain/policy.ts';

/** Shares of the training rows a starter policy puts above the boundary of each tier. */
const MEDIUM_SHARE = 0.35;
const HIGH_SHARE = 0.1;
/** Cut-offs stay away from certainty and from each other, also where a model separates almost everyone. */
const LEAST_PD = 0.0001;
const MOST_PD = 0.9999;
const PD_STEP = 0.0001;

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/**
 * A policy to begin with for a model that has none: the riskiest 10% of its training rows are high, the next 25% medium,
 * and there are no rules. Each version of a model has a starter of its own version. It is a way to look at decisions, not a risk appetite.
 */
export const createStarterPolicy = (
  model: Pick<Model, 'name' | 'version' | 'dictionary' | 'scoreHistogram' | 'references'>,
): Policy => {
  const medium = within(toProbability(cutOffAt(model.scoreHistogram, MEDIUM_SHARE)), LEAST_PD, MOST_PD - PD_STEP);
  const high = within(toProbability(cutOffAt(model.scoreHistogram, HIGH_SHARE)), medium + PD_STEP, MOST_PD);
  const threshold = (enter: number) => ({ enter, leave: enter });
  return Policy.parse({
    schema: 1,
    name: `${model.name}-starter`,
    version: model.version,
    title: { zh: '起步策略（按训练样本分布，无规则）', en: 'Starter policy (by training scores, no rules)' },
    dictionary: model.dictionary.name,
    models: { default: model.name },
    tiers: { medium: threshold(medium), high: threshold(high) },
    minimumStayDays: 0,
    actions: { low: 'pass', medium: 'monitor', high: 'review' },
    unscored: {
      degraded: { tier: 'medium', action: 'review' },
      defaulted: { tier: 'high', action: 'review' },
    },
    rules: [],
    limits: {
      currency: 'CNY',
      byTier: {
        low: { transactionMinor: null, exposureMinor: null },
        medium: { transactionMinor: null, exposureMinor: null },
        high: { transactionMinor: null, exposureMinor: null },
      },
    },
    reviewEveryDays: { low: 365, medium: 180, high: 90 },
    from: null,
    to: null,
  });
};

/** The histogram edge above which about this share of the rows lies. */
const cutOffAt = ({ edges, counts }: Model['scoreHistogram'], share: number): number => {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  let above = 0;
  for (let bin = counts.length - 1; bin > 0; bin--) {
    above += counts[bin] as number;
    if (above >= share * rows) return edges[bin - 1] as number;
  }
  return edges[0] ?? 0;
};
