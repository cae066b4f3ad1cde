import type { EventItem } from '../../src/domain/event.ts';
import { type IndustrySection, industrySections } from '../../src/domain/industry-sections.ts';
import { type Calendar, instantOf, momentOf } from './calendar.ts';
import { parameters, type Scenario } from './parameters.ts';
import { createRandom, type Random } from './random.ts';
import { streams } from './streams.ts';

const sections = Object.keys(industrySections) as IndustrySection[];
const weights = Object.entries(parameters.industry.sections) as [IndustrySection, number][];

/** Draws the industry of a customer, by the weights of the sections. */
export const drawSection = (random: Random): IndustrySection => random.weighted(weights);

/** How the economy goes, which is the same for all customers. */
export interface Economy {
  /** The cycle of a section in a month, in units of its spread: 0 as usual, below 0 worse. */
  cycle(section: IndustrySection, month: number): number;
  /** The sections that a scenario strikes on their own. */
  readonly shocked: readonly IndustrySection[];
  /** How far habits have changed by a month: 0 as ever, 1 wholly. */
  drift(month: number): number;
}

/** Draws the cycle of every section over all months. */
export const createEconomy = (seed: number, scenario: Scenario, months: number): Economy => {
  const { persistence, sectionSpread, commonSpread } = parameters.industry;
  const { commonDip, sectionDip, shocked: struck, drift } = parameters.scenarios[scenario];
  const shocked = drawShocked(createRandom(seed, 0, streams.shocked), struck);
  const common = drawPath(createRandom(seed, 0, streams.common), { months, persistence, spread: commonSpread });
  const paths = new Map(
    sections.map((section, index) => {
      const random = createRandom(seed, index, streams.section);
      const own = drawPath(random, { months, persistence, spread: sectionSpread });
      const depth = commonDip + (shocked.includes(section) ? sectionDip : 0);
      return [section, own.map((value, month) => value + (common[month] as number) + depth * dipOf(month, months))];
    }),
  );
  return {
    shocked,
    cycle: (section, month) => paths.get(section)?.[month] ?? 0,
    drift: (month) => (drift ? driftOf(month, months) : 0),
  };
};

interface Path {
  readonly months: number;
  readonly persistence: number;
  readonly spread: number;
}

/** An autoregression of the first order in its long-run spread. */
const drawPath = (random: Random, { months, persistence, spread }: Path): number[] => {
  const step = spread * Math.sqrt(1 - persistence ** 2);
  let value = spread * random.bell();
  return Array.from({ length: months }, () => {
    value = persistence * value + step * random.bell();
    return value;
  });
};

/** The two that are hit are among the weighty ones, so that there is something to see. */
const drawShocked = (random: Random, count: number): IndustrySection[] => {
  const candidates = weights.filter(([, weight]) => weight >= 0.07);
  const chosen = new Set<IndustrySection>();
  while (chosen.size < count) chosen.add(random.weighted(candidates));
  return [...chosen];
};

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** How far a month lies within the scenario's bad times: 0 outside, 1 at their height. */
const dipOf = (month: number, months: number): number => {
  const { fromShare, untilShare, rampMonths } = parameters.dip;
  const into = (month - Math.floor(fromShare * months)) / rampMonths;
  const outOf = (Math.floor(untilShare * months) - month) / rampMonths;
  return Math.min(clamp(into), clamp(outOf));
};

const driftOf = (month: number, months: number): number => {
  const { fromShare, rampMonths } = parameters.drift;
  return clamp((month - Math.floor(fromShare * months)) / rampMonths);
};

const DAY = 86_400;

/** The monthly indices of every section, in the order in which they are published. */
export const tellIndustries = (seed: number, economy: Economy, calendar: Calendar): EventItem[] => {
  const end = momentOf(calendar.firstDay(calendar.months), 0);
  const told = Array.from({ length: calendar.months }, (_, month) => {
    const random = createRandom(seed, month, streams.index);
    const at = momentOf(calendar.firstDay(month + 1), 0) - 1;
    const knownAt = at + 1 + 9 * 3_600 + DAY * random.whole(14, 24);
    return sections.map((section) => tellIndex({ section, month, at, knownAt }, { economy, calendar, random }));
  });
  return told.flatMap((events) => events.filter(({ knownAt }) => knownAt !== undefined && knownAt < instantOf(end)));
};

interface Published {
  readonly section: IndustrySection;
  readonly month: number;
  readonly at: number;
  readonly knownAt: number;
}
interface Means {
  readonly economy: Economy;
  readonly calendar: Calendar;
  readonly random: Random;
}

const tellIndex = (
  { section, month, at, knownAt }: Published,
  { economy, calendar, random }: Means,
): EventItem & { type: 'industry_index' } => {
  const { indexPerUnit, indexNoise } = parameters.industry;
  const cycle = economy.cycle(section, month);
  const index = (times: number) =>
    Math.max(0, Math.round(10_000 + times * indexPerUnit * cycle + indexNoise * random.bell()));
  return {
    type: 'industry_index',
    eventId: `SIM-INDEX-${section}-${calendar.nameOf(month)}`,
    occurredAt: instantOf(at),
    knownAt: instantOf(knownAt),
    payload: {
      industry: { section, division: null },
      month: calendar.nameOf(month),
      outputHundredths: index(1),
      pricesHundredths: index(0.4),
      policyHundredths: index(-0.2),
      competitionHundredths: index(-0.5),
    },
  };
};
