import { toScaled } from '../arithmetic.ts';
import type { CatalogueFeature } from '../domain/catalogue.ts';
import type { EventType } from '../domain/event.ts';
import type { Detector, SeenValue, SignalCondition, SignalPolicy } from '../domain/signal.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { silentTypes } from '../features/silent-types.ts';

/** What a detector remembers from one evaluation to the next. */
export interface DetectorState {
  /** Whether its signal is up. */
  readonly isUp: boolean;
  /** Evaluations in a row at which it held while it was down. */
  readonly held: number;
}

/** What it remembers of a customer it never saw. */
export const unseen: DetectorState = { isUp: false, held: 0 };

/** What a detector says of a customer as of a date. */
export interface Detection {
  readonly kind: string;
  /**
   * `raised` now or `held` from before; `pending` where it does not hold for long enough yet; `clear` where it was seen
   * not to hold; `unobserved` where what it needs is not known or nobody tells the book of it, which is never `clear`.
   */
  readonly finding: 'raised' | 'held' | 'pending' | 'clear' | 'unobserved';
  /** Millionths from the threshold at which it is left (0) to full (10^6); 0 where the signal is not up. */
  readonly strength: number;
  /** Every value it looked at, in the order of its conditions; null where it is missing, or 0 since nobody tells of it. */
  readonly values: readonly SeenValue[];
  readonly after: DetectorState;
}

/** What is known of a customer at one evaluation. */
export interface Observation {
  /** Scaled integers in the order of the catalogue; NaN = missing. */
  readonly values: Float64Array;
  /** Types of events the book had received by then, as `receivedBy` says. */
  readonly received: ReadonlySet<EventType>;
}

/** Evaluates every detector of a policy. */
export interface Detectors {
  readonly detectors: readonly Detector[];
  /** @param before the states after the evaluation before, in the order of the detectors; empty = never seen */
  detect(observation: Observation, before: readonly DetectorState[]): Detection[];
}

/** Full strength. */
const FULL = 1_000_000;

/**
 * Binds a policy of signals to the catalogue.
 * @throws bad_signals where a condition names a feature there is not, or a threshold that does not fit its scale
 */
export const createDetectors = (policy: SignalPolicy, catalogue: readonly CatalogueFeature[]): Detectors => {
  const compiled = policy.detectors.map((detector) => compileDetector(detector, { policy, catalogue }));
  return {
    detectors: policy.detectors,
    detect: (observation, before) => compiled.map((run, place) => run(observation, before[place] ?? unseen)),
  };
};

/** A condition with its thresholds as scaled integers, oriented so that more is worse. */
interface Compiled {
  readonly feature: string;
  readonly place: number;
  readonly sign: 1 | -1;
  readonly enter: number;
  readonly leave: number;
  readonly full: number;
  /** What a missing value makes of it. */
  readonly missing: false | null;
}

interface Binding {
  readonly policy: SignalPolicy;
  readonly catalogue: readonly CatalogueFeature[];
}

const compileDetector = (detector: Detector, binding: Binding) => {
  const fault = (problem: Text) =>
    appError('bad_signals', { policy: binding.policy.name, signal: detector.kind, problem });
  const placeOf = (name: string): number => {
    const place = binding.catalogue.findIndex((feature) => feature.name === name);
    if (place < 0) throw fault({ zh: `特征目录中没有 ${name}`, en: `the catalogue has no feature ${name}` });
    return place;
  };
  const compile = ({ feature, is, missing, ...thresholds }: SignalCondition): Compiled => {
    const place = placeOf(feature);
    const sign = is === 'atLeast' ? 1 : -1;
    const { decimals = 0 } = binding.catalogue[place] ?? {};
    const toThreshold = (value: number): number => {
      const scaled = toScaled(value, decimals);
      if (scaled / 10 ** decimals === value) return sign * scaled;
      throw fault({
        zh: `${value} 的小数位多于特征 ${feature} 的 ${decimals} 位`,
        en: `${value} has more decimals than the ${decimals} of feature ${feature}`,
      });
    };
    const [enter, leave, full] = [thresholds.enter, thresholds.leave, thresholds.full].map(toThreshold);
    return {
      feature,
      place,
      sign,
      enter: enter as number,
      leave: leave as number,
      full: full as number,
      missing: missing === 'none' ? false : null,
    };
  };
  const cases = detector.cases.map(({ all }) => all.map(compile));
  const needs = detector.needs.map((group) => group.map(placeOf));
  const looked = [...new Map(cases.flat().map((condition) => [condition.feature, condition.place]))];
  const told = binding.catalogue.map(silentTypes);
  return ({ values, received }: Observation, before: DetectorState): Detection => {
    const { holds, strength } = weigh(cases, values, before.isUp);
    const isSeen = (place: number): boolean =>
      isKnown(values[place]) && (told[place] ?? []).every((type) => received.has(type));
    const isObserved =
      holds === true ||
      (holds === false && needs.every((group) => group.some(isSeen)) && looked.some(([, place]) => isSeen(place)));
    const { finding, after } = step(isObserved ? holds : null, before, detector.persistence);
    return {
      kind: detector.kind,
      finding,
      strength: after.isUp ? strength : 0,
      values: looked.map(([feature, place]) => ({ feature, value: isSeen(place) ? toValue(values[place]) : null })),
      after,
    };
  };
};

const isKnown = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value);

const toValue = (value: number | undefined): number | null => (isKnown(value) ? value : null);

/** What is not known changes nothing: neither raises, nor lowers, nor counts. */
const step = (
  holds: boolean | null,
  before: DetectorState,
  persistence: number,
): { readonly finding: Detection['finding']; readonly after: DetectorState } => {
  if (holds === null) return { finding: 'unobserved', after: before };
  if (!holds) return { finding: 'clear', after: unseen };
  if (before.isUp) return { finding: 'held', after: before };
  const held = before.held + 1;
  if (held < persistence) return { finding: 'pending', after: { isUp: false, held } };
  return { finding: 'raised', after: { isUp: true, held: 0 } };
};

/** Whether any case holds, in three-valued logic (DEFINITIONS 5), and how strong the strongest of those that do is. */
const weigh = (cases: readonly (readonly Compiled[])[], values: Float64Array, isUp: boolean) => {
  let holds: boolean | null = false;
  let strength = 0;
  for (const conditions of cases) {
    const each = conditions.map((condition) => test(condition, values, isUp));
    if (each.includes(false)) continue;
    if (each.includes(null)) {
      holds = holds || null;
      continue;
    }
    holds = true;
    strength = Math.max(strength, Math.min(...conditions.map((condition) => strengthOf(condition, values))));
  }
  return { holds, strength };
};

const test = (
  { place, sign, enter, leave, missing }: Compiled,
  values: Float64Array,
  isUp: boolean,
): boolean | null => {
  const value = values[place] ?? Number.NaN;
  if (Number.isNaN(value)) return missing;
  return sign * value >= (isUp ? leave : enter);
};

const strengthOf = ({ place, sign, leave, full }: Compiled, values: Float64Array): number => {
  const share = (sign * (values[place] as number) - leave) / (full - leave);
  return Math.floor(FULL * Math.min(1, Math.max(0, share)));
};
