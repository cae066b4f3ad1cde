import { daysLater } from './book.ts';
import { dateOf, momentOf } from './calendar.ts';
import { tellLegal } from './collection.ts';
import { tellBusinessChange } from './contacts.ts';
import { happens } from './money.ts';
import { parameters } from './parameters.ts';
import { type Agent, CURRENCY, exposureOf, openLines, type Quarter } from './state.ts';

const { falseAlarms } = parameters;

interface MonthEnd {
  readonly month: number;
  readonly first: number;
  readonly lastDay: number;
}

/** What only companies do: statements each quarter, an audited one each year, changes of business, fines. */
export const runCompany = (agent: Agent, spentMinor: number, { month, first, lastDay }: MonthEnd): void => {
  agent.quarters.push({ month, revenueMinor: agent.incomeMinor, expenseMinor: spentMinor });
  const season = agent.calendar.seasonOf(month);
  if (season % 3 === 2) tellStatement(agent, agent.quarters.slice(-3), { lastDay, isAudited: false });
  if (season === 11) tellStatement(agent, agent.quarters.slice(-12), { lastDay, isAudited: true });
  if (agent.quarters.length > 12) agent.quarters.shift();
  const { acts } = agent.draws;
  const day = first + acts.whole(0, 27);
  if (happens(agent, falseAlarms.penaltyYearly)) tellLegal(agent, day, 'penalty');
  if (!happens(agent, falseAlarms.businessChangeYearly)) return;
  const kind = acts.weighted([
    ['investment', 3],
    ['expansion', 3],
    ['change_of_business', 1],
    ['relocation', 2],
    ['ownership', 1.5],
    ['contraction', 0.5],
  ] as const);
  tellBusinessChange(agent, day, kind);
};

interface Reported {
  readonly lastDay: number;
  readonly isAudited: boolean;
}

/** A financial statement: management's own after a month or two and a little flattering, the auditor's months later. */
const tellStatement = (agent: Agent, months: readonly Quarter[], { lastDay, isAudited }: Reported): void => {
  const { shown } = agent.draws;
  if (months.length === 0) return;
  const flattery = isAudited ? 1 : 1 + 0.04 * shown.uniform();
  const sum = (pick: (month: Quarter) => number) =>
    Math.round(months.reduce((total, month) => total + Math.max(0, pick(month)), 0));
  const own = openLines(agent).reduce((total, line) => total + exposureOf(line), 0);
  const revenueMinor = Math.round(sum(({ revenueMinor: each }) => each) * flattery);
  const expenseMinor = sum(({ expenseMinor: each }) => each);
  const currentAssetsMinor = Math.round(Math.max(0, agent.cashMinor) + agent.incomeMinor * 1.2);
  const liabilitiesMinor = Math.round(own + agent.elsewhere.debtMinor + agent.usualMinor * 1.1);
  agent.book.tell(
    {
      type: 'financial_statement',
      currency: CURRENCY,
      payload: {
        periodEnd: dateOf(lastDay),
        months: months.length,
        isAudited,
        revenueMinor,
        expenseMinor,
        interestMinor: Math.round((own * 0.06 * months.length) / 12),
        assetsMinor: Math.round(currentAssetsMinor + agent.traits.incomeMinor * 3),
        currentAssetsMinor,
        liabilitiesMinor,
        currentLiabilitiesMinor: Math.round(liabilitiesMinor * 0.6),
        operatingCashFlowMinor: revenueMinor - expenseMinor,
      },
    },
    {
      at: momentOf(lastDay, 86_399),
      lagSeconds: isAudited ? daysLater(shown, 90, 150) : daysLater(shown, 25, 60),
    },
  );
};
