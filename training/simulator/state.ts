import type { Arrears } from './arrears.ts';
import type { Book } from './book.ts';
import type { Calendar } from './calendar.ts';
import type { Cause, Fortune, Life } from './episodes.ts';
import type { Economy } from './industry.ts';
import type { Random } from './random.ts';
import type { Traits } from './traits.ts';

/** All amounts are of this currency. */
export const CURRENCY = 'CNY';

/** What every facility has. */
interface Line {
  readonly id: string;
  readonly openedOn: number;
  /** The day of the month, from 1, on which something is due. */
  readonly dueDay: number;
  readonly arrears: Arrears;
  isOpen: boolean;
}

/** A credit card: its balance moves with use, its statement is made at each month's end. */
export interface Card extends Line {
  readonly product: 'card';
  limitMinor: number;
  balanceMinor: number;
  /** The balance of the last statement, which is what a full payer pays. */
  billedMinor: number;
  spentMinor: number;
  paidMinor: number;
  /** A payment already decided on, made on a later day. */
  pending: { readonly on: number; readonly amountMinor: number } | null;
}

/** An instalment loan or a mortgage. */
export interface Loan extends Line {
  readonly product: 'instalment' | 'mortgage';
  readonly rateBasisPoints: number;
  readonly principalMinor: number;
  readonly collateralMinor: number | null;
  instalmentMinor: number;
  /** The plan that holds: the day from which, and in how many instalments. */
  plan: { readonly from: number; readonly instalments: number };
  restructured: { readonly on: number; readonly isDistressed: boolean } | null;
  /** What is left of the principal by the plan. */
  outstandingMinor: number;
  monthsLeft: number;
  /** The instalment of the plan first agreed, where another one holds now and the old one still runs. */
  originalMinor: number | null;
  pending: { readonly on: number; readonly amountMinor: number } | null;
}

/** What is owed to other lenders. */
export interface Elsewhere {
  debtMinor: number;
  monthlyMinor: number;
  overdueMinor: number;
  worstDaysPastDue: number;
  lenders: number;
  /** The days on which others asked about the customer. */
  inquiries: number[];
}

/** Draws for each purpose. */
export interface Draws {
  readonly money: Random;
  readonly acts: Random;
  readonly shown: Random;
}

/** What became of a default. */
export interface Defaulted {
  readonly on: number;
  readonly firstUnpaidDueOn: number;
  readonly cause: Cause;
  readonly trigger: 'days_past_due' | 'distressed_restructuring';
  readonly writeOffOn: number;
  /** Whether it pays again. */
  isCured: boolean;
  isWrittenOff: boolean;
}

/** A simulated customer as it stands; a month changes it in place. */
export interface Agent {
  readonly traits: Traits;
  readonly book: Book;
  readonly calendar: Calendar;
  readonly economy: Economy;
  readonly life: Life;
  readonly draws: Draws;
  readonly elsewhere: Elsewhere;
  card: Card | null;
  readonly loans: Loan[];
  cashMinor: number;
  /** What came in this month, and what usually does. */
  incomeMinor: number;
  usualMinor: number;
  strain: number;
  fortune: Fortune;
  /** Times the income at the start: a new job's. */
  career: number;
  employer: string;
  readonly counterparties: string[];
  /** A promise to pay or a reminder was given for this due day already, up to this many days past due. */
  contacted: { readonly due: number; daysPastDue: number } | null;
  defaulted: Defaulted | null;
  ended: { readonly on: number; readonly ending: 'closed' | 'deceased' | 'fraud' } | null;
  /** A guarantee that is called this month. */
  calledMinor: number;
  /** Sums of the running quarter, for companies' statements. */
  readonly quarters: Quarter[];
}

/** A company's money of a month. */
export interface Quarter {
  readonly month: number;
  readonly revenueMinor: number;
  readonly expenseMinor: number;
}

/** Its facilities that are not closed. */
export const openLines = ({ card, loans }: Agent): (Card | Loan)[] => {
  const lines: (Card | Loan)[] = card?.isOpen ? [card] : [];
  for (const loan of loans) if (loan.isOpen) lines.push(loan);
  return lines;
};

/** What is owed on a facility. */
export const exposureOf = (line: Card | Loan): number =>
  line.product === 'card' ? line.balanceMinor : line.outstandingMinor + line.arrears.owedMinor();

/** The oldest day of which something is unpaid on any facility. */
export const oldestDue = (agent: Agent): number | null => {
  let oldest: number | null = null;
  for (const { arrears } of openLines(agent)) {
    const day = arrears.oldest();
    if (day !== null && (oldest === null || day < oldest)) oldest = day;
  }
  return oldest;
};

/** Whether it owes nothing that is due, and did not default. */
export const isInGoodStanding = (agent: Agent): boolean => agent.defaulted === null && oldestDue(agent) === null;
