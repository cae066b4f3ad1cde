import { atHours } from './book.ts';
import { momentOf } from './calendar.ts';
import { livelinessOf, type Spent } from './money.ts';
import { parameters } from './parameters.ts';
import type { Random } from './random.ts';
import { type Agent, CURRENCY } from './state.ts';

const { activity, telling, drift: drifting } = parameters;

type Channel = 'branch' | 'atm' | 'pos' | 'online' | 'mobile' | 'other';
type Category = 'salary' | 'business' | 'purchase' | 'transfer' | 'cash' | 'investment' | 'loan' | 'fee' | 'other';

/** What is said of a movement of money beside its amount. */
export interface Movement {
  readonly direction: 'in' | 'out';
  readonly counterparty: string | null;
  readonly channel: Channel;
  readonly category: Category;
}

/** When money moved, and how much. */
interface Moved {
  readonly at: number;
  readonly amountMinor: number;
}

/** Tells of a transaction, which is known within two hours. */
export const tellMovement = (agent: Agent, { at, amountMinor }: Moved, payload: Movement): void => {
  if (amountMinor < 1) return;
  agent.book.tell(
    { type: 'transaction', amountMinor: Math.round(amountMinor), currency: CURRENCY, payload },
    { at, lagSeconds: agent.draws.shown.whole(1, 7_200) },
  );
};

/** A counterparty: mostly one it has dealt with before. Who is in trouble meets few new ones. */
export const drawCounterparty = (agent: Agent): string => {
  const { counterparties, draws, fortune } = agent;
  const known = counterparties.length;
  const fresh = telling.newCounterpartyShare * (fortune.isInTrouble ? telling.newCounterpartyTimes : 1);
  if (known > 2 && !draws.shown.chance(fresh)) return counterparties[draws.shown.whole(0, known - 1)] as string;
  const drawn = drawStranger(draws.shown);
  if (known < 40) counterparties.push(drawn);
  else counterparties[draws.shown.whole(0, 39)] = drawn;
  return drawn;
};

/** Somebody out of all there are. */
export const drawStranger = (random: Random): string => `SIM-P${100_000 + random.whole(0, 899_999)}`;

interface Days {
  readonly first: number;
  /** The day after the last. */
  readonly next: number;
  readonly month: number;
}

/** Shows a month's movements: of the card all, of the account where the customer keeps it here. */
export const showMonth = (agent: Agent, spent: Spent, days: Days): void => {
  showCard(agent, spent.cardMinor, days);
  if (!agent.traits.isMainBank) return;
  if (agent.traits.kind === 'company') {
    showBusiness(agent, spent, days);
    return;
  }
  if (agent.traits.employment === 'selfEmployed') showTakings(agent, days);
  else showIncome(agent, days);
  showSpending(agent, spent, days);
};

/** An hour at which people spend: by day mostly, at times at night. */
const spendingMoment = (random: Random, { first, next }: Days): number => {
  const day = first + random.whole(0, next - first - 1);
  return random.chance(0.04) ? atHours(random, day, 0, 6) : atHours(random, day, 7.5, 23.5);
};

/** Parts that sum to a whole, each at least one. */
const shareOut = (random: Random, wholeMinor: number, parts: number): number[] => {
  const shares: number[] = [];
  let sum = 0;
  for (let part = 0; part < parts; part++) {
    const weight = 0.15 - Math.log(1 - random.uniform());
    shares.push(weight);
    sum += weight;
  }
  for (let part = 0; part < parts; part++) {
    shares[part] = Math.max(1, Math.round((wholeMinor * (shares[part] as number)) / sum));
  }
  return shares;
};

type Weights<Value> = readonly (readonly [Value, number])[];

const cardChannels: Weights<Channel> = [
  ['pos', 5],
  ['online', 3],
  ['mobile', 3],
];
const purchaseChannels: Weights<Channel> = [
  ['pos', 3],
  ['online', 3],
  ['mobile', 4],
];
const transferChannels: Weights<Channel> = [
  ['mobile', 5],
  ['online', 2],
  ['branch', 1],
];
const businessChannels: Weights<Channel> = [
  ['online', 8],
  ['branch', 1],
  ['mobile', 1],
];
const travelChannels: Weights<Channel> = [
  ['pos', 6],
  ['online', 2],
  ['mobile', 3],
];
const transferCategories: Weights<Category> = [
  ['transfer', 8],
  ['investment', 1],
  ['fee', 1],
];

const showCard = (agent: Agent, amountMinor: number, days: Days): void => {
  const { draws, traits, card } = agent;
  if (amountMinor < 1 || !card) return;
  card.balanceMinor += amountMinor;
  card.spentMinor += amountMinor;
  const count = Math.max(1, draws.shown.count(activity.person.card * traits.liveliness));
  for (const part of shareOut(draws.shown, amountMinor, count)) {
    const at = spendingMoment(draws.shown, days);
    tellMovement(
      agent,
      { at, amountMinor: part },
      {
        direction: 'out',
        counterparty: drawCounterparty(agent),
        channel: channelOf(agent, days.month, cardChannels),
        category: 'purchase',
      },
    );
  }
};

/** The channel, of which the phone's share grows where habits drift. */
const channelOf = (agent: Agent, month: number, usual: Weights<Channel>): Channel => {
  const { shown } = agent.draws;
  const usually = shown.weighted(usual);
  return shown.chance(drifting.mobileShare * agent.economy.drift(month)) ? 'mobile' : usually;
};

/** Wages and pensions on the payday, in halves where habits drift; who works alone earns in several parts. */
const showIncome = (agent: Agent, days: Days): void => {
  const { traits, draws, economy, incomeMinor, employer } = agent;
  const { shown } = draws;
  if (incomeMinor < 1_000) return;
  const isHalved = traits.driftsSalary && shown.chance(economy.drift(days.month));
  const salary: Movement = { direction: 'in', counterparty: employer, channel: 'online', category: 'salary' };
  const amountMinor = isHalved ? incomeMinor / 2 : incomeMinor;
  const { first } = days;
  tellMovement(agent, { at: atHours(shown, first + traits.payday - 1, 8, 12), amountMinor }, salary);
  const second = first + ((traits.payday + 13) % 27);
  if (isHalved) tellMovement(agent, { at: atHours(shown, second, 8, 12), amountMinor }, salary);
};

const showTakings = (agent: Agent, { first, next }: Days): void => {
  const { shown } = agent.draws;
  for (const amountMinor of shareOut(shown, agent.incomeMinor, 1 + shown.count(2))) {
    const at = atHours(shown, first + shown.whole(0, next - first - 1), 8, 21);
    const counterparty = drawCounterparty(agent);
    tellMovement(
      agent,
      { at, amountMinor },
      { direction: 'in', counterparty, channel: 'mobile', category: 'business' },
    );
  }
};

/** Purchases, transfers and cash out of the account. */
const showSpending = (agent: Agent, { freeMinor, necessaryMinor, cardMinor }: Spent, days: Days): void => {
  const { shown } = agent.draws;
  const live = livelinessOf(agent);
  const { account, cash, transfers } = activity.person;
  const drift = 1 + (drifting.cashTimes - 1) * agent.economy.drift(days.month);
  const purchases = shown.count(account * live);
  const sent = shown.count(transfers * live);
  const withdrawn = shown.count(cash * drift * (agent.fortune.isInTrouble ? telling.cashTimes : 1));
  const wholeMinor = Math.max(0, necessaryMinor + freeMinor - cardMinor);
  let index = 0;
  for (const amountMinor of shareOut(shown, wholeMinor * 0.8, purchases + sent + withdrawn)) {
    const at = spendingMoment(shown, days);
    if (index < purchases) tellMovement(agent, { at, amountMinor }, purchase(agent, days.month));
    else if (index < purchases + sent) tellMovement(agent, { at, amountMinor }, transfer(agent, days.month));
    else tellMovement(agent, { at, amountMinor: Math.max(1, Math.round(amountMinor / 10_000)) * 10_000 }, withdrawal);
    index++;
  }
};

const purchase = (agent: Agent, month: number): Movement => ({
  direction: 'out',
  counterparty: drawCounterparty(agent),
  channel: channelOf(agent, month, purchaseChannels),
  category: 'purchase',
});

const transfer = (agent: Agent, month: number): Movement => ({
  direction: agent.draws.shown.chance(0.2) ? 'in' : 'out',
  counterparty: drawCounterparty(agent),
  channel: channelOf(agent, month, transferChannels),
  category: agent.draws.shown.weighted(transferCategories),
});

const withdrawal: Movement = { direction: 'out', counterparty: null, channel: 'atm', category: 'cash' };

/** A business' receipts and payments; with less business there are fewer of both. */
const showBusiness = (agent: Agent, { necessaryMinor, freeMinor }: Spent, days: Days): void => {
  const { shown } = agent.draws;
  const live = livelinessOf(agent);
  const { in: receipts, out: payments } = activity.company;
  for (const amountMinor of shareOut(shown, agent.incomeMinor, 1 + shown.count(receipts * live))) {
    tellMovement(agent, { at: officeMoment(shown, days), amountMinor }, business(agent, 'in'));
  }
  for (const amountMinor of shareOut(shown, necessaryMinor + freeMinor, 1 + shown.count(payments * live))) {
    tellMovement(agent, { at: officeMoment(shown, days), amountMinor }, business(agent, 'out'));
  }
};

const business = (agent: Agent, direction: 'in' | 'out'): Movement => ({
  direction,
  counterparty: drawCounterparty(agent),
  channel: agent.draws.shown.weighted(businessChannels),
  category: 'business',
});

const officeMoment = (random: Random, { first, next }: Days): number =>
  atHours(random, first + random.whole(0, next - first - 1), 8, 19);

/** Purchases on the road, some at night: much at once, paid out of the card or the account. */
export const showTravel = (agent: Agent, first: number, count: number): void => {
  const { shown } = agent.draws;
  for (let index = 0; index < count; index++) {
    const amountMinor = Math.round(agent.usualMinor * 0.01 * (0.2 + 3 * shown.uniform()));
    const at = momentOf(first + shown.whole(0, 9), shown.whole(0, 86_399));
    const counterparty = drawStranger(shown);
    const channel = shown.weighted(travelChannels);
    spend(agent, amountMinor);
    tellMovement(agent, { at, amountMinor }, { direction: 'out', counterparty, channel, category: 'purchase' });
  }
};

/** Pays something out of the card as far as it goes, else out of the cash. */
export const spend = (agent: Agent, amountMinor: number): void => {
  const { card } = agent;
  if (card?.isOpen && card.arrears.owedMinor() === 0 && card.limitMinor - card.balanceMinor > amountMinor) {
    card.balanceMinor += amountMinor;
    card.spentMinor += amountMinor;
    return;
  }
  agent.cashMinor = Math.max(0, agent.cashMinor - amountMinor);
};
