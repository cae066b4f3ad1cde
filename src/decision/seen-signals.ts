import type { OpenSignal, SeenSignal } from '../domain/decision.ts';
import { signalLevelRank } from '../policy/vocabulary.ts';
import type { DecisionPlan } from './plan.ts';

export const isOpenSignal = (signal: SeenSignal): signal is OpenSignal => signal.level !== 'none';

/** Of the signals a customer stands in those a decision depends on: what is open, and of the rest what rules name. */
export const keepSignals = ({ signalKinds }: DecisionPlan, signals: readonly SeenSignal[]): readonly SeenSignal[] =>
  signals.filter((signal) => isOpenSignal(signal) || signalKinds.includes(signal.kind));

/** Puts what rules ask of signals among the facts; what nobody looked for is unknown. */
export const addSignals = (
  { signalKinds }: DecisionPlan,
  facts: { readonly signals: Float64Array },
  signals: readonly SeenSignal[],
): void => {
  for (const [place, kind] of signalKinds.entries()) {
    const seen = signals.find((signal) => signal.kind === kind);
    facts.signals[place] = seen ? signalLevelRank(seen.level) : Number.NaN;
  }
};

/** What an open signal asks of the outcome, as the hit of a rule does. */
export const toSignalHits = (signals: readonly SeenSignal[]) =>
  signals
    .filter(isOpenSignal)
    .map(({ kind, tier, action }) => ({ kind: 'signal', code: kind, id: `signals.${kind}`, tier, action }) as const);
