import { toCivilDate, toDayNumber } from '../../src/features/civil-clock.ts';
import type { DatedEvent } from '../../src/features/dated-event.ts';

/** The last event of a type on each facility by a day. */
const latestOf = <Type extends DatedEvent['event']['type']>(until: readonly DatedEvent[], type: Type) => {
  const latest = new Map<string, DatedEvent & { event: Extract<DatedEvent['event'], { type: Type }> }>();
  for (const dated of until)
    if (dated.event.type === type && 'facilityId' in dated.event) latest.set(dated.event.facilityId, dated as never);
  return latest;
};

/** Days past due of one facility by its dues and payments: what is paid is laid on the dues one unit of money at a time. */
const lateByInstalments = (until: readonly DatedEvent[], facilityId: string, day: number): number | null => {
  const plan = latestOf(until, 'facility').get(facilityId)?.event.payload.restructuredOn ?? null;
  const since = plan === null ? Number.NEGATIVE_INFINITY : toDayNumber(plan);
  let paid = 0;
  const dues: { day: number; amount: number }[] = [];
  for (const { event, day: on } of until) {
    if (!('facilityId' in event) || event.facilityId !== facilityId || on < since) continue;
    if (event.type === 'repayment') paid += event.amountMinor;
    if (event.type === 'instalment_due' && event.payload.schedule !== 'original')
      dues.push({ day: on, amount: event.amountMinor });
  }
  for (const due of [...dues].sort((a, b) => a.day - b.day)) {
    if (paid < due.amount) return day - due.day;
    paid -= due.amount;
  }
  return dues.length === 0 ? null : 0;
};

/** Where somebody stands at the end of a day, slowly: everything is looked for anew. */
export const slowState = (
  standing: readonly DatedEvent[],
  day: number,
  defaultDays: readonly number[],
): string | null => {
  const until = standing.filter((dated) => dated.day <= day);
  const lending = until.filter(({ event }) =>
    ['facility', 'instalment_due', 'repayment', 'statement'].includes(event.type),
  );
  if (lending.length === 0) return null;
  const facilities = [...latestOf(until, 'facility').values()];
  const shut = facilities.filter(({ event }) => event.payload.status !== 'open');
  const ended = until.filter(({ event }) => event.type === 'status_change').at(-1)?.event;
  const hasLeft =
    (ended?.type === 'status_change' && ended.payload.status !== 'active') ||
    (facilities.length > 0 && shut.length === facilities.length);
  const late = slowLate(until, day, standing);
  const past = defaultDays.filter((each) => each <= day);
  const month = toCivilDate(day).slice(0, 7);
  const isRecent = past.some((each) => day - each < 360);
  if (past.some((each) => toCivilDate(each).startsWith(month))) return 'default';
  if (hasLeft && isRecent) return 'default';
  if (past.length > 0 && late !== null && late > 90) return 'default';
  if (hasLeft) return 'closed';
  if (isRecent) return 'probation';
  if (late === null) return 'unknown';
  return late === 0 ? 'current' : late <= 30 ? 'days_1_30' : late <= 60 ? 'days_31_60' : 'days_61_on';
};

/** Days past due by instalments and statements; null where nothing tells. */
const slowLate = (until: readonly DatedEvent[], day: number, standing: readonly DatedEvent[]): number | null => {
  const shut = new Set(
    [...latestOf(until, 'facility').values()].flatMap(({ event }) =>
      event.payload.status === 'open' ? [] : [event.facilityId],
    ),
  );
  const ids = new Set(until.flatMap(({ event }) => ('facilityId' in event ? [event.facilityId] : [])));
  const told = [...ids].map((id) => lateByInstalments(until, id, day));
  for (const [id, { event, day: on }] of latestOf(until, 'statement'))
    if (!shut.has(id) && day - on < 62) {
      const months = event.payload.monthsLate;
      told.push(months === 0 ? 0 : 30 * (months - 1) + 1);
    }
  const known = told.filter((each) => each !== null);
  if (known.length > 0) return Math.max(...known);
  return day - slowOpening(standing) < 62 ? 0 : null;
};

/** The first day on which anything was lent. */
export const slowOpening = (standing: readonly DatedEvent[]): number =>
  Math.min(
    ...standing.flatMap(({ event, day }) => {
      if (event.type === 'facility') return [day, toDayNumber(event.payload.openedOn)];
      return ['instalment_due', 'repayment', 'statement'].includes(event.type) ? [day] : [];
    }),
  );
