import { momentOf } from './calendar.ts';
import { parameters } from './parameters.ts';
import { noteDefault, settle } from './pay.ts';
import { type Agent, type Card, CURRENCY } from './state.ts';

const { habits, facilities, collection } = parameters;

/** The card's due day: the least payment of the last statement falls due, and is met as habit and cash allow. */
export const meetCardDue = (agent: Agent, card: Card, { on, month }: { on: number; month: number }): void => {
  const { traits, draws } = agent;
  noteDefault(agent, card, on);
  const billed = Math.max(0, Math.min(card.billedMinor, card.balanceMinor));
  const fresh = Math.max(0, billed - card.arrears.owedMinor());
  const least = Math.max(habits.minimumPaymentShare * fresh, habits.minimumPaymentMinor);
  card.arrears.add(on, Math.round(Math.min(fresh, least)));
  const share = traits.paysInFull ? 1 : 0.12 + 0.4 * draws.money.uniform();
  settle(agent, card, { on, wishMinor: Math.round(billed * share), month });
};

/** Begun months past due: 1 = 1 to 29 days. */
const monthsLateOf = (daysPastDue: number): number => (daysPastDue > 0 ? Math.floor(daysPastDue / 30) + 1 : 0);

/**
 * Closes the card's month on its last day: interest, the statement, and a cut of the limit where it is late. Of what is
 * too little to matter it stays in the balance but is not called late.
 */
export const closeCardMonth = (
  agent: Agent,
  card: Card,
  { lastDay, month }: { lastDay: number; month: number },
): void => {
  const unpaid = Math.max(0, card.billedMinor - card.paidMinor);
  const isRevolving = unpaid > 0;
  if (isRevolving) card.balanceMinor += Math.round((unpaid * facilities.cardRateBasisPoints) / 120_000);
  const { amountMinor, exposureShare } = parameters.default;
  if (card.arrears.owedMinor() < Math.max(amountMinor, exposureShare * card.balanceMinor)) card.arrears.clear();
  const monthsLate = monthsLateOf(card.arrears.daysPastDue(lastDay));
  const isUsed = card.balanceMinor > 0 || card.spentMinor > 0 || card.billedMinor > 0;
  const status = statusOf({ monthsLate, isUsed, isRevolving });
  agent.book.tell(
    {
      type: 'statement',
      facilityId: card.id,
      currency: CURRENCY,
      payload: {
        month: agent.calendar.nameOf(month),
        balanceMinor: card.balanceMinor,
        limitMinor: card.limitMinor,
        paymentMinor: card.paidMinor,
        status,
        monthsLate,
      },
    },
    { at: momentOf(lastDay, 82_800), lagSeconds: 1_800 },
  );
  card.billedMinor = Math.max(0, card.balanceMinor);
  card.spentMinor = 0;
  card.paidMinor = 0;
  if (monthsLate >= collection.limitCutFromMonthsLate) cutLimit(agent, card, lastDay);
};

interface Standing {
  readonly monthsLate: number;
  readonly isUsed: boolean;
  readonly isRevolving: boolean;
}

const statusOf = ({ monthsLate, isUsed, isRevolving }: Standing) => {
  if (monthsLate > 0) return 'late';
  if (!isUsed) return 'no_use';
  return isRevolving ? 'revolving' : 'paid_in_full';
};

/** The lender takes back what is not drawn. */
const cutLimit = (agent: Agent, card: Card, day: number): void => {
  const limitMinor = Math.max(100_000, Math.ceil(card.balanceMinor / 10_000) * 10_000);
  if (limitMinor < 0.95 * card.limitMinor) changeLimit(agent, card, { day, limitMinor, initiator: 'lender' });
};

interface NewLimit {
  readonly day: number;
  readonly limitMinor: number;
  readonly initiator: 'customer' | 'lender';
}

/** Changes a card's limit and tells it. */
export const changeLimit = (agent: Agent, card: Card, { day, limitMinor, initiator }: NewLimit): void => {
  const previousMinor = card.limitMinor;
  card.limitMinor = limitMinor;
  agent.book.tell(
    {
      type: 'limit_change',
      facilityId: card.id,
      amountMinor: limitMinor,
      currency: CURRENCY,
      payload: { previousMinor, initiator },
    },
    { at: momentOf(day, 83_000), lagSeconds: 60 },
  );
};
