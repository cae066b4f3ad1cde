import { STATEMENT_DAYS } from './catalogue/repayment.ts';
import { toDayNumber } from './civil-clock.ts';
import { firstOfMonth } from './civil-day.ts';
import type { DatedEvent } from './dated-event.ts';
import { defaultRule, PROBATION_DAYS } from './default.ts';
import { standingFacilities } from './made-rows.ts';
import { toMaterial } from './material.ts';

/**
 * Where a customer or a facility stands at the end of a month. By days past due, as far as it is not in default: none, 1 to
 * 30, 31 to 60, 61 or more (above 90 on what is no material amount). `default`: one began in the month, or more than 90
 * days are still past due since one, or it left within a year of one. `probation`: one began within 360 days, and no more
 * than 90 days are past due. `closed`: it left otherwise, which is no cure. `unknown`: nothing says how late it is.
 */
export const repaymentStates = [
  'current',
  'days_1_30',
  'days_31_60',
  'days_61_on',
  'default',
  'probation',
  'closed',
  'unknown',
] as const;
export type RepaymentState = (typeof repaymentStates)[number];

/** What is known at the end of a month. */
export interface MonthEnd {
  /** The month's last day, civil days since 1970-01-01. */
  readonly day: number;
  /** Days past due; null where nothing tells. */
  readonly daysLate: number | null;
  /** Whether the relation has ended, or no facility is open. */
  readonly hasLeft: boolean;
  /** The days on which a default began, rising; later ones do not count. */
  readonly defaultDays: readonly number[];
}

/** The state that follows from it. */
export const stateOf = (end: MonthEnd): RepaymentState => {
  const { day, daysLate, hasLeft } = end;
  const last = end.defaultDays.findLast((each) => each <= day) ?? Number.NEGATIVE_INFINITY;
  const isWithinProbation = last > day - PROBATION_DAYS;
  if (last >= firstOfMonth(day) || (hasLeft && isWithinProbation)) return 'default';
  if (last > Number.NEGATIVE_INFINITY && daysLate !== null && daysLate > defaultRule.days) return 'default';
  if (hasLeft) return 'closed';
  if (isWithinProbation) return 'probation';
  if (daysLate === null) return 'unknown';
  if (daysLate > 60) return 'days_61_on';
  if (daysLate > 30) return 'days_31_60';
  return daysLate > 0 ? 'days_1_30' : 'current';
};

/** The events that tell when something was lent, and how it is repaid. */
const lendingTypes: readonly string[] = ['facility', 'instalment_due', 'repayment', 'statement'];

/** The day on which the first facility was opened, or the first was seen; null where none is known. */
export const findOpening = (standing: readonly DatedEvent[]): number | null => {
  const days = standing.flatMap(({ event, day }) => {
    if (!lendingTypes.includes(event.type)) return [];
    return event.type === 'facility' ? [Math.min(day, toDayNumber(event.payload.openedOn))] : [day];
  });
  return days.length === 0 ? null : Math.min(...days);
};

/** What is owed, in minor units of one currency. */
export interface Balance {
  readonly amountMinor: number;
  readonly currency: string;
}

/**
 * What is owed on all facilities that are open at the end of a day, by statements of the last 62 days; null where one of
 * them has none with a balance, as instalments do not say what is left of a loan.
 * @param until the events of that day and before
 */
export const balanceOn = (until: readonly DatedEvent[], day: number): Balance | null => {
  const material = toMaterial(until);
  const latest = new Map(material.statement.map((dated) => [dated.event.facilityId, dated] as const));
  const ids = new Set([...latest.keys(), ...material.instalment_due.map(({ event }) => event.facilityId)]);
  for (const { event } of standingFacilities(material)) {
    if (event.payload.status === 'open') ids.add(event.facilityId);
    else ids.delete(event.facilityId);
  }
  const owed = [...ids].map((id): Balance | null => {
    const statement = latest.get(id);
    if (!statement || statement.day <= day - STATEMENT_DAYS) return null;
    const { currency, payload } = statement.event;
    return payload.balanceMinor === null ? null : { amountMinor: Math.max(0, payload.balanceMinor), currency };
  });
  const [first = null] = owed;
  if (first === null || owed.includes(null)) return null;
  return { ...first, amountMinor: owed.reduce((sum, each) => sum + (each?.amountMinor ?? 0), 0) };
};
