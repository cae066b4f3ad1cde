import type { EventContent } from '../domain/event.ts';
import { toDayNumber } from './civil-clock.ts';
import type { DatedEvent } from './dated-event.ts';
import { leastDaysLate } from './days-late.ts';
import { arrearsOn, followInstalments } from './instalments.ts';
import { collectAccounts, collectPlans, type PlanAccount, standingFacilities } from './made-rows.ts';
import { toMaterial } from './material.ts';

/** Why a customer counts as in default. */
export type DefaultCause = 'arrears' | 'statement' | 'written_off' | 'distressed' | 'bankruptcy';

/** The first day of something that is a default. */
export interface DefaultDay {
  /** Civil days since 1970-01-01. */
  readonly day: number;
  readonly cause: DefaultCause;
}

/** When arrears are a default: what they must exceed. */
export const defaultRule = {
  /** Days past due: more than these. */
  days: 90,
  /** Minor units, and per cent of the facility's limit or principal where it is known: a material amount is at least both. */
  leastMinor: 10_000,
  leastPercent: 1,
  /** Begun months past due by which a statement says the same. */
  monthsLate: 4,
} as const;

/** How long a default that has ended still counts: so many days without another. */
export const PROBATION_DAYS = 360;

/**
 * The days on which a default began: more than 90 days past due on a material amount by the plan that held then, whatever
 * took its place later, a statement that says so, a write-off, a distressed restructuring, a bankruptcy (Basel Framework, CRE36.69 and 36.70).
 * @param standing the events of one customer that stand
 * @param asOfDay the last day that counts
 */
export const findDefaults = (standing: readonly DatedEvent[], asOfDay: number): DefaultDay[] => {
  const material = toMaterial(standing);
  const exposures = new Map(
    standingFacilities(material).map(({ event: { facilityId, payload } }) => [
      facilityId,
      Math.max(payload.limitMinor ?? 0, payload.principalMinor ?? 0),
    ]),
  );
  const arrears = collectPlans(material).flatMap((plan) =>
    arrearsDefaults(plan, exposures.get(plan.facilityId) ?? 0, asOfDay),
  );
  return [...arrears, ...standing.flatMap(toldDefault)]
    .filter(({ day }) => day <= asOfDay)
    .sort((a, b) => a.day - b.day);
};

const isMaterial = (amountMinor: number, exposureMinor: number): boolean =>
  amountMinor >= defaultRule.leastMinor && amountMinor * 100 >= exposureMinor * defaultRule.leastPercent;

/** The days on which what is due first lies more than 90 days back, where enough is unpaid then. */
const arrearsDefaults = (plan: PlanAccount, exposureMinor: number, asOfDay: number): DefaultDay[] =>
  followInstalments({ ...plan, facility: 0 }, Math.min(asOfDay, plan.until)).flatMap(({ day: dueDay, fields }) => {
    const { delay = 0 } = fields;
    const day = dueDay + defaultRule.days + 1;
    if (day >= plan.until || delay <= defaultRule.days || !isMaterial(arrearsOn(plan, day), exposureMinor)) return [];
    return [{ day, cause: 'arrears' }];
  });

/** What an event tells by itself. */
const toldDefault = ({ event, day }: DatedEvent<EventContent>): DefaultDay[] => {
  switch (event.type) {
    case 'statement': {
      const { monthsLate, balanceMinor } = event.payload;
      const isLate = monthsLate >= defaultRule.monthsLate;
      return isLate && (balanceMinor ?? defaultRule.leastMinor) >= defaultRule.leastMinor
        ? [{ day, cause: 'statement' }]
        : [];
    }
    case 'facility': {
      const { status, isDistressed, restructuredOn } = event.payload;
      return [
        ...(status === 'written_off' ? [{ day, cause: 'written_off' } as const] : []),
        ...(isDistressed && restructuredOn !== null
          ? [{ day: toDayNumber(restructuredOn), cause: 'distressed' } as const]
          : []),
      ];
    }
    case 'legal_event':
      return event.payload.kind === 'bankruptcy' && event.payload.isAgainst && event.payload.stands
        ? [{ day, cause: 'bankruptcy' }]
        : [];
    default:
      return [];
  }
};

/** What a customer came to in a performance window. */
export type WindowOutcome = 'bad' | 'good' | 'indeterminate' | 'excluded' | 'defaulted' | 'immature' | 'unknown';

/** A window after an observation: from the day after it, `days` long, told by what is known as of `knownTo`. */
export interface PerformanceWindow {
  readonly observedOn: number;
  readonly days: number;
  /** The last day of the data. */
  readonly knownTo: number;
}

/** From so many days past due on, an outcome that is no default is left open. */
const INDETERMINATE_DAYS = 30;

/**
 * What became of a customer after an observation: `defaulted` where it was in default then or had been within a year;
 * `bad` where a default began in the window; `immature` where the data end before the window and nothing happened yet;
 * `excluded` where it died, was a fraud or left before the window was over; `indeterminate` where its worst was 30 to 90
 * days past due; `unknown` where nothing fell due, was paid or was stated in the window, since silence is not good; else
 * `good`.
 */
export const outcomeOf = (standing: readonly DatedEvent[], window: PerformanceWindow): WindowOutcome => {
  const { observedOn, days, knownTo } = window;
  const end = observedOn + days;
  const defaults = findDefaults(standing, Math.min(end, knownTo));
  if (defaults.some(({ day }) => day <= observedOn && day > observedOn - PROBATION_DAYS)) return 'defaulted';
  if (defaults.some(({ day }) => day > observedOn)) return 'bad';
  if (hasLeft(standing, end)) return 'excluded';
  if (end > knownTo) return 'immature';
  if (worstDelay(standing, window) > INDETERMINATE_DAYS) return 'indeterminate';
  return standing.some(({ event, day }) => tellsOfPayment(event) && day > observedOn && day <= end)
    ? 'good'
    : 'unknown';
};

/** Whether an event tells how its customer pays. */
const tellsOfPayment = ({ type }: EventContent): boolean =>
  type === 'instalment_due' || type === 'repayment' || type === 'statement';

/** Whether by the end of a day something had ended the relation, or no facility was open any more. */
export const hasLeft = (standing: readonly DatedEvent[], end: number): boolean => {
  const until = standing.filter(({ day }) => day <= end);
  const status = until.findLast(({ event }) => event.type === 'status_change');
  if (status?.event.type === 'status_change' && status.event.payload.status !== 'active') return true;
  const facilities = standingFacilities(toMaterial(until));
  return facilities.length > 0 && facilities.every(({ event }) => event.payload.status !== 'open');
};

/** Days past due at the worst of the window, by instalments and by statements. */
const worstDelay = (standing: readonly DatedEvent[], { observedOn, days }: PerformanceWindow): number => {
  const end = observedOn + days;
  const until = standing.filter(({ day }) => day <= end);
  const delays = [...collectAccounts(toMaterial(until), 'current').values()].flatMap((account) =>
    followInstalments({ ...account, facility: 0 }, end).map(({ day, fields: { delay = 0 } }) =>
      day + delay > observedOn ? delay : 0,
    ),
  );
  const months = until.map(({ event, day }) =>
    event.type === 'statement' && day > observedOn ? event.payload.monthsLate : 0,
  );
  return Math.max(0, ...delays, ...months.map(leastDaysLate));
};
