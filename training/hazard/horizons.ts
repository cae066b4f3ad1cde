import type { Hazard, HazardValidation } from '../../src/domain/hazard.ts';
import type { Model } from '../../src/domain/model.ts';
import { rankRows } from '../../src/metrics/ranking.ts';
import type { CurvePoint } from '../../src/model/hazard.ts';
import { takeRows } from '../dataset/frame.ts';
import { scoreFrame, toProbabilities } from '../validation/score-frame.ts';
import { measureGap, pick, rankForetold } from './measure.ts';
import { labelWithin, type Panel } from './panel.ts';

const DECILES = 10;

type Curves = readonly (readonly CurvePoint[])[];

/** Later rows of which it is known whether they default within a horizon, their labels and the curve's PDs. */
const knowLater = (panel: Panel, curves: Curves, horizon: number) => {
  const labels = labelWithin(panel, horizon);
  const rows = [...labels.keys()].filter(
    (row) => labels[row] !== 2 && (panel.periods[row] as number) > panel.dictionary.periods.calibrateTo,
  );
  const probabilities = Float64Array.from(curves, (curve) => curve[horizon - 1]?.until.default ?? 0);
  return { rows, ...pick({ probabilities, labels }, rows) };
};

/** Default within each horizon, on later rows of which it is known. */
export const measureHorizons = (
  { hazard, panel }: { readonly hazard: Hazard; readonly panel: Panel },
  curves: Curves,
): HazardValidation['horizons'] =>
  hazard.horizons.map((horizon) => ({
    horizon,
    days: horizon * hazard.period.days,
    ...rankForetold(knowLater(panel, curves, horizon)),
  }));

/** The tiers' table beside the curve on the same rows, by tenths of the curve's PD; null where there is none. */
export const measureTiers = (
  { hazard, within, panel }: { readonly hazard: Hazard; readonly within: Model | null; readonly panel: Panel },
  curves: Curves,
): HazardValidation['tiers'] => {
  if (!hazard.tiers || !within) return null;
  const { rows, probabilities, labels } = knowLater(panel, curves, hazard.tiers.periods);
  const table = toProbabilities(scoreFrame(within, takeRows(panel.frame, Uint32Array.from(rows))));
  const order = rankRows(probabilities);
  const deciles = Array.from({ length: DECILES }, (_, tenth) => {
    const ranked = [...order.subarray(share(tenth, rows.length), share(tenth + 1, rows.length))];
    const curve = pick({ probabilities, labels }, ranked);
    return measureGap(curve.probabilities, pick({ probabilities: table, labels }, ranked).probabilities, curve.labels);
  });
  return {
    horizon: hazard.tiers.periods,
    default: rankForetold({ probabilities: table, labels }),
    all: measureGap(probabilities, table, labels),
    deciles,
  };
};

const share = (tenth: number, rows: number): number => Math.floor((tenth * rows) / DECILES);
