import type { EventItem } from '../../src/domain/event.ts';

const DAY = 86_400_000;
const dayOf = (text: string): number => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY;

/** How long before the first unpaid due day signs are looked for, and until when. */
const FROM_DAYS = 180;
const UNTIL_DAYS = 30;

/**
 * What an attentive lender could have seen from 180 to 30 days before a customer's first unpaid due day: late or partial
 * payments, a card used above 90% of its limit, loan applications elsewhere, changed contact details, cases at court,
 * hardship, a contraction of business, arrears in a credit report, a loss in a company's statement, or wages that fell by
 * more than 20% against the three months before.
 */
export const findSigns = (events: readonly EventItem[], firstUnpaidDueOn: string): string[] => {
  const due = dayOf(firstUnpaidDueOn);
  const seen = events.filter(({ knownAt = '' }) => {
    const day = dayOf(knownAt);
    return day >= due - FROM_DAYS && day < due - UNTIL_DAYS;
  });
  const signs = seen.flatMap((event) => signOf(event) ?? []);
  const late = hasLatePayment(events, due) ? ['late payment'] : [];
  return [...new Set([...signs, ...late, ...(hasLowerWages(events, due) ? ['lower wages'] : [])])];
};

const signOf = (event: EventItem): string | null => {
  switch (event.type) {
    case 'statement': {
      const { status, balanceMinor, limitMinor } = event.payload;
      if (status === 'late') return 'late payment';
      return (balanceMinor ?? 0) > 0.9 * (limitMinor ?? Number.POSITIVE_INFINITY) ? 'utilisation' : null;
    }
    case 'loan_application':
      return event.payload.lender === 'other' ? 'application elsewhere' : null;
    case 'business_change':
      return event.payload.kind === 'contraction' ? 'contraction' : null;
    case 'credit_report':
      return event.payload.overdueMinor > 0 ? 'arrears in a report' : null;
    case 'financial_statement':
      return event.payload.revenueMinor < event.payload.expenseMinor ? 'loss' : null;
    case 'contact_change':
    case 'legal_event':
    case 'hardship':
      return event.type;
    default:
      return null;
  }
};

/** Whether an instalment was paid after its day, in the time looked at. */
const hasLatePayment = (events: readonly EventItem[], due: number): boolean => {
  const owed = new Map<string, { readonly on: number; left: number }[]>();
  let isLate = false;
  for (const event of events) {
    const on = dayOf(event.occurredAt);
    if (event.type === 'instalment_due' && event.payload.schedule !== 'original') {
      owed.set(event.facilityId, [...(owed.get(event.facilityId) ?? []), { on, left: event.amountMinor }]);
    }
    if (event.type !== 'repayment') continue;
    let left = event.amountMinor;
    for (const each of owed.get(event.facilityId) ?? []) {
      const part = Math.min(left, each.left);
      each.left -= part;
      left -= part;
      if (part > 0 && on > each.on && on >= due - FROM_DAYS && on < due - UNTIL_DAYS) isLate = true;
    }
  }
  return isLate;
};

/** Whether some 30 days brought a fifth less wages than the mean of the three times 30 days before. */
const hasLowerWages = (events: readonly EventItem[], due: number): boolean => {
  const wages = new Map<number, number>();
  for (const event of events) {
    if (event.type !== 'transaction' || event.payload.category !== 'salary') continue;
    const period = Math.floor((dayOf(event.occurredAt) - due) / 30);
    wages.set(period, (wages.get(period) ?? 0) + event.amountMinor);
  }
  if ((wages.get(-8) ?? 0) === 0) return false;
  const at = (period: number) => wages.get(period) ?? 0;
  return [-5, -4, -3, -2].some((period) => {
    const before = (at(period - 1) + at(period - 2) + at(period - 3)) / 3;
    return at(period) < 0.8 * before && at(period) + at(period - 1) < 1.6 * before;
  });
};
