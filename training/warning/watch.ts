import type { Text } from '../../src/domain/text.ts';
import type { Course, CourseDate, DefaultSpell } from '../../src/signals/course.ts';
import type { Detection, DetectorState, Detectors } from '../../src/signals/detect.ts';
import { warningSettings } from './settings.ts';

/** What could be alerted on: a signal, or a way to choose whom to look at. */
export interface Strategy {
  readonly name: string;
  readonly label: Text;
  readonly kind: 'signal' | 'together' | 'baseline';
}

/** A customer as a strategy sees it at a date; the strongest are alerted first. */
export interface Candidate {
  readonly customer: number;
  readonly strength: number;
  readonly isLate: boolean;
}

/** A book as it was watched: what an evaluation needs of it, and no event. */
export interface WatchedBook {
  readonly days: readonly number[];
  /** Spells of each customer, in the order in which they were read. */
  readonly spells: readonly (readonly DefaultSpell[])[];
  /** Customers watched at each date. */
  readonly watched: readonly number[];
  readonly strategies: readonly Strategy[];
  /** By strategy and date. */
  readonly candidates: readonly (readonly (readonly Candidate[])[])[];
  /** Of each signal, the share of customers and dates at which it was not observed. */
  readonly unobserved: ReadonlyMap<string, number>;
}

const baselines: readonly Strategy[] = [
  { name: 'late', label: { zh: '逾期天数 ≥ 1', en: 'DPD >= 1' }, kind: 'baseline' },
  { name: 'pd', label: { zh: '仅违约概率', en: 'PD alone' }, kind: 'baseline' },
  { name: 'pd_current', label: { zh: '违约概率，未逾期者', en: 'PD, those not late' }, kind: 'baseline' },
];

const together: readonly Strategy[] = [
  { name: 'signals', label: { zh: '全部信号', en: 'All signals' }, kind: 'together' },
  { name: 'signals_current', label: { zh: '全部信号，未逾期者', en: 'All signals, those not late' }, kind: 'together' },
  { name: 'signals_pd', label: { zh: '信号与违约概率', en: 'Signals and PD' }, kind: 'together' },
  {
    name: 'signals_pd_current',
    label: { zh: '信号与违约概率，未逾期者', en: 'Signals and PD, those not late' },
    kind: 'together',
  },
];

/** Runs the detectors along every course and keeps who would be alerted by which strategy, and how strongly. */
export const watchBook = async (
  courses: AsyncIterable<Course>,
  { detectors, detect }: Detectors,
  days: readonly number[],
): Promise<WatchedBook> => {
  const kinds = detectors.map(({ kind, label }): Strategy => ({ name: kind, label, kind: 'signal' }));
  const strategies = [...kinds, ...together, ...baselines];
  const candidates = strategies.map(() => days.map((): Candidate[] => []));
  const watched = days.map(() => 0);
  const hidden = new Map(kinds.map(({ name }) => [name, 0]));
  const spells: (readonly DefaultSpell[])[] = [];
  const places = new Map(days.map((day, place) => [day, place]));
  for await (const course of courses) {
    const customer = spells.push(course.spells) - 1;
    let states: readonly DetectorState[] = [];
    for (const date of course.dates) {
      const place = places.get(date.day) ?? -1;
      const found = detect(date, states);
      states = found.map(({ after }) => after);
      watched[place] = (watched[place] ?? 0) + 1;
      for (const { kind, finding } of found)
        if (finding === 'unobserved') hidden.set(kind, (hidden.get(kind) ?? 0) + 1);
      const strengths = [...found.map(toStrength), ...weighAll(found, detectors, date)];
      for (const [index, strength] of strengths.entries())
        if (strength !== null) candidates[index]?.[place]?.push({ customer, strength, isLate: date.daysLate > 0 });
    }
  }
  const dates = watched.reduce((sum, count) => sum + count, 0);
  const unobserved = new Map([...hidden].map(([kind, count]) => [kind, count / Math.max(1, dates)]));
  return { days, spells, watched, strategies, candidates, unobserved };
};

const toStrength = ({ after, strength }: Detection): number | null => (after.isUp ? strength : null);

/** Strengths by all signals together and by the baselines, in the order of the strategies; null = no candidate. */
const weighAll = (
  found: readonly Detection[],
  detectors: Detectors['detectors'],
  { microLogits, daysLate }: CourseDate,
): (number | null)[] => {
  const up = found.flatMap(({ after, strength }, place) => {
    const { base, atFull } = detectors[place]?.evidence ?? { base: 0, atFull: 0 };
    return after.isUp ? [(base + (atFull * strength) / 1e6) / 1e3] : [];
  });
  const evidence = up.reduce((sum, each) => sum + each, 0);
  const signals = up.length > 0 ? evidence : null;
  const pd = microLogits === null ? null : microLogits / 1e6;
  const both = pd === null ? null : pd + warningSettings.evidenceWeight * evidence;
  const ifCurrent = (strength: number | null) => (daysLate > 0 ? null : strength);
  return [signals, ifCurrent(signals), both, ifCurrent(both), daysLate > 0 ? daysLate : null, pd, ifCurrent(pd)];
};
