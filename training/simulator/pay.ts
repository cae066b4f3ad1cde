import { findDefaultDay } from './arrears.ts';
import { atHours } from './book.ts';
import { parameters } from './parameters.ts';
import { type Agent, type Card, CURRENCY, exposureOf, type Loan, openLines } from './state.ts';

const { habits, collection } = parameters;

type Line = Card | Loan;

/** Writes a repayment down and books it. */
export const repay = (agent: Agent, line: Line, { on, amountMinor, method }: Payment): void => {
  if (amountMinor < 1) return;
  noteDefault(agent, line, on);
  const isDebit = method === 'direct_debit';
  const shown = agent.draws.shown;
  const at = isDebit ? atHours(shown, on, 6, 7) : atHours(shown, on, 8, 23.5);
  const lagSeconds = isDebit ? 3_600 * shown.whole(1, 4) : shown.whole(30, 7_200);
  agent.book.tell(
    { type: 'repayment', facilityId: line.id, amountMinor, currency: CURRENCY, payload: { method } },
    { at, lagSeconds },
  );
  line.arrears.pay(amountMinor);
  if (line.product !== 'card') return;
  line.balanceMinor -= amountMinor;
  line.paidMinor += amountMinor;
};

interface Payment {
  readonly on: number;
  readonly amountMinor: number;
  readonly method: 'direct_debit' | 'transfer' | 'cash' | 'third_party' | 'collateral' | 'other';
}

/** How a customer pays, which habits drifting change. */
export const methodOf = ({ traits, economy, draws }: Agent, month: number): Payment['method'] => {
  if (traits.driftsPayment && draws.shown.chance(economy.drift(month))) return 'third_party';
  if (traits.paysByDebit) return 'direct_debit';
  return draws.shown.weighted([
    ['transfer', 8],
    ['third_party', 2],
    ['cash', 0.6],
  ] as const);
};

/** Notes the customer's default on the day on which a facility's arrears became one, if they have. */
export const noteDefault = (agent: Agent, line: Line, day: number): void => {
  const oldest = line.arrears.oldest();
  const on = agent.defaulted ? null : findDefaultDay(line.arrears, exposureOf(line), day);
  if (on === null || oldest === null) return;
  setDefault(agent, { on, firstUnpaidDueOn: oldest, trigger: 'days_past_due' });
};

type DefaultNews = Pick<NonNullable<Agent['defaulted']>, 'on' | 'firstUnpaidDueOn' | 'trigger'>;

/** Notes a default and draws when it will be written off. */
export const setDefault = (agent: Agent, news: DefaultNews): void => {
  const [least, most] = collection.writeOffAfterDays;
  agent.defaulted = {
    ...news,
    cause: agent.fortune.cause ?? 'overstretched',
    writeOffOn: news.on + agent.draws.acts.whole(least, most),
    isCured: news.trigger === 'distressed_restructuring',
    isWrittenOff: false,
  };
};

/** Pays what a facility owes, and with a card what is meant to be paid beyond: all, part, or nothing, by will and cash. */
export const settle = (agent: Agent, line: Line, { on, wishMinor, month }: Settling): void => {
  noteDefault(agent, line, on);
  const owed = line.arrears.owedMinor();
  const wish = Math.max(owed, wishMinor);
  if (wish < 1 || line.pending || !paysAtAll(agent)) return;
  if (agent.cashMinor < owed && agent.fortune.seeksCover)
    raiseMoney(agent, line, { on, missing: owed - agent.cashMinor });
  const can = Math.min(wish, Math.floor(agent.cashMinor));
  if (can < owed * habits.leastPartialShare || can < Math.min(owed, 5_000)) return;
  const amountMinor = Math.round(can);
  agent.cashMinor -= amountMinor;
  if (can >= owed && forgets(agent, line, { on, amountMinor })) return;
  repay(agent, line, { on, amountMinor, method: methodOf(agent, month) });
};

/** Whether it would pay: not who will not, nor who is in default, until that is cured. */
const paysAtAll = ({ fortune, defaulted }: Agent): boolean => fortune.isWilling && (defaulted?.isCured ?? true);

interface Settling {
  readonly on: number;
  readonly wishMinor: number;
  readonly month: number;
}

/** Who does not pay by debit forgets at times: the money is there, and is paid days later. */
const forgets = (agent: Agent, line: Line, { on, amountMinor }: { on: number; amountMinor: number }): boolean => {
  const { traits, draws } = agent;
  const forgotten = draws.acts.chance(traits.forgetChance);
  const [least, most] = habits.forgottenDays;
  const later = on + draws.acts.whole(least, most);
  if (traits.paysByDebit || !forgotten || line.pending) return false;
  line.pending = { on: later, amountMinor };
  return true;
};

/** Makes payments that were put off, up to a day. */
export const payPending = (agent: Agent, day: number, month: number): void => {
  for (const line of openLines(agent)) {
    if (!line.pending || line.pending.on > day) continue;
    const { on, amountMinor } = line.pending;
    line.pending = null;
    repay(agent, line, { on, amountMinor, method: methodOf(agent, month) });
  }
};

interface Need {
  readonly on: number;
  readonly missing: number;
}

/** In need: cash from the card, then a loan of another lender. */
const raiseMoney = (agent: Agent, line: Line, { on, missing }: Need): void => {
  const { card, draws } = agent;
  const room =
    card?.isOpen && card !== line && card.arrears.owedMinor() === 0 ? 0.98 * card.limitMinor - card.balanceMinor : 0;
  if (card && room > 20_000 && draws.acts.chance(habits.advanceChance))
    advance(agent, card, { on, missing: Math.min(room, missing) });
  if (agent.cashMinor < line.arrears.owedMinor() && draws.acts.chance(habits.borrowElsewhereChance))
    borrowElsewhere(agent, on);
};

const advance = (agent: Agent, card: Card, { on, missing }: Need): void => {
  const amountMinor = Math.ceil(missing / 10_000) * 10_000;
  card.balanceMinor += amountMinor;
  card.spentMinor += amountMinor;
  agent.cashMinor += amountMinor;
  agent.book.tell(
    {
      type: 'transaction',
      amountMinor,
      currency: CURRENCY,
      payload: { direction: 'out', counterparty: null, channel: 'atm', category: 'cash' },
    },
    { at: atHours(agent.draws.shown, on - 1, 7, 23), lagSeconds: 60 },
  );
};

/** Asks another lender for a loan, which the lender hears of; approved or not by what is owed already. */
export const borrowElsewhere = (agent: Agent, on: number): void => {
  const { elsewhere, draws, usualMinor, traits } = agent;
  const { atNoDebt, lessPerDebtToIncome } = habits.elsewhereApproval;
  const burden = usualMinor > 0 ? elsewhere.monthlyMinor / usualMinor : 1;
  const isApproved = draws.acts.chance(Math.max(0.05, atNoDebt - lessPerDebtToIncome * burden * 2));
  const amountMinor =
    Math.round((draws.acts.between(habits.elsewhereLoanMonths) * usualMinor) / 100_000) * 100_000 + 100_000;
  elsewhere.inquiries.push(on);
  tellApplication(agent, on, { amountMinor, isApproved, product: traits.kind === 'company' ? 'business' : 'consumer' });
  if (!isApproved) return;
  agent.cashMinor += amountMinor;
  elsewhere.debtMinor += amountMinor * 1.1;
  elsewhere.monthlyMinor += (amountMinor * 1.1) / habits.elsewhereTermMonths;
  elsewhere.lenders++;
};

interface Application {
  readonly amountMinor: number | null;
  readonly isApproved: boolean;
  readonly product: 'card' | 'consumer' | 'mortgage' | 'vehicle' | 'business' | 'other';
}

/** Tells of an application at another lender, as the bureau does: a day or more later. */
export const tellApplication = (agent: Agent, on: number, { amountMinor, isApproved, product }: Application): void =>
  agent.book.tell(
    {
      type: 'loan_application',
      amountMinor,
      currency: CURRENCY,
      payload: { lender: 'other', product, outcome: isApproved ? 'approved' : 'declined' },
    },
    { at: atHours(agent.draws.shown, on, 9, 22), lagSeconds: 86_400 + agent.draws.shown.whole(0, 172_800) },
  );
