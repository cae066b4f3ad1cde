import { type Book, openBook } from './book.ts';
import { type Calendar, dateOf, momentOf } from './calendar.ts';
import { beginLife, type Fortune } from './episodes.ts';
import type { Economy } from './industry.ts';
import { joiningDay, openCard, openLoan } from './open.ts';
import { parameters } from './parameters.ts';
import { createRandom } from './random.ts';
import type { Agent } from './state.ts';
import { streams } from './streams.ts';
import { drawTraits, type Traits } from './traits.ts';
import { drawStranger } from './transactions.ts';

const { facilities, money } = parameters;

/** The world a customer lives in. */
export interface World {
  readonly seed: number;
  readonly calendar: Calendar;
  readonly economy: Economy;
}

/** What every id of a simulated customer begins with. */
const PREFIX = 'SIM-';

/** The id of a customer by its number: six digits, more where there are more. */
export const customerIdOf = (customer: number): string => `${PREFIX}${String(customer + 1).padStart(6, '0')}`;

/** Whether an id is that of a simulated customer. */
export const isSimulated = (customerId: string): boolean => customerId.startsWith(PREFIX);

const atRest: Fortune = {
  incomeTimes: 1,
  extraCostMinor: 0,
  isWipedOut: false,
  isWilling: true,
  seeksCover: true,
  isInTrouble: false,
  began: null,
  cause: null,
};

/** Streams of one attempt at a customer. */
const ATTEMPT = 100;

/** The month in which a customer's life begins: when it comes, at most some untold months before the first. */
export const firstMonthOf = ({ joinedMonth }: Traits): number => Math.max(joinedMonth, -parameters.people.untoldMonths);

/** Makes a customer as it is when its life begins. @param attempt how many were drawn before who did not last */
export const createAgent = (customer: number, { seed, calendar, economy }: World, attempt: number): Agent => {
  const draw = (stream: number) => createRandom(seed, customer, stream + ATTEMPT * attempt);
  const traits = drawTraits(draw(streams.traits), calendar.months);
  const draws = { money: draw(streams.money), acts: draw(streams.acts), shown: draw(streams.shown) };
  const book: Book = openBook(customerIdOf(customer), {
    startDay: calendar.firstDay(0),
    endDay: calendar.firstDay(calendar.months),
  });
  const burden =
    2 * money.elsewhereShare[traits.kind] * draws.money.uniform() * (1 + 1 / (1 + Math.exp(traits.health)));
  const agent: Agent = {
    traits,
    book,
    calendar,
    economy,
    life: beginLife(draw(streams.life), traits),
    draws,
    elsewhere: elsewhereOf(traits, burden, draws.money.chance(0.45)),
    card: null,
    loans: [],
    cashMinor: Math.round(traits.bufferMinor * (0.6 + 0.8 * draws.money.uniform())),
    incomeMinor: traits.incomeMinor,
    usualMinor: traits.incomeMinor,
    strain: 0,
    fortune: atRest,
    career: 1,
    employer: drawStranger(draws.shown),
    counterparties: [],
    contacted: null,
    defaulted: null,
    ended: null,
    calledMinor: 0,
    quarters: [],
  };
  introduce(agent);
  return agent;
};

const elsewhereOf = ({ incomeMinor }: Traits, burden: number, hasNone: boolean): Agent['elsewhere'] => ({
  debtMinor: hasNone ? 0 : Math.round(burden * incomeMinor * 20),
  monthlyMinor: hasNone ? 0 : Math.round(burden * incomeMinor),
  overdueMinor: 0,
  worstDaysPastDue: 0,
  lenders: hasNone ? 0 : 1 + Math.floor(burden * 10),
  inquiries: [],
});

/** Its profile and its facilities; at least one. */
const introduce = (agent: Agent): void => {
  const { traits, calendar, draws } = agent;
  const since = joiningDay(draws.acts, calendar.firstDay(traits.joinedMonth));
  const { kind, section, isIndustryKnown, scale } = traits;
  agent.book.tell(
    {
      type: 'profile',
      payload: {
        kind,
        industry: isIndustryKnown ? { section, division: null } : null,
        scale,
        customerSince: dateOf(since),
      },
    },
    { at: momentOf(since, 30_600), lagSeconds: 300 },
  );
  const { acts } = draws;
  const wants = {
    mortgage: acts.chance(facilities.mortgageShare[kind]),
    loan: acts.chance(facilities.loanShare[kind]),
    card: acts.chance(facilities.cardShare[kind]),
  };
  const paidMonths = firstMonthOf(traits) - traits.joinedMonth;
  if (wants.mortgage) openLoan(agent, { product: 'mortgage', openedOn: since, paidMonths });
  if (wants.loan) openRunningLoan(agent, since, paidMonths);
  if (wants.card || agent.loans.length === 0) agent.card = openCard(agent, since);
};

/** A loan that still runs: an old customer has taken its present one not long ago. */
const openRunningLoan = (agent: Agent, since: number, monthsBefore: number): void => {
  const paidMonths = Math.min(monthsBefore, agent.draws.acts.whole(0, 24));
  const openedOn = since + Math.round((monthsBefore - paidMonths) * 30.4);
  openLoan(agent, { product: 'instalment', openedOn, paidMonths });
};
