import { atHours, daysLater } from './book.ts';
import { dateOf } from './calendar.ts';
import { changeLimit } from './card.ts';
import { complain, tellLegal } from './collection.ts';
import { closeLoan, extendPlan, payOff } from './loan.ts';
import { happens } from './money.ts';
import { openLoan } from './open.ts';
import { parameters } from './parameters.ts';
import { tellApplication } from './pay.ts';
import { type Agent, CURRENCY, isInGoodStanding } from './state.ts';
import { drawStranger, showTravel, spend, tellMovement } from './transactions.ts';

const { falseAlarms, telling, facilities, collection, adversity } = parameters;

/** Tells that a customer's details changed, as it says so itself, at once or days later. */
const tellChange = (agent: Agent, day: number, field: 'phone' | 'address' | 'email' | 'employer'): void =>
  agent.book.tell(
    { type: 'contact_change', payload: { field } },
    { at: atHours(agent.draws.shown, day, 8, 21), lagSeconds: daysLater(agent.draws.shown, 0, 4) },
  );

/** What looks like trouble and passes, and what is neither: draws what of it happens in a month. */
export const liveQuietly = (agent: Agent, first: number): void => {
  const { acts } = agent.draws;
  const day = first + acts.whole(0, 27);
  if (agent.traits.kind === 'person') livePrivately(agent, first, day);
  if (happens(agent, falseAlarms.phoneChangeYearly)) tellChange(agent, day, 'phone');
  if (happens(agent, falseAlarms.emailChangeYearly)) tellChange(agent, day, 'email');
  if (happens(agent, falseAlarms.rateShoppingYearly)) shopAround(agent, day);
  if (happens(agent, falseAlarms.complaintYearly))
    complain(
      agent,
      day,
      acts.weighted([
        ['fee', 4],
        ['service', 5],
        ['data', 1],
        ['fraud', 1],
      ] as const),
    );
  if (happens(agent, falseAlarms.lawsuitYearly[agent.traits.kind])) tellLegal(agent, day, 'lawsuit');
  if (happens(agent, 0.06)) askForLimit(agent, day);
  changeLoans(agent, day);
};

const livePrivately = (agent: Agent, first: number, day: number): void => {
  const { acts, shown } = agent.draws;
  const { travel, moving, jobChange, largePurchase } = falseAlarms;
  const isCalm = !agent.fortune.isInTrouble && agent.cashMinor > 0;
  const leaves = first + acts.whole(0, 18);
  if (happens(agent, travel.yearly) && isCalm) showTravel(agent, leaves, shown.whole(...travel.purchases));
  if (happens(agent, moving.yearly)) {
    tellChange(agent, day, 'address');
    pay(agent, day, acts.between(moving.costMonths));
  }
  if (happens(agent, largePurchase.yearly) && isCalm) pay(agent, day, acts.between(largePurchase.costMonths));
  if (happens(agent, jobChange.yearly) && isCalm && agent.traits.employment === 'salaried') changeJob(agent, day);
};

/** Pays a large sum, given in months of income, out of card or cash. */
const pay = (agent: Agent, day: number, months: number): void => {
  const { shown } = agent.draws;
  const amountMinor = Math.round(Math.min(months * agent.usualMinor, agent.cashMinor * 0.7));
  spend(agent, amountMinor);
  if (agent.traits.isMainBank) {
    const to = { direction: 'out', counterparty: drawStranger(shown), channel: 'pos', category: 'purchase' } as const;
    tellMovement(agent, { at: atHours(shown, day, 9, 20), amountMinor }, to);
  }
};

const changeJob = (agent: Agent, day: number): void => {
  const { acts, shown } = agent.draws;
  agent.career *= acts.between(falseAlarms.jobChange.incomeAfter);
  if (acts.chance(falseAlarms.jobChange.gapChance)) agent.cashMinor -= Math.round(0.8 * agent.usualMinor);
  agent.cashMinor = Math.max(0, agent.cashMinor);
  agent.employer = drawStranger(shown);
  tellChange(agent, day, 'employer');
};

/** Asks another lender for an offer, for a house or a car or out of curiosity. */
const shopAround = (agent: Agent, day: number): void => {
  const { shown } = agent.draws;
  agent.elsewhere.inquiries.push(day);
  const product =
    agent.traits.kind === 'company'
      ? 'business'
      : shown.weighted([
          ['mortgage', 2],
          ['vehicle', 2],
          ['card', 3],
          ['consumer', 2],
        ] as const);
  const amountMinor = shown.chance(0.2) ? null : 1_000_000 * shown.whole(1, 40);
  tellApplication(agent, day, { amountMinor, isApproved: shown.chance(0.75), product });
};

const askForLimit = (agent: Agent, day: number): void => {
  const { card, draws } = agent;
  if (!card?.isOpen || !isInGoodStanding(agent)) return;
  const initiator = draws.acts.chance(0.6) ? 'lender' : 'customer';
  changeLimit(agent, card, {
    day,
    limitMinor: Math.round((card.limitMinor * 1.25) / 100_000) * 100_000 + 100_000,
    initiator,
  });
};

/** Loans paid off early, stretched, and new ones of those whose loan has run out. */
const changeLoans = (agent: Agent, day: number): void => {
  const { loans } = agent;
  const isSound = isInGoodStanding(agent) && !agent.fortune.isInTrouble && agent.fortune.seeksCover;
  for (const loan of loans) {
    if (!loan.isOpen || loan.pending || !isInGoodStanding(agent)) continue;
    if (loan.monthsLeft <= 0) closeLoan(agent, loan, day);
    else if (happens(agent, collection.extensionYearly)) extendPlan(agent, loan, day);
    else if (happens(agent, facilities.payoffYearly) && isSound) payOff(agent, loan, day);
  }
  const hasRun = loans.length > 0 && loans.length < 9 && loans.every(({ isOpen }) => !isOpen);
  if (!hasRun || !isSound || !agent.draws.acts.chance(facilities.renewalMonthlyChance)) return;
  applyHere(agent, day);
  openLoan(agent, { product: 'instalment', openedOn: day, paidMonths: 0 });
};

const applyHere = (agent: Agent, day: number): void =>
  agent.book.tell(
    {
      type: 'loan_application',
      amountMinor: Math.round(agent.usualMinor) + 1,
      currency: CURRENCY,
      payload: {
        lender: 'own',
        product: agent.traits.kind === 'company' ? 'business' : 'consumer',
        outcome: 'approved',
      },
    },
    { at: atHours(agent.draws.shown, day, 9, 18), lagSeconds: 60 },
  );

/** What may be seen of a customer's trouble: new details, hardship told, cases at court, money carried away. */
export const showTrouble = (agent: Agent, first: number): void => {
  const { fortune, draws, traits } = agent;
  const { acts } = draws;
  const day = first + acts.whole(0, 27);
  if (fortune.began) showBeginning(agent, day);
  if (!fortune.isInTrouble) return;
  if (acts.chance(telling.contactChangeMonthly))
    tellChange(
      agent,
      day,
      acts.weighted([
        ['phone', 5],
        ['address', 3],
        ['employer', 2],
      ] as const),
    );
  if (acts.chance(telling.lawsuitMonthly) && agent.elsewhere.overdueMinor > 0) tellLegal(agent, day, 'lawsuit');
  if (traits.kind === 'company' && acts.chance(telling.contractionMonthly))
    tellBusinessChange(agent, day, 'contraction');
};

const showBeginning = (agent: Agent, day: number): void => {
  const { fortune, draws, traits } = agent;
  const { began } = fortune;
  const isHardship = traits.kind === 'person' && (began === 'jobLoss' || began === 'illness');
  if (isHardship && draws.acts.chance(telling.hardshipShare))
    tellHardship(agent, day, began === 'illness' ? 'illness' : 'unemployment');
  if (began === 'strategic' && traits.isMainBank && draws.acts.chance(adversity.strategicCashOutShare)) {
    const amountMinor = Math.max(10_000, Math.round((agent.cashMinor * 0.8) / 10_000) * 10_000);
    const to = {
      direction: 'out',
      counterparty: drawStranger(draws.shown),
      channel: 'mobile',
      category: 'transfer',
    } as const;
    tellMovement(agent, { at: atHours(draws.shown, day, 0, 24), amountMinor }, to);
  }
};

const tellHardship = (agent: Agent, day: number, cause: 'illness' | 'unemployment'): void =>
  agent.book.tell(
    { type: 'hardship', payload: { cause, until: dateOf(day + 180) } },
    { at: atHours(agent.draws.shown, day, 9, 18), lagSeconds: daysLater(agent.draws.shown, 0, 20) },
  );

/** Tells of a change of a business, which is known days or weeks later. */
export const tellBusinessChange = (
  agent: Agent,
  day: number,
  kind: 'investment' | 'change_of_business' | 'expansion' | 'contraction' | 'relocation' | 'ownership',
): void => {
  const { shown } = agent.draws;
  agent.book.tell(
    {
      type: 'business_change',
      amountMinor: shown.chance(0.5) ? Math.round(agent.usualMinor * (0.5 + 4 * shown.uniform())) + 1 : null,
      currency: CURRENCY,
      payload: { kind },
    },
    { at: atHours(shown, day, 9, 17), lagSeconds: daysLater(shown, 2, 30) },
  );
};
