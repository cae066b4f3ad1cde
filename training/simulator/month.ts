import { momentOf } from './calendar.ts';
import { closeCardMonth, meetCardDue } from './card.ts';
import { collect, pursue } from './collection.ts';
import { runCompany } from './company.ts';
import { liveQuietly, showTrouble } from './contacts.ts';
import { perhapsReport } from './credit-report.ts';
import { meetInstalment, perhapsRestructure } from './loan.ts';
import { drawIncome, spendMonth } from './money.ts';
import { tellCard, tellLoan } from './open.ts';
import { noteDefault, payPending, repay, settle } from './pay.ts';
import { type Agent, type Card, type Loan, openLines } from './state.ts';
import { showMonth } from './transactions.ts';

/** Lives one month: fortune, money on the payday, dues on their days, the statement, and what the lender then does. */
export const liveMonth = (agent: Agent, month: number): void => {
  const { traits, calendar, economy } = agent;
  const first = calendar.firstDay(month);
  const next = calendar.firstDay(month + 1);
  agent.fortune = agent.life.live(month, economy.cycle(traits.section, month), agent.calledMinor);
  agent.calledMinor = 0;
  perhapsReport(agent, month, first);
  showTrouble(agent, first);
  const span: Span = { month, first, next };
  for (const appointment of appointmentsOf(agent, span)) {
    payPending(agent, appointment.day, month);
    meet(agent, appointment, span);
  }
  payPending(agent, next - 1, month);
  for (const line of openLines(agent)) noteDefault(agent, line, next - 1);
  if (!agent.defaulted) liveQuietly(agent, first);
  for (const loan of agent.loans) if (loan.isOpen) perhapsRestructure(agent, loan, next - 1);
  collect(agent, first, next);
  pursue(agent, first, next);
  if (agent.card?.isOpen) closeCardMonth(agent, agent.card, { lastDay: next - 1, month });
};

interface Span {
  readonly month: number;
  readonly first: number;
  readonly next: number;
}

interface Appointment {
  readonly day: number;
  /** The facility of which something falls due; null on the payday. */
  readonly line: Card | Loan | null;
}

/** The month's fixed days, in order: the payday, on and after which what is late is paid, and the due days. */
const appointmentsOf = (agent: Agent, { first }: Span): Appointment[] => {
  const { card, loans, traits } = agent;
  const appointments: Appointment[] = [{ day: first + traits.payday - 1, line: null }];
  for (const loan of loans) {
    if (loan.isOpen && loan.monthsLeft > 0 && loan.openedOn < first) appointments.push(dueOf(loan, first));
  }
  if (card?.isOpen && card.openedOn < first) appointments.push(dueOf(card, first));
  return appointments.sort((a, b) => a.day - b.day);
};

const dueOf = (line: Card | Loan, first: number): Appointment => ({ day: first + line.dueDay - 1, line });

const meet = (agent: Agent, { day: on, line }: Appointment, span: Span): void => {
  if (line === null) meetPayday(agent, span);
  else if (line.product === 'card') meetCardDue(agent, line, { on, month: span.month });
  else meetInstalment(agent, line, { on, month: span.month });
};

/** The payday: income, spending, and the payment of what is late as far as the money goes. */
const meetPayday = (agent: Agent, { month, first, next }: Span): void => {
  agent.incomeMinor = drawIncome(agent, month);
  const spent = spendMonth(agent, month);
  showMonth(agent, spent, { first, next, month });
  if (agent.traits.kind === 'company') {
    runCompany(agent, spent.necessaryMinor + spent.freeMinor, { month, first, lastDay: next - 1 });
  }
  const on = first + agent.traits.payday - 1 + agent.draws.acts.whole(0, 2);
  for (const line of openLines(agent))
    if (line.arrears.owedMinor() > 0) settle(agent, line, { on, wishMinor: 0, month });
};

/** Ends the relation: what is owed is settled, the facilities closed, the status told. No default. */
export const endRelation = (agent: Agent, day: number, ending: 'closed' | 'deceased' | 'fraud'): void => {
  const method = ending === 'closed' ? 'transfer' : 'other';
  for (const line of openLines(agent)) {
    const owed = line.product === 'card' ? line.balanceMinor : line.outstandingMinor + line.arrears.owedMinor();
    repay(agent, line, { on: day, amountMinor: Math.round(owed), method });
    line.isOpen = false;
    if (line.product === 'card') tellCard(agent, line, momentOf(day, 86_000), 'closed');
    else tellLoan(agent, line, momentOf(day, 86_000), 'closed');
  }
  agent.book.tell(
    { type: 'status_change', payload: { status: ending } },
    { at: momentOf(day, 86_100), lagSeconds: 120 },
  );
  agent.ended = { on: day, ending };
};
