import { atHours } from './book.ts';
import { parameters } from './parameters.ts';
import { type Agent, CURRENCY, exposureOf, openLines } from './state.ts';

/** Days over which inquiries are counted. */
const INQUIRY_DAYS = 90;

/** Tells a credit report of all lenders at the turns of the post-loan review, each customer in its own month. */
export const perhapsReport = (agent: Agent, month: number, first: number): void => {
  const every = parameters.telling.creditReportEveryMonths;
  const since = month - Math.max(0, agent.traits.joinedMonth);
  if (since % every === 0) tellReport(agent, first + agent.draws.shown.whole(0, 20));
};

const tellReport = (agent: Agent, day: number): void => {
  const { elsewhere, card, loans, draws } = agent;
  const lines = openLines(agent);
  const own = lines.reduce((sum, line) => sum + Math.max(0, exposureOf(line)), 0);
  const instalments = loans.reduce((sum, loan) => sum + (loan.isOpen ? loan.instalmentMinor : 0), 0);
  const late = lines.map(({ arrears }) => arrears.daysPastDue(day));
  const ownOverdue = lines.reduce((sum, { arrears }) => sum + arrears.owedMinor(), 0);
  elsewhere.inquiries = elsewhere.inquiries.filter((asked) => asked > day - INQUIRY_DAYS);
  agent.book.tell(
    {
      type: 'credit_report',
      currency: CURRENCY,
      payload: {
        openLoans: lines.length + elsewhere.lenders,
        lenders: 1 + elsewhere.lenders,
        totalDebtMinor: Math.round(own + elsewhere.debtMinor),
        monthlyObligationMinor: Math.round(instalments + elsewhere.monthlyMinor),
        revolvingLimitMinor: card?.isOpen ? card.limitMinor : null,
        revolvingBalanceMinor: card?.isOpen ? Math.max(0, card.balanceMinor) : null,
        overdueAccounts: late.filter((days) => days > 0).length + (elsewhere.overdueMinor > 0 ? 1 : 0),
        overdueMinor: Math.round(elsewhere.overdueMinor + ownOverdue),
        worstDaysPastDue: Math.max(elsewhere.worstDaysPastDue, ...late, 0),
        inquiries: elsewhere.inquiries.length,
        guaranteedMinor: null,
      },
    },
    { at: atHours(draws.shown, day, 9, 17), lagSeconds: 86_400 },
  );
};
