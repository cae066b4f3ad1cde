import { parameters } from './parameters.ts';
import type { Random } from './random.ts';
import type { Kind, Traits } from './traits.ts';

const { adversity, relations } = parameters;

/** Why a customer could not or would not pay. */
export type Cause = 'decline' | 'shock' | 'sudden' | 'strategic' | 'industry' | 'contagion' | 'overstretched';

type Adversity = 'decline' | 'jobLoss' | 'illness' | 'sudden' | 'strategic';

/** Something bad that goes on. */
interface Episode {
  readonly kind: Adversity | 'contagion';
  readonly cause: Cause;
  readonly since: number;
  readonly months: number;
  /** Share of the income that is left at its worst. */
  readonly incomeLeft: number;
  readonly incomeAfter: number;
  /** Extra costs of each of its first months, and how many of them. */
  readonly costMinor: number;
  readonly costMonths: number;
  endedIn: number | null;
}

/** What a month brings. */
export interface Fortune {
  /** Times the usual income. */
  readonly incomeTimes: number;
  readonly extraCostMinor: number;
  /** Whether all money is lost at once. */
  readonly isWipedOut: boolean;
  readonly isWilling: boolean;
  /** Whether it would try to raise money before it does not pay. */
  readonly seeksCover: boolean;
  /** Whether it can be seen to be in trouble by those who look. */
  readonly isInTrouble: boolean;
  /** The kind that began this month. */
  readonly began: Episode['kind'] | null;
  /** What goes on, or went on until not long ago. */
  readonly cause: Cause | null;
}

/** A customer's bad times, one at a time. */
export interface Life {
  live(month: number, cycle: number, calledMinor: number): Fortune;
}

const kinds: readonly Adversity[] = ['decline', 'jobLoss', 'illness', 'sudden', 'strategic'];

export const beginLife = (random: Random, traits: Traits): Life => {
  let episode: Episode | null = null;
  let level = 1;
  let lasting: { cause: Cause; until: number } | null = null;
  return {
    live(month, cycle, calledMinor) {
      const draw = random.uniform();
      const fresh = calledMinor > 0 ? called(month, calledMinor) : begin(random, { traits, month, cycle, draw });
      const began = fresh !== null && (episode === null || fresh.kind === 'contagion') ? fresh : null;
      if (began) episode = began;
      if (!episode) return quiet(level, lasting && lasting.until >= month ? lasting.cause : null);
      const current: Episode = episode;
      end(random, current, month);
      const fortune = toFortune(current, month, level);
      if (current.endedIn !== null && month >= current.endedIn + 3) {
        level *= current.incomeAfter;
        lasting = { cause: current.cause, until: month + 6 };
        episode = null;
      }
      return { ...fortune, began: began?.kind ?? null };
    },
  };
};

const quiet = (level: number, cause: Cause | null): Fortune => ({
  incomeTimes: level,
  extraCostMinor: 0,
  isWipedOut: false,
  isWilling: true,
  seeksCover: true,
  isInTrouble: false,
  began: null,
  cause,
});

interface Chances {
  readonly traits: Traits;
  readonly month: number;
  readonly cycle: number;
  readonly draw: number;
}

/** What begins in a month, if anything does: the one draw decides whether and which. */
const begin = (random: Random, { traits, month, cycle, draw }: Chances): Episode | null => {
  const apart = [random.uniform(), random.uniform(), random.uniform()] as const;
  let left = draw;
  for (const kind of kinds) {
    const chance = monthlyChance(kind, traits, cycle);
    if (left < chance) {
      const isOfIndustry = apart[0] > Math.exp(Math.min(0, adversity[kind].cycle * cycle)) && kind !== 'strategic';
      return makeEpisode(kind, { traits, month, isOfIndustry, size: apart[1], length: apart[2] });
    }
    left -= chance;
  }
  return null;
};

const monthlyChance = (kind: Adversity, { kind: who, health, employment }: Traits, cycle: number): number => {
  const { yearly, ofHealth, cycle: ofCycle } = adversity[kind] as AnyAdversity;
  if (kind === 'jobLoss' && employment === 'retired') return 0;
  return (yearly[who] / 12) * Math.exp(ofHealth * health - ofHealth ** 2 / 2 - ofCycle * cycle);
};

interface AnyAdversity {
  readonly yearly: Readonly<Record<Kind, number>>;
  readonly ofHealth: number;
  readonly cycle: number;
}

interface Making {
  readonly traits: Traits;
  readonly month: number;
  readonly isOfIndustry: boolean;
  /** Two draws: how bad it is, how long it takes. */
  readonly size: number;
  readonly length: number;
}

const within = ([least, most]: readonly [number, number], draw: number): number => least + (most - least) * draw;

const makeEpisode = (kind: Adversity, { traits, month, isOfIndustry, size, length }: Making): Episode => {
  const base = {
    kind,
    since: month,
    months: 1,
    incomeLeft: 1,
    incomeAfter: 1,
    costMinor: 0,
    costMonths: 3,
    endedIn: null,
  };
  const cause = (own: Cause): Cause => (isOfIndustry ? 'industry' : own);
  if (kind === 'decline') {
    const { incomeLeft, months } = adversity.decline;
    const worst = within(incomeLeft, size);
    const floor = traits.kind === 'company' ? 0.3 + 0.55 * worst : worst;
    return { ...base, cause: cause('decline'), incomeLeft: floor, months: Math.round(within(months, length)) };
  }
  if (kind === 'jobLoss') {
    const { incomeLeft, incomeAfter } = adversity.jobLoss;
    const after = within(incomeAfter, length);
    return { ...base, cause: cause('shock'), incomeLeft: within(incomeLeft[traits.kind], size), incomeAfter: after };
  }
  if (kind === 'illness') {
    const { costMonths, incomeLeft, months } = adversity.illness;
    const costMinor = (within(costMonths, size) * traits.incomeMinor) / 3;
    const lasts = Math.round(within(months, length));
    return { ...base, cause: 'shock', incomeLeft: within(incomeLeft, length), months: lasts, costMinor };
  }
  return { ...base, cause: kind === 'sudden' ? cause('sudden') : 'strategic' };
};

/** A guarantee that is called: money to be found within some months. */
const called = (month: number, calledMinor: number): Episode => ({
  kind: 'contagion',
  cause: 'contagion',
  since: month,
  months: relations.calledOverMonths,
  incomeLeft: 1,
  incomeAfter: 1,
  costMinor: calledMinor / relations.calledOverMonths,
  costMonths: relations.calledOverMonths,
  endedIn: null,
});

/** Draws whether it ends this month; who lost all or will not pay stays so. */
const end = (random: Random, episode: Episode, month: number): void => {
  const draw = random.uniform();
  if (episode.endedIn !== null || month <= episode.since) return;
  if (isOver(episode, month - episode.since, draw)) episode.endedIn = month;
};

const isOver = ({ kind, months }: Episode, passed: number, draw: number): boolean => {
  if (kind === 'decline') return passed > months && draw < adversity.decline.recoveryMonthlyChance;
  if (kind === 'jobLoss') return draw < adversity.jobLoss.recoveryMonthlyChance;
  return (kind === 'illness' || kind === 'contagion') && passed >= months;
};

const toFortune = (episode: Episode, month: number, level: number): Fortune => {
  const { kind, since, endedIn, costMinor, costMonths, cause } = episode;
  const isLost = kind === 'sudden' || kind === 'strategic';
  return {
    incomeTimes: level * timesOf(episode, month),
    extraCostMinor: month - since < costMonths ? costMinor : 0,
    isWipedOut: kind === 'sudden',
    isWilling: kind !== 'strategic',
    seeksCover: !isLost,
    isInTrouble: !isLost && endedIn === null && (kind !== 'decline' || month > since + 1),
    began: null,
    cause,
  };
};

/** Slow declines slide, the others fall at once; what ends comes back over three months. */
const timesOf = ({ kind, since, months, incomeLeft, incomeAfter, endedIn }: Episode, month: number): number => {
  const fallen = kind === 'decline' ? Math.min(1, (month - since + 1) / months) : 1;
  const low = 1 - fallen * (1 - incomeLeft);
  if (endedIn === null) return low;
  return low + (incomeAfter - low) * Math.min(1, (month - endedIn + 1) / 3);
};
