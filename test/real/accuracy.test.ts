import { describe, expect, it } from 'vitest';
import { benchAccuracy } from '../bench/accuracy.ts';

/**
 * AUC over the protocol's five folds that learners must reach, protected columns included. What takes more than a minute
 * is left to `vigil bench accuracy`.
 */
const wanted = [
  { learner: 'scorecard', set: 'german', auc: 0.778 },
  { learner: 'scorecard', set: 'heloc', auc: 0.79 },
  { learner: 'scorecard', set: 'gmsc', auc: 0.857 },
  { learner: 'neural', set: 'german', auc: 0.77 },
  { learner: 'neural', set: 'heloc', auc: 0.792 },
  { learner: 'boosted', set: 'german', auc: 0.78 },
  { learner: 'boosted', set: 'heloc', auc: 0.797 },
];

describe.each(wanted)('the $learner learner on $set', ({ learner, set, auc }) => {
  it(`ranks held-out rows with an AUC of at least ${auc}`, async () => {
    const request = {
      sets: [set],
      learners: [learner],
      protected: 'include',
      population: 'all',
      dataFolder: undefined,
    } as const;
    for await (const line of benchAccuracy(request)) {
      process.stdout.write(`${JSON.stringify(line)}\n`);
      expect(line).toHaveProperty('auc');
      expect((line as { auc: number }).auc).toBeGreaterThanOrEqual(auc);
    }
  });
});
