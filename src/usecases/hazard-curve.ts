import type { DecisionPlan } from '../decision/plan.ts';
import { type RawFields, readRow } from '../decision/row.ts';
import type { Warning } from '../domain/decision.ts';
import type { Tier } from '../domain/ordered.ts';
import { createTypical, type FromTypical } from '../explanation/typical.ts';
import { type CurvePoint, longestHorizon, type PeriodChances, toCurve, toPeriods } from '../model/hazard.ts';
import { explainRow } from './explain-row.ts';
import type { OpenedHazard } from './open-hazard.ts';
import { acceptedNames, type OpenedPlan } from './open-plan.ts';

/** One period of a customer's curve; probabilities are display. */
export interface CurvePeriod {
  /** From 1, the period of the snapshot. */
  readonly period: number;
  readonly untilDays: number;
  readonly chances: PeriodChances;
  readonly until: PeriodChances;
  readonly default: FromTypical;
  readonly payoff: FromTypical;
}

/** When a customer defaults, if ever, with what the tiers' own table says. */
export interface HazardCurve {
  readonly horizons: readonly { readonly days: number; readonly probability: number }[];
  readonly periods: readonly CurvePeriod[];
  readonly tiers: {
    readonly days: number;
    readonly microLogits: number;
    readonly probability: number;
    readonly tier: Tier;
    /** Its probability minus the curve's at the same horizon. */
    readonly gap: number;
  } | null;
  readonly warnings: readonly Warning[];
}

/** One customer's raw columns and what is asked of them. */
export interface CurveRequest {
  readonly opened: OpenedHazard;
  readonly fields: RawFields;
  /** Horizons in days; undefined = those of the hazard. */
  readonly days: readonly number[] | undefined;
  readonly now: string;
  readonly timeZone: string;
}

const round = (probability: number): number => Math.round(probability * 1e9) / 1e9;

const roundAll = (chances: PeriodChances): PeriodChances => ({
  default: round(chances.default),
  payoff: round(chances.payoff),
  survival: round(chances.survival),
});

/**
 * The curve of one customer: the column that counts periods goes on by one a period, with what derives from it; all else
 * stands still.
 * @throws horizon_unfit, field_missing, field_unknown, bad_value
 */
export const drawCurve = (request: CurveRequest): HazardCurve => {
  const { opened, fields } = request;
  const { hazard } = opened;
  const wanted = (request.days ?? hazard.horizons.map((periods) => periods * hazard.period.days)).map((days) => ({
    days,
    periods: toPeriods(hazard, days),
  }));
  const longest = longestHorizon(hazard);
  const [bad, paid] = [opened.default, opened.payoff].map((table) =>
    scoreAhead(table, fields, { column: hazard.period.column, longest }),
  ) as [Ahead, Ahead];
  const points = toCurve(
    bad.scores.map((score, ahead) => ({
      default: score.microLogits,
      payoff: (paid.scores[ahead] as FromTypical).microLogits,
    })),
  );
  const known = new Set(bad.warnings.map(({ code, field }) => `${code}:${field}`));
  return {
    horizons: wanted.map(({ days, periods }) => ({
      days,
      probability: round((points[periods - 1] as CurvePoint).until.default),
    })),
    periods: points.map(({ chances, until }, ahead) => ({
      period: ahead + 1,
      untilDays: (ahead + 1) * hazard.period.days,
      chances: roundAll(chances),
      until: roundAll(until),
      default: bad.scores[ahead] as FromTypical,
      payoff: paid.scores[ahead] as FromTypical,
    })),
    tiers: decideTier(request, points),
    warnings: [...bad.warnings, ...paid.warnings.filter(({ code, field }) => !known.has(`${code}:${field}`))],
  };
};

interface Ahead {
  readonly scores: readonly FromTypical[];
  readonly warnings: readonly Warning[];
}

/** Scores of one table in each period ahead. */
const scoreAhead = (
  opened: OpenedPlan,
  fields: RawFields,
  { column, longest }: { readonly column: string; readonly longest: number },
): Ahead => {
  const { plan } = opened;
  const { row, warnings } = readRow(plan, fields, new Set([...acceptedNames(opened), column]));
  const explain = createTypical(plan.model);
  const place = plan.features.indexOfColumn(column);
  const scores = Array.from({ length: longest }, (_, ahead) => {
    const later = row.map((value, index) => (index === place ? value + ahead : value));
    return explain(scoreLater(plan, later));
  });
  return { scores, warnings };
};

const scoreLater = (plan: DecisionPlan, row: Float64Array) => {
  const values = new Float64Array(plan.model.inputs.length);
  const bins = new Int32Array(plan.model.inputs.length);
  const cells = new Float64Array(plan.model.terms.length);
  plan.features.compute(row, values);
  plan.encode(values, bins);
  return { cells, microLogits: plan.tables.score(bins, cells) };
};

/** What the tiers' table says of the same customer; null where there is none. */
const decideTier = (
  { opened: { hazard, tiers }, fields, now, timeZone }: CurveRequest,
  points: readonly CurvePoint[],
): HazardCurve['tiers'] => {
  if (!tiers || !hazard.tiers) return null;
  const { decision } = explainRow({ opened: tiers, fields, purpose: 'application', previous: null, now, timeZone });
  if (!decision.score) return null;
  const { microLogits, probability } = decision.score;
  const { periods } = hazard.tiers;
  return {
    days: periods * hazard.period.days,
    microLogits,
    probability,
    tier: decision.tier.final,
    gap: round(probability - (points[periods - 1] as CurvePoint).until.default),
  };
};
