import type { Hazard } from '../domain/hazard.ts';
import { appError } from '../errors.ts';
import { fingerprint } from '../fingerprint.ts';

/** Scores of the two tables in one period, micro-logits against surviving it. */
export interface PeriodScores {
  readonly default: number;
  readonly payoff: number;
}

/** What becomes of a customer in a period at whose start the loan is alive; the three sum to 1. Display only. */
export interface PeriodChances {
  readonly default: number;
  readonly payoff: number;
  readonly survival: number;
}

/** Where a curve stands at the end of a period. Display only. */
export interface CurvePoint {
  readonly chances: PeriodChances;
  /** Default, payoff or neither until then; the three sum to 1. */
  readonly until: PeriodChances;
}

/**
 * Chances of a period from its two scores: a multinomial logit with surviving as its base (DEFINITIONS 9), so that
 * default and payoff together stay below 1.
 */
export const toChances = (scores: PeriodScores): PeriodChances => {
  const [byDefault, byPayoff] = [scores.default / 1e6, scores.payoff / 1e6];
  const highest = Math.max(0, byDefault, byPayoff);
  const [bad, paid, alive] = [byDefault, byPayoff, 0].map((logit) => Math.exp(logit - highest)) as [
    number,
    number,
    number,
  ];
  const all = bad + paid + alive;
  return { default: bad / all, payoff: paid / all, survival: alive / all };
};

/**
 * The curve over some periods in their order: `PD(t) = sum over s <= t of h_d(s) x product over u < s of (1 - h_d(u) -
 * h_p(u))` (DEFINITIONS 9).
 * @returns one point for each period; its PD never falls
 */
export const toCurve = (scores: readonly PeriodScores[]): CurvePoint[] => {
  let until: PeriodChances = { default: 0, payoff: 0, survival: 1 };
  return scores.map((each) => {
    const chances = toChances(each);
    until = {
      default: Math.min(1, until.default + until.survival * chances.default),
      payoff: Math.min(1, until.payoff + until.survival * chances.payoff),
      survival: until.survival * chances.survival,
    };
    return { chances, until };
  });
};

/** How many periods a curve has. */
export const longestHorizon = ({ horizons }: Pick<Hazard, 'horizons'>): number => Math.max(...horizons);

/** Whole periods of a horizon in days. @throws horizon_unfit where it is none, or farther than the curve goes */
export const toPeriods = (
  hazard: Pick<Hazard, 'name' | 'version' | 'period' | 'horizons'>,
  horizonDays: number,
): number => {
  const { days } = hazard.period;
  const longest = longestHorizon(hazard) * days;
  if (horizonDays > 0 && horizonDays % days === 0 && horizonDays <= longest) return horizonDays / days;
  throw appError('horizon_unfit', {
    model: `${hazard.name}@${hazard.version}`,
    days: horizonDays,
    period: days,
    longest,
  });
};

/** Closes a hazard: its fingerprint is that of everything else in it. */
export const sealHazard = (hazard: Omit<Hazard, 'fingerprint'>): Hazard => ({
  ...hazard,
  fingerprint: fingerprint(hazard),
});

/** Whether a hazard's fingerprint is that of its content. */
export const isHazardSealed = ({ fingerprint: claimed, ...content }: Hazard): boolean =>
  fingerprint(content) === claimed;
