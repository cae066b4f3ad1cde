import { describe, expect, it } from 'vitest';
import { createScoringTables } from '../../src/model/score.ts';
import { fitModel } from '../../training/fit.ts';
import { type LearnerName, learnerNames } from '../../training/learners/names.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { at } from '../reference/exact.ts';
import { drawKnownRisk } from '../support/known-risk.ts';

const ROWS = 4_000;
const { frame, probabilities } = drawKnownRisk(ROWS, 1);
/** Seeds of the refits are far from those by which intervals are fitted. */
const FRESH = 1_000_000;

const fitOn = (learner: LearnerName, coverageSeed: number) =>
  fitModel({
    frame,
    settings: TrainingSettings.parse({ coverageRefits: 20 }),
    includeProtected: false,
    withInterval: true,
    coverageSeed,
    name: 'made-up',
    learner,
    onProgress: () => undefined,
  });

describe.each(learnerNames)('the 90%% interval of a model fitted by %s', (learner) => {
  const fitted = fitOn(learner, FRESH);
  fitted.catch(() => undefined);

  it('covers the score in 85 to 95% of (row, refit) pairs under refits on fresh bootstrap samples', async () => {
    const { coverage } = await fitted;
    expect(coverage).toBeGreaterThanOrEqual(0.85);
    expect(coverage).toBeLessThanOrEqual(0.95);
  });

  it('covers the true log-odds of most rows', async () => {
    const { model, draft } = await fitted;
    const tables = createScoringTables(model);
    const width = model.inputs.length;
    const covered = Array.from(probabilities, (probability, row) => {
      const half = tables.halfWidth(draft.bins.subarray(row * width, (row + 1) * width));
      return Math.abs(1e6 * Math.log(probability / (1 - probability)) - at(draft.scores, row)) <= half;
    });
    expect(covered.filter((isCovered) => isCovered).length / ROWS).toBeGreaterThan(0.75);
  });
});

describe('the seed of the refits that coverage is measured on', () => {
  it('shows in the coverage and not in the model', async () => {
    const [one, other] = [await fitOn('scorecard', FRESH), await fitOn('scorecard', 2 * FRESH)];
    expect(other.model).toEqual(one.model);
    expect(other.coverage).not.toBe(one.coverage);
  });
});
