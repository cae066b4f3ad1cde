import type { IndustrySection } from '../../src/domain/industry-sections.ts';
import { drawSection } from './industry.ts';
import { parameters } from './parameters.ts';
import type { Random, Range } from './random.ts';

export type Kind = 'person' | 'company';
export type Employment = keyof typeof parameters.money.incomeNoise;
type Scale = 'micro' | 'small' | 'medium' | 'large';

/** Who a customer is, which does not change. Health is hidden; what of the rest is shown, the events show. */
export interface Traits {
  readonly kind: Kind;
  /** Standard normal: how sound its finances are. */
  readonly health: number;
  readonly section: IndustrySection;
  readonly isIndustryKnown: boolean;
  readonly scale: Scale | null;
  readonly employment: Employment;
  /** The usual income of a month; a company's revenue. */
  readonly incomeMinor: number;
  readonly necessaryShare: number;
  /** Liquid assets it aims at. */
  readonly bufferMinor: number;
  readonly isMainBank: boolean;
  /** The day of the month, from 1, on which income comes. */
  readonly payday: number;
  readonly paysByDebit: boolean;
  readonly forgetChance: number;
  readonly paysInFull: boolean;
  readonly cardShare: number;
  /** Share of the card's limit that who carries a balance does not mind. */
  readonly cardAim: number;
  /** How lively the account is: 1 on average. */
  readonly liveliness: number;
  /** How strongly a business lives from a season; 0 for most. */
  readonly seasonalSwing: number;
  readonly bestSeason: number;
  /** The month of the simulation in which it came, negative before the first. */
  readonly joinedMonth: number;
  /** Whether it would change its way of paying, salary and spending where habits drift. */
  readonly driftsPayment: boolean;
  readonly driftsSalary: boolean;
}

/** Draws a customer. @param months the length of the simulation, over which new ones come */
export const drawTraits = (random: Random, months: number): Traits => {
  const { people, habits, drift } = parameters;
  const kind: Kind = random.chance(people.companyShare) ? 'company' : 'person';
  const health = random.bell();
  return {
    kind,
    health,
    ...drawWork(random, kind),
    ...drawMoney(random, kind, health),
    isMainBank: random.chance(people.mainBankShare[kind]),
    payday: random.weighted([
      [5, 2],
      [10, 3],
      [15, 3],
      [20, 1],
      [25, 1],
    ]),
    paysByDebit: random.chance(habits.directDebitShare),
    forgetChance: random.between(habits.forgetMonthlyChance),
    paysInFull: random.chance(habits.fullPayerShare + habits.fullPayerOfHealth * health),
    cardShare: random.between(habits.cardSpendingShare),
    cardAim: random.between(habits.revolverAimOfLimit),
    liveliness: Math.exp(0.4 * random.bell() - 0.08),
    ...drawSeason(random, kind),
    joinedMonth: drawJoining(random, months),
    driftsPayment: random.chance(drift.thirdPartyShare),
    driftsSalary: random.chance(drift.halfSalaryShare),
  };
};

const drawWork = (random: Random, kind: Kind) => {
  const { employment, industryKnownShare } = parameters.people;
  const works = random.weighted(Object.entries(employment) as [Employment, number][]);
  return {
    section: drawSection(random),
    isIndustryKnown: random.chance(industryKnownShare[kind]),
    employment: kind === 'company' ? ('company' as const) : works,
  };
};

const drawMoney = (random: Random, kind: Kind, health: number) => {
  const { money } = parameters;
  const scale: Scale = random.weighted([
    ['micro', 60],
    ['small', 28],
    ['medium', 10],
    ['large', 2],
  ]);
  const median = money.incomeMedianMinor[kind === 'person' ? 'person' : scale];
  const logIncome = money.incomeSpread[kind] * random.bell() + money.incomeOfHealth * health;
  const incomeMinor = Math.round(median * Math.exp(logIncome));
  const logBuffer = money.bufferSpread * random.bell() + money.bufferOfHealth * health;
  const [least, most]: Range = money.necessaryShare[kind];
  const toBad = random.uniform() * 0.6 + 0.4 / (1 + Math.exp(1.5 * health));
  return {
    scale: kind === 'company' ? scale : null,
    incomeMinor,
    necessaryShare: least + (most - least) * toBad,
    bufferMinor: money.bufferMedianMonths[kind] * Math.exp(logBuffer) * incomeMinor,
  };
};

const drawSeason = (random: Random, kind: Kind) => {
  const { seasonalShare, seasonalSwing } = parameters.falseAlarms;
  const swing = random.between(seasonalSwing);
  const isSeasonal = random.chance(seasonalShare) && kind === 'company';
  return { seasonalSwing: isSeasonal ? swing : 0, bestSeason: random.whole(0, 11) };
};

const drawJoining = (random: Random, months: number): number => {
  const { alreadyThereShare, relationMonths } = parameters.people;
  const before = -random.whole(relationMonths[0], relationMonths[1]);
  const within = random.whole(0, Math.max(0, months - 2));
  return random.chance(alreadyThereShare) ? before : within;
};
