import { beforeAll, describe, expect, it } from 'vitest';
import { loadFrame } from '../../training/dataset/load.ts';
import { openSource } from '../../training/dataset/source.ts';
import { toPanel } from '../../training/hazard/panel.ts';
import { requirePanel, toReadingDictionary } from '../../training/hazard/panel-dictionary.ts';
import { type TrainedHazard, trainHazard } from '../../training/hazard/train.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { at } from '../reference/exact.ts';

/** Few refits and samples: they move no figure that is looked at here. */
const settings = TrainingSettings.parse({ intervalRefits: 2, coverageRefits: 1, validation: { replicates: 20 } });

let trained: TrainedHazard;
beforeAll(async () => {
  const plain = { dictionary: undefined, label: undefined, bad: undefined, dataFolder: undefined };
  const { dictionary, path } = await openSource({ ...plain, data: 'deep-credit-risk' });
  const panel = requirePanel(dictionary);
  trained = await trainHazard({
    panel: toPanel(await loadFrame(toReadingDictionary(panel), path), panel),
    name: 'dcr',
    chooseVersion: () => '1',
    chooseJoined: () => '1',
    learner: 'scorecard',
    settings,
    includeProtected: false,
    tierPeriods: 4,
    allowLeaks: [],
    onProgress: () => undefined,
  });
});

describe('hazards of Deep Credit Risk, fitted on calm periods', () => {
  it('expect what came in the periods they are calibrated on, default and payoff jointly', () => {
    const { default: bad, payoff } = trained.validation.calibration;
    expect([bad.observed, payoff.observed]).toEqual([200, 605]);
    expect(Math.abs(bad.expected - 200)).toBeLessThan(2);
    expect(Math.abs(payoff.expected - 605)).toBeLessThan(6);
  });

  it('rank defaults of the crisis that follows, and underestimate them', () => {
    const { default: later, jointLogLoss, periods } = trained.validation;
    process.stdout.write(`${JSON.stringify({ later, jointLogLoss })}\n`);
    expect([later.rows, later.observed]).toEqual([39_263, 1183]);
    expect(later.auc).toBeGreaterThan(0.62);
    expect(later.logLoss).toBeLessThan(0.14);
    expect(jointLogLoss).toBeLessThan(0.255);
    expect(later.expected).toBeGreaterThan(700);
    expect(later.upper).toBeLessThan(later.observed);
    expect(periods.map(({ period }) => period)).toEqual(Array.from({ length: 30 }, (_, place) => 31 + place));
    expect(at(periods, 0).auc).toBeGreaterThan(0.68);
    const within = periods.filter(({ observed, lower, upper }) => observed >= lower && observed <= upper);
    expect(within.length).toBeGreaterThanOrEqual(18);
  });

  it('rank defaults within a year, and tell how far the table for tiers is from the curve', () => {
    const { horizons, tiers } = trained.validation;
    const year = at(horizons, 2);
    process.stdout.write(`${JSON.stringify({ year, gap: tiers?.all })}\n`);
    expect(year.days).toBe(360);
    expect(year.auc).toBeGreaterThan(0.6);
    expect(year.expected / year.observed).toBeGreaterThan(0.55);
    expect(tiers?.all.rows).toBe(year.rows);
    expect(tiers?.all.gap).toBeLessThan(0);
    expect(Math.abs(tiers?.all.gap ?? 1)).toBeLessThan(0.04);
  });
});
