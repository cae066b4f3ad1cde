import { describe, expect, it } from 'vitest';
import { benchAccuracy } from '../bench/accuracy.ts';

/** AUC over the protocol's five folds that the scorecard must reach, protected columns included. */
const wanted = [
  { set: 'taiwan', auc: 0.777 },
  { set: 'german', auc: 0.778 },
  { set: 'heloc', auc: 0.79 },
  { set: 'gmsc', auc: 0.857 },
];

describe.each(wanted)('the scorecard on $set', ({ set, auc }) => {
  it(`ranks held-out rows with an AUC of at least ${auc}`, async () => {
    const request = {
      sets: [set],
      learners: ['scorecard'],
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
