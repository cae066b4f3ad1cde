import { type AppliedAdjustment, Decision, type Override, type SeenSignal } from '../domain/decision.ts';
import { isOpenSignal } from './seen-signals.ts';

/** A decision as it is kept: a record that names nobody, and the sections of its personal part. */
export interface DecisionParts {
  readonly record: DecisionRecord;
  readonly sections: DecisionSections;
}

/** Ids, versions, times and outcome: what stays when a customer's data is erased. */
export type DecisionRecord = Omit<Decision, keyof Inputs | keyof Scored | 'adjustments' | 'signals'> & {
  readonly kind: 'decision';
  /** Which were in force; what each added tells of the customer, and is among the personal data. */
  readonly adjustments: readonly Omit<AppliedAdjustment, 'microLogits'>[];
  /** Ids of the signals that were open; what they say of the customer is among the personal data. */
  readonly signals: readonly string[];
};

type Inputs = Pick<Decision, 'values' | 'previous' | 'warnings'>;
type Scored = Pick<Decision, 'score' | 'rules' | 'reasons' | 'mitigating' | 'edge'>;

/** `adjustments`: what each of the record's added; absent where there is none. */
interface Assessment extends Scored {
  readonly adjustments?: readonly number[];
}

/** Personal data: what the decision was made from, and what was made of it. */
export interface DecisionSections {
  readonly inputs: Inputs & { readonly override: Override | null; readonly signals?: readonly SeenSignal[] };
  readonly assessment: Assessment;
}

/**
 * Takes a decision apart; `override` is what an officer had decided, which replay needs whole. Keys stand in the order of
 * their canonical form, which is written faster so.
 */
export const splitDecision = (decision: Decision, override: Override | null): DecisionParts => {
  const { values, previous, warnings, score, rules, reasons, mitigating, edge, adjustments, signals } = decision;
  const added = adjustments.length === 0 ? {} : { adjustments: adjustments.map(({ microLogits }) => microLogits) };
  return {
    record: {
      action: decision.action,
      adjustments: adjustments.map(({ fingerprint, name }) => ({ fingerprint, name })),
      asOf: decision.asOf,
      customerRef: decision.customerRef,
      decidedAt: decision.decidedAt,
      decisionId: decision.decisionId,
      kind: 'decision',
      lane: decision.lane,
      override: decision.override,
      purpose: decision.purpose,
      schema: decision.schema,
      segment: decision.segment,
      signals: signals.flatMap((signal) => (isOpenSignal(signal) ? [signal.signalId] : [])),
      ...(decision.simulated ? { simulated: true as const } : {}),
      state: decision.state,
      tier: decision.tier,
      timeZone: decision.timeZone,
      versions: decision.versions,
    },
    sections: {
      assessment: { ...added, edge, mitigating, reasons, rules, score },
      inputs: { override, previous, ...(signals.length === 0 ? {} : { signals }), values, warnings },
    },
  };
};

/** Puts a decision together again. */
export const joinDecision = ({ record, sections }: DecisionParts): Decision => {
  const { kind: _, ...facts } = record;
  const { override: __, signals = [], ...inputs } = sections.inputs;
  const { adjustments: added = [], ...assessment } = sections.assessment;
  const adjustments = facts.adjustments.map((each, place) => ({ ...each, microLogits: added[place] }));
  return Decision.parse({ ...facts, ...inputs, ...assessment, adjustments, signals });
};
