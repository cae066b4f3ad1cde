import { momentOf } from './calendar.ts';
import { tellLoan } from './open.ts';
import { parameters } from './parameters.ts';
import { noteDefault, repay, setDefault, settle } from './pay.ts';
import { type Agent, CURRENCY, isInGoodStanding, type Loan } from './state.ts';

const { collection } = parameters;

interface When {
  readonly on: number;
  readonly month: number;
}

/** A loan's due day: the instalment falls due and is met, late or not at all as will and cash allow. */
export const meetInstalment = (agent: Agent, loan: Loan, { on, month }: When): void => {
  noteDefault(agent, loan, on);
  const interest = Math.round((loan.outstandingMinor * loan.rateBasisPoints) / 120_000);
  tellDue(agent, loan, {
    on,
    amountMinor: loan.instalmentMinor,
    schedule: loan.originalMinor === null ? 'both' : 'current',
  });
  if (loan.originalMinor !== null) tellDue(agent, loan, { on, amountMinor: loan.originalMinor, schedule: 'original' });
  loan.arrears.add(on, loan.instalmentMinor);
  loan.outstandingMinor = Math.max(0, loan.outstandingMinor - Math.max(0, loan.instalmentMinor - interest));
  loan.monthsLeft--;
  settle(agent, loan, { on, wishMinor: 0, month });
  if (loan.monthsLeft <= 0 && loan.arrears.owedMinor() === 0 && !loan.pending) closeLoan(agent, loan, on);
};

interface DueTold {
  readonly on: number;
  readonly amountMinor: number;
  readonly schedule: 'both' | 'original' | 'current';
}

const tellDue = (agent: Agent, loan: Loan, { on, amountMinor, schedule }: DueTold): void =>
  agent.book.tell(
    { type: 'instalment_due', facilityId: loan.id, amountMinor, currency: CURRENCY, payload: { schedule } },
    { at: momentOf(on, 0) },
  );

/** Ends a loan that is paid. */
export const closeLoan = (agent: Agent, loan: Loan, on: number): void => {
  loan.isOpen = false;
  loan.outstandingMinor = 0;
  tellLoan(agent, loan, momentOf(on, 86_340), 'closed');
};

/** Pays a loan off before its end. */
export const payOff = (agent: Agent, loan: Loan, on: number): void => {
  repay(agent, loan, { on, amountMinor: loan.outstandingMinor + loan.arrears.owedMinor(), method: 'transfer' });
  closeLoan(agent, loan, on);
};

/** Whether trouble is of the kind that a lender would help through. */
const mayPass = ({ fortune }: Agent): boolean =>
  fortune.isWilling &&
  !fortune.isWipedOut &&
  (fortune.cause === 'shock' || fortune.cause === 'industry' || fortune.cause === 'decline');

/** Now and then a late loan gets a plan that can be borne: a distressed restructuring, which is default. */
export const perhapsRestructure = (agent: Agent, loan: Loan, day: number): void => {
  const late = loan.arrears.daysPastDue(day);
  const oldest = loan.arrears.oldest();
  if (
    agent.defaulted ||
    oldest === null ||
    late < 30 ||
    late > 89 ||
    loan.monthsLeft < 6 ||
    loan.pending ||
    !mayPass(agent)
  )
    return;
  if (!agent.draws.acts.chance(collection.restructuringMonthlyChance)) return;
  setDefault(agent, { on: day, firstUnpaidDueOn: oldest, trigger: 'distressed_restructuring' });
  changePlan(agent, loan, { day, share: agent.draws.acts.between(collection.reliefShare), isDistressed: true });
};

/** A customer in good standing may stretch its plan: no default. */
export const extendPlan = (agent: Agent, loan: Loan, day: number): void => {
  if (!isInGoodStanding(agent) || loan.monthsLeft < 12 || loan.restructured) return;
  changePlan(agent, loan, { day, share: 0.8, isDistressed: false });
};

interface NewPlan {
  readonly day: number;
  /** The new instalment as a share of the old. */
  readonly share: number;
  readonly isDistressed: boolean;
}

/** A new plan: what was due before is in it. Where it was made in need, the old plan's instalments go on being told. */
const changePlan = (agent: Agent, loan: Loan, { day, share, isDistressed }: NewPlan): void => {
  const owed = loan.arrears.owedMinor();
  const before = loan.instalmentMinor;
  loan.originalMinor = isDistressed ? before : null;
  loan.arrears.clear();
  loan.outstandingMinor += owed;
  loan.instalmentMinor = Math.max(10_000, Math.round((loan.instalmentMinor * share) / 100) * 100);
  loan.monthsLeft = Math.ceil((loan.monthsLeft + owed / before) / share) + 1;
  loan.plan = { from: day, instalments: loan.monthsLeft };
  loan.restructured = { on: day, isDistressed };
  tellLoan(agent, loan, momentOf(day, 57_600));
};
