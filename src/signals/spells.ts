import type { DatedEvent } from '../features/dated-event.ts';
import { type DefaultDay, defaultRule, findDefaults, PROBATION_DAYS } from '../features/default.ts';
import { followInstalments } from '../features/instalments.ts';
import { collectAccounts } from '../features/made-rows.ts';
import { toMaterial } from '../features/material.ts';
import type { DefaultSpell } from './course.ts';

/**
 * The spells of default in a history: another default within the probation of one belongs to it. Each runs back to the
 * first due date that was unpaid when it began; where only statements tell, to the last one that was not late, before
 * which nothing was unpaid, so that no lead time is too long.
 * @param standing the events of one customer that stand
 * @param lastDay the last day that counts
 */
export const findSpells = (standing: readonly DatedEvent[], lastDay: number): DefaultSpell[] => {
  const spells: DefaultSpell[] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const found of findDefaults(standing, lastDay)) {
    if (found.day > until) spells.push({ firstUnpaidOn: findFirstUnpaid(standing, found), defaultOn: found.day });
    until = found.day + PROBATION_DAYS;
  }
  return spells;
};

const findFirstUnpaid = (standing: readonly DatedEvent[], { day, cause }: DefaultDay): number => {
  if (cause === 'arrears') return day - defaultRule.days - 1;
  // What is restructured owes nothing by the new plan on that day: the state is that of the day before.
  const before = standing.filter((dated) => dated.day < day || (cause === 'statement' && dated.day === day));
  return Math.min(day, firstUnpaidDue(before, day), firstLateStatement(before, day));
};

const firstUnpaidDue = (before: readonly DatedEvent[], day: number): number =>
  Math.min(
    day,
    ...[...collectAccounts(toMaterial(before), 'current').values()].flatMap((account) =>
      followInstalments({ ...account, facility: 0 }, day).flatMap(({ day: dueDay, fields: { unpaid = 0 } }) =>
        unpaid > 0 ? [dueDay] : [],
      ),
    ),
  );

/** Day of the last statement that was not late before those that are, facility by facility. */
const firstLateStatement = (before: readonly DatedEvent[], day: number): number => {
  const since = new Map<string, { good: number | null; late: number | null }>();
  for (const { event, day: on } of before) {
    if (event.type !== 'statement') continue;
    const { good = null, late = null } = since.get(event.facilityId) ?? {};
    const isLate = event.payload.monthsLate > 0;
    since.set(event.facilityId, isLate ? { good, late: late ?? good ?? on } : { good: on, late: null });
  }
  return Math.min(day, ...[...since.values()].flatMap(({ late }) => (late === null ? [] : [late])));
};
