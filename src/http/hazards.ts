import type { CurveAnswer, HazardsAnswer } from '../contract/hazards.ts';
import type { Hazard } from '../domain/hazard.ts';
import type { Locale } from '../domain/text.ts';
import { AppError } from '../errors.ts';
import type { FromTypical } from '../explanation/typical.ts';
import { wordMitigating, wordReason } from '../explanation/wording.ts';
import type { HazardCurve } from '../usecases/hazard-curve.ts';
import type { OpenedHazard } from '../usecases/open-hazard.ts';
import { type OpenedPlan, originOf } from '../usecases/open-plan.ts';
import type { ListedHazard } from '../usecases/served-hazard.ts';
import { withoutFolders } from './problem.ts';

/** Hazards as the caller reads them. */
export const describeHazards = (listed: readonly ListedHazard[], locale: Locale): HazardsAnswer => ({
  hazards: listed.map(({ name, version, found }) =>
    found instanceof AppError
      ? { name, version, hazard: null, problem: withoutFolders(found)[locale] }
      : { name, version, hazard: describeContent(found, locale), problem: null },
  ),
});

const describeContent = (hazard: Hazard, locale: Locale) => ({
  fingerprint: hazard.fingerprint,
  event: hazard.event[locale],
  payoff: hazard.payoff[locale],
  period: hazard.period,
  horizons: hazard.horizons.map((periods) => periods * hazard.period.days),
  tables: { ...hazard.tables, tiers: hazard.tiers?.table ?? null },
});

/** A curve as the caller reads it. */
export const describeCurve = (opened: OpenedHazard, curve: HazardCurve, locale: Locale): CurveAnswer => {
  const { name, version, fingerprint } = opened.hazard;
  const tables = [opened.default, opened.payoff, ...(opened.tiers ? [opened.tiers] : [])];
  return {
    hazard: { name, version, fingerprint },
    horizons: [...curve.horizons],
    periods: curve.periods.map((period) => ({
      ...period,
      default: describeScore(period.default, opened.default, locale),
      payoff: describeScore(period.payoff, opened.payoff, locale),
    })),
    tiers: curve.tiers,
    ...(tables.some((table) => originOf(table)?.source.synthetic) ? { simulated: true as const } : {}),
    warnings: [...curve.warnings],
  };
};

const describeScore = (
  { reasons, mitigating, groups, ...score }: FromTypical,
  { plan: { model, policy } }: OpenedPlan,
  locale: Locale,
): CurveAnswer['periods'][number]['default'] => {
  const wordbook = { model, policy, adjustments: [], signals: [] };
  return {
    ...score,
    groups: groups.map(({ code, microLogits }) => {
      const label = model.groups.find((group) => group.code === code)?.label[locale] ?? code;
      return { code, label, microLogits };
    }),
    reasons: reasons.map((reason) => ({ ...reason, text: wordReason(reason, wordbook)[locale] })),
    mitigating: mitigating.map((factor) => ({ ...factor, text: wordMitigating(factor, wordbook)[locale] })),
  };
};
