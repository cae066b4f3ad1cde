import { openArrears } from './arrears.ts';
import { atHours } from './book.ts';
import { dateOf, momentOf } from './calendar.ts';
import { parameters } from './parameters.ts';
import type { Random, Range } from './random.ts';
import { type Agent, type Card, CURRENCY, type Loan } from './state.ts';

const { facilities } = parameters;

/** Rounds to whole hundreds of yuan, as limits and principals are. */
const toHundreds = (minor: number): number => Math.max(10_000, Math.round(minor / 10_000) * 10_000);

/** Opens a card as of the customer's first month. */
export const openCard = (agent: Agent, day: number): Card => {
  const { acts } = agent.draws;
  const { incomeMinor, health, paysInFull, cardAim } = agent.traits;
  const months = acts.between(facilities.cardLimitMonths) * Math.exp(0.1 * health);
  const limitMinor = toHundreds(Math.min(months * incomeMinor, 30_000_000));
  const card: Card = {
    id: `${agent.book.customerId}-C1`,
    product: 'card',
    openedOn: day,
    dueDay: acts.whole(8, 24),
    arrears: openArrears(),
    isOpen: true,
    limitMinor,
    balanceMinor: paysInFull ? 0 : Math.round(limitMinor * cardAim * acts.uniform()),
    billedMinor: 0,
    spentMinor: 0,
    paidMinor: 0,
    pending: null,
  };
  tellCard(agent, card, momentOf(day, 36_000));
  return card;
};

/** Tells what a card is: when it opens, closes or is written off. */
export const tellCard = (agent: Agent, card: Card, at: number, status: Status = 'open'): void =>
  agent.book.tell(
    {
      type: 'facility',
      facilityId: card.id,
      currency: CURRENCY,
      payload: {
        product: 'card',
        status,
        limitMinor: card.limitMinor,
        principalMinor: null,
        rateBasisPoints: facilities.cardRateBasisPoints,
        openedOn: dateOf(card.openedOn),
        maturesOn: null,
        schedule: null,
        collateral: [],
        restructuredOn: null,
        isDistressed: false,
      },
    },
    { at, lagSeconds: 60 },
  );

/** The first of a later month at this day of the month. */
export const dayInMonth = (day: number, months: number, dueDay: number): number => {
  const [year = 0, month = 1] = dateOf(day).split('-').map(Number);
  return Date.UTC(year, month - 1 + months, dueDay) / 86_400_000;
};

/** What an instalment is worth today: the principal of an annuity. */
const principalOf = (instalmentMinor: number, months: number, basisPoints: number): number => {
  const monthly = basisPoints / 120_000;
  return (instalmentMinor * (1 - (1 + monthly) ** -months)) / monthly;
};

interface Wish {
  readonly product: Loan['product'];
  /** The day it is or was opened, and how many of its instalments lie before the simulation. */
  readonly openedOn: number;
  readonly paidMonths: number;
}

/** Whether the customer could bear one more instalment when the lender looked: else it did not lend. */
const isAffordable = ({ traits, elsewhere, loans }: Agent, instalmentMinor: number): boolean => {
  const borne = loans.reduce((sum, loan) => sum + (loan.isOpen ? loan.instalmentMinor : 0), 0);
  const share = traits.necessaryShare + (elsewhere.monthlyMinor + borne + instalmentMinor) / traits.incomeMinor;
  return share <= facilities.affordableShare[traits.kind];
};

/**
 * Opens a loan, where it can be borne; of one that ran before the simulation the instalments until then are paid and not
 * told.
 */
export const openLoan = (agent: Agent, { product, openedOn, paidMonths }: Wish): void => {
  const { acts } = agent.draws;
  const isMortgage = product === 'mortgage';
  const share = acts.between(
    isMortgage ? facilities.mortgageInstalmentShare : facilities.loanInstalmentShare[agent.traits.kind],
  );
  const [least, most]: Range = isMortgage ? facilities.mortgageMonths : facilities.loanMonths;
  const months = paidMonths + acts.whole(least, most);
  const rate = Math.round(
    acts.between(isMortgage ? facilities.mortgageRateBasisPoints : facilities.loanRateBasisPoints),
  );
  const instalmentMinor = Math.max(20_000, Math.round((share * agent.traits.incomeMinor) / 100) * 100);
  if (!isAffordable(agent, instalmentMinor)) return;
  const principalMinor = Math.round(principalOf(instalmentMinor, months, rate));
  const isSecured = isMortgage || acts.chance(agent.traits.kind === 'company' ? facilities.collateralShare : 0.1);
  const loan: Loan = {
    id: `${agent.book.customerId}-${isMortgage ? 'M' : 'L'}${agent.loans.length + 1}`,
    product,
    openedOn,
    dueDay: acts.whole(3, 26),
    arrears: openArrears(),
    isOpen: true,
    rateBasisPoints: rate,
    principalMinor,
    collateralMinor: isSecured ? Math.round(principalMinor * acts.between(facilities.collateralCover)) : null,
    instalmentMinor,
    plan: { from: openedOn, instalments: months },
    restructured: null,
    outstandingMinor: Math.round(principalOf(instalmentMinor, months - paidMonths, rate)),
    monthsLeft: months - paidMonths,
    originalMinor: null,
    pending: null,
  };
  agent.loans.push(loan);
  tellLoan(agent, loan, atHours(acts, openedOn, 9, 17));
};

type Status = 'open' | 'closed' | 'written_off';

/** Tells what a loan is: when it opens, when its plan changes, when it ends. */
export const tellLoan = (agent: Agent, loan: Loan, at: number, status: Status = 'open'): void => {
  const { from, instalments } = loan.plan;
  agent.book.tell(
    {
      type: 'facility',
      facilityId: loan.id,
      currency: CURRENCY,
      payload: {
        product: loan.product,
        status,
        limitMinor: null,
        principalMinor: loan.principalMinor,
        rateBasisPoints: loan.rateBasisPoints,
        openedOn: dateOf(loan.openedOn),
        maturesOn: dateOf(dayInMonth(from, instalments, loan.dueDay)),
        schedule: {
          instalments,
          everyMonths: 1,
          amountMinor: loan.instalmentMinor,
          firstDueOn: dateOf(dayInMonth(from, 1, loan.dueDay)),
        },
        collateral: collateralOf(loan),
        restructuredOn: loan.restructured ? dateOf(loan.restructured.on) : null,
        isDistressed: loan.restructured?.isDistressed ?? false,
      },
    },
    { at, lagSeconds: 120 },
  );
};

const collateralOf = ({ collateralMinor, product, openedOn }: Loan) => {
  if (collateralMinor === null) return [];
  const kind = product === 'mortgage' ? ('residence' as const) : ('equipment' as const);
  return [{ kind, valueMinor: collateralMinor, valuedOn: dateOf(openedOn) }];
};

/** The day on which a customer came: one of the last before its first month. */
export const joiningDay = (random: Random, firstDay: number): number => firstDay - 1 - random.whole(0, 5);
