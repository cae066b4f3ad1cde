import { Decision, type Override } from '../domain/decision.ts';

/** A decision as it is kept: a record that names nobody, and the sections of its personal part. */
export interface DecisionParts {
  readonly record: DecisionRecord;
  readonly sections: DecisionSections;
}

/** Ids, versions, times and outcome: what stays when a customer's data is erased. */
export type DecisionRecord = Omit<Decision, keyof Inputs | keyof Assessment> & { readonly kind: 'decision' };

type Inputs = Pick<Decision, 'values' | 'previous' | 'warnings'>;
type Assessment = Pick<Decision, 'score' | 'rules' | 'reasons' | 'mitigating' | 'edge'>;

/** Personal data: what the decision was made from, and what was made of it. */
export interface DecisionSections {
  readonly inputs: Inputs & { readonly override: Override | null };
  readonly assessment: Assessment;
}

/**
 * Takes a decision apart; `override` is what an officer had decided, which replay needs whole. Keys stand in the order of
 * their canonical form, which is written faster so.
 */
export const splitDecision = (decision: Decision, override: Override | null): DecisionParts => {
  const { values, previous, warnings, score, rules, reasons, mitigating, edge } = decision;
  return {
    record: {
      action: decision.action,
      adjustments: decision.adjustments,
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
      signals: decision.signals,
      state: decision.state,
      tier: decision.tier,
      timeZone: decision.timeZone,
      versions: decision.versions,
    },
    sections: {
      assessment: { edge, mitigating, reasons, rules, score },
      inputs: { override, previous, values, warnings },
    },
  };
};

/** Puts a decision together again. */
export const joinDecision = ({ record, sections }: DecisionParts): Decision => {
  const { kind: _, ...facts } = record;
  const { override: __, ...inputs } = sections.inputs;
  return Decision.parse({ ...facts, ...inputs, ...sections.assessment });
};
