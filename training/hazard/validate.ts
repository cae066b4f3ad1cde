import type { Hazard, HazardValidation } from '../../src/domain/hazard.ts';
import type { Model } from '../../src/domain/model.ts';
import { rowLoss } from '../../src/metrics/calibration.ts';
import { type CurvePoint, longestHorizon, toCurve } from '../../src/model/hazard.ts';
import type { Frame } from '../dataset/frame.ts';
import { scoreFrame } from '../validation/score-frame.ts';
import { measureHorizons, measureTiers } from './horizons.ts';
import { countForetold, type Foretold, pick, rankForetold } from './measure.ts';
import type { Panel, PeriodOutcome } from './panel.ts';

/** A hazard with its tables and the panel it is measured on. */
export interface HazardMeasured {
  readonly hazard: Hazard;
  readonly default: Model;
  readonly payoff: Model;
  readonly within: Model | null;
  readonly panel: Panel;
}

/** The curve of every row of a frame: its own period first, then those after it with all else standing still. */
export const curveFrame = (
  { hazard, ...tables }: Pick<HazardMeasured, 'hazard' | 'default' | 'payoff'>,
  frame: Frame,
): CurvePoint[][] => {
  const scored = Array.from({ length: longestHorizon(hazard) }, (_, ahead) => {
    const later = goOn(frame, hazard.period.column, ahead);
    return { default: scoreFrame(tables.default, later), payoff: scoreFrame(tables.payoff, later) };
  });
  return Array.from({ length: frame.rows }, (_, row) =>
    toCurve(scored.map((each) => ({ default: each.default[row] as number, payoff: each.payoff[row] as number }))),
  );
};

const goOn = (frame: Frame, name: string, ahead: number): Frame => ({
  ...frame,
  columns: frame.columns.map((column) =>
    column.definition.name === name ? { ...column, values: column.values.map((value) => value + ahead) } : column,
  ),
});

/** Measures a hazard on the periods it was calibrated on and on later ones. */
export const validateHazard = (measured: HazardMeasured): HazardValidation => {
  const { hazard, panel } = measured;
  const { fitTo, calibrateTo } = panel.dictionary.periods;
  const curves = curveFrame(measured, panel.frame);
  const rows = [...panel.outcomes.keys()].filter((row) => panel.outcomes[row] !== 'unknown');
  const periodOf = (row: number) => panel.periods[row] as number;
  const calibrated = rows.filter((row) => periodOf(row) > fitTo && periodOf(row) <= calibrateTo);
  const later = rows.filter((row) => periodOf(row) > calibrateTo);
  const [bad, paid] = (['default', 'payoff'] as const).map((event) => foretell(curves, panel.outcomes, event)) as [
    Foretold,
    Foretold,
  ];
  const { name, version, fingerprint } = hazard;
  return {
    schema: 1,
    hazard: { name, version, fingerprint },
    calibration: { default: countForetold(pick(bad, calibrated)), payoff: countForetold(pick(paid, calibrated)) },
    jointLogLoss: measureJointLoss(curves, panel.outcomes, later),
    default: rankForetold(pick(bad, later)),
    payoff: rankForetold(pick(paid, later)),
    periods: [...new Set(later.map(periodOf))]
      .sort((a, b) => a - b)
      .map((period) => ({
        period,
        ...rankForetold(
          pick(
            bad,
            later.filter((row) => periodOf(row) === period),
          ),
        ),
      })),
    horizons: measureHorizons(measured, curves),
    tiers: measureTiers(measured, curves),
  };
};

/** Chances of an event in each row's own period. */
const foretell = (
  curves: readonly (readonly CurvePoint[])[],
  outcomes: readonly PeriodOutcome[],
  event: 'default' | 'payoff',
): Foretold => ({
  probabilities: Float64Array.from(curves, ([now]) => now?.chances[event] ?? 0),
  labels: Uint8Array.from(outcomes, (outcome) => (outcome === event ? 1 : 0)),
});

/** Mean log loss over the three ways a period can end. */
const measureJointLoss = (
  curves: readonly (readonly CurvePoint[])[],
  outcomes: readonly PeriodOutcome[],
  rows: readonly number[],
): number => {
  const losses = rows.map((row) => {
    const [outcome, chances] = [outcomes[row], curves[row]?.[0]?.chances];
    const chance = outcome === 'default' || outcome === 'payoff' ? chances?.[outcome] : chances?.survival;
    return rowLoss(chance ?? 0, true);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length);
};
