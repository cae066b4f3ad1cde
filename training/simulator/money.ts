import { parameters } from './parameters.ts';
import type { Agent } from './state.ts';

const { money, industry, habits } = parameters;

/** What the money of a month came to. */
export interface Spent {
  /** What was spent on what is not necessary, from the account. */
  readonly freeMinor: number;
  readonly necessaryMinor: number;
  /** What the card was used for. */
  readonly cardMinor: number;
}

/** Draws this month's income: usual, times season, cycle, fortune and chance. */
export const drawIncome = (agent: Agent, month: number): number => {
  const { traits, calendar, economy, fortune, draws } = agent;
  const { employment, section, seasonalSwing, bestSeason, kind } = traits;
  const angle = (2 * Math.PI * (calendar.seasonOf(month) - bestSeason)) / 12;
  const season = 1 + seasonalSwing * Math.cos(angle);
  const moves = kind === 'company' || employment === 'selfEmployed';
  const cycle = moves ? Math.exp(industry.revenueOfCycle * economy.cycle(section, month)) : 1;
  const chance = Math.max(0.2, 1 + money.incomeNoise[employment] * draws.money.bell());
  agent.usualMinor = traits.incomeMinor * agent.career * season;
  return Math.round(agent.usualMinor * cycle * fortune.incomeTimes * chance);
};

/** What must go out: part of it falls with income. */
export const necessaryOf = ({ traits, usualMinor, incomeMinor }: Agent): number => {
  const fixed = money.fixedShare[traits.kind];
  const base = traits.necessaryShare * usualMinor;
  const left = Math.min(1.5, usualMinor > 0 ? incomeMinor / usualMinor : 0);
  return Math.round(base * (fixed + (1 - fixed) * left));
};

/** What a month's facilities take. */
const duesOf = ({ card, loans }: Agent): number => {
  const instalments = loans.reduce((sum, loan) => sum + (loan.isOpen ? loan.instalmentMinor : 0), 0);
  return instalments + (card?.isOpen ? card.billedMinor * 0.3 : 0);
};

/** Lives for a month: income in, what is necessary and free out, short of cash the card. Changes cash, card and debts. */
export const spendMonth = (agent: Agent, month: number): Spent => {
  const { traits, fortune, draws } = agent;
  const { spread, persistence, ofHealth } = money.strain;
  const step = spread * Math.sqrt(1 - persistence ** 2);
  agent.strain = persistence * agent.strain + step * draws.money.bell();
  const necessaryMinor = necessaryOf(agent) + fortune.extraCostMinor;
  agent.cashMinor += agent.incomeMinor - necessaryMinor;
  payElsewhere(agent);
  const overspending = Math.max(-0.05, agent.strain - ofHealth * traits.health) * agent.incomeMinor;
  const freeMinor = Math.round(freeOf(agent, overspending));
  const cardMinor = useCard(agent, month);
  agent.cashMinor -= freeMinor;
  if (fortune.isWipedOut) agent.cashMinor = 0;
  return { freeMinor, necessaryMinor, cardMinor: cardMinor + bridge(agent, necessaryMinor, cardMinor) };
};

/** What is spent freely: what is over, and what keeps the cash near what it aims at. */
const freeOf = (agent: Agent, overspending: number): number => {
  const { traits, cashMinor, incomeMinor } = agent;
  const over = (cashMinor - duesOf(agent) - traits.bufferMinor) * money.bufferPull;
  const least = traits.kind === 'person' ? money.leastFreeShare * incomeMinor : 0;
  return Math.max(least, over + overspending);
};

/** Other lenders are paid first, or, where it does not suffice, sometimes not. */
const payElsewhere = (agent: Agent): void => {
  const { elsewhere, cashMinor, draws } = agent;
  const due = elsewhere.monthlyMinor + elsewhere.overdueMinor;
  if (due === 0) return;
  const isShort = cashMinor < due;
  if (isShort && (cashMinor <= 0 || draws.money.chance(habits.elsewhereFirstChance))) {
    elsewhere.overdueMinor += elsewhere.monthlyMinor;
    elsewhere.worstDaysPastDue = Math.max(elsewhere.worstDaysPastDue, monthsOwed(agent) * 30);
    return;
  }
  agent.cashMinor -= Math.min(due, Math.max(0, cashMinor));
  elsewhere.overdueMinor = Math.max(0, due - Math.max(0, cashMinor));
  const left = Math.max(0, elsewhere.debtMinor - elsewhere.monthlyMinor * 0.8);
  elsewhere.debtMinor = left;
  if (left === 0) elsewhere.monthlyMinor = 0;
};

const monthsOwed = ({ elsewhere }: Agent): number =>
  elsewhere.monthlyMinor > 0 ? Math.ceil(elsewhere.overdueMinor / elsewhere.monthlyMinor) : 0;

/** What the card is used for out of habit: full payers a share of income, the others up to the balance they do not mind. */
const useCard = (agent: Agent, month: number): number => {
  const { card, traits, economy, draws, incomeMinor, usualMinor } = agent;
  if (!card?.isOpen || card.arrears.owedMinor() > 0 || agent.defaulted) return 0;
  const drift = 1 + (parameters.drift.cardSpendingTimes - 1) * economy.drift(month);
  const room = Math.max(0, card.limitMinor - card.balanceMinor);
  const habit = traits.cardShare * Math.min(usualMinor, Math.max(incomeMinor, 0.4 * usualMinor)) * drift;
  const stray = Math.max(0.1, 1 + 0.35 * draws.money.bell());
  if (traits.paysInFull) return Math.round(Math.min(habit * stray, 0.85 * room));
  const aim = Math.min(0.95, traits.cardAim * (1 + 0.25 * (drift - 1))) * card.limitMinor;
  const pull = Math.max(0.15 * habit, 0.35 * (aim - card.balanceMinor) + 0.4 * habit);
  return Math.round(Math.min(pull * stray, 0.97 * room));
};

/** Where cash does not suffice for the month and its dues, daily needs go onto the card, as far as it goes. */
const bridge = (agent: Agent, necessaryMinor: number, usedMinor: number): number => {
  const { card, cashMinor, fortune } = agent;
  agent.cashMinor = Math.max(0, cashMinor);
  const missing = Math.min(necessaryMinor, leastDuesOf(agent) - cashMinor);
  if (missing <= 0 || !card?.isOpen || card.arrears.owedMinor() > 0 || !fortune.seeksCover || agent.defaulted) return 0;
  const room = Math.max(0, money.bridgeLimitShare * card.limitMinor - card.balanceMinor - usedMinor);
  const bridgedMinor = Math.round(Math.min(missing, room));
  agent.cashMinor += Math.max(0, bridgedMinor + Math.min(0, cashMinor));
  return bridgedMinor;
};

/** The least that a month's facilities take. */
const leastDuesOf = ({ card, loans }: Agent): number => {
  const instalments = loans.reduce((sum, loan) => sum + (loan.isOpen ? loan.instalmentMinor : 0), 0);
  return instalments + (card?.isOpen ? card.billedMinor * habits.minimumPaymentShare : 0);
};

/** How lively the account is, as income goes: 1 as usual. */
export const livelinessOf = ({ traits, incomeMinor, usualMinor, fortune }: Agent): number =>
  traits.liveliness * (fortune.isInTrouble ? Math.max(0.35, Math.min(1, incomeMinor / Math.max(1, usualMinor))) : 1);

/** Whether something that happens so many times a year happens this month. */
export const happens = (agent: Agent, yearly: number): boolean => agent.draws.acts.chance(yearly / 12);
