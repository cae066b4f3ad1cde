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

/** Takes a decision apart; `override` is what an officer had decided, which replay needs whole. */
export const splitDecision = (decision: Decision, override: Override | null): DecisionParts => {
  const { values, previous, warnings, score, rules, reasons, mitigating, edge, ...record } = decision;
  return {
    record: { kind: 'decision', ...record },
    sections: {
      inputs: { values, previous, warnings, override },
      assessment: { score, rules, reasons, mitigating, edge },
    },
  };
};

/** Puts a decision together again. */
export const joinDecision = ({ record, sections }: DecisionParts): Decision => {
  const { kind: _, ...facts } = record;
  const { override: __, ...inputs } = sections.inputs;
  return Decision.parse({ ...facts, ...inputs, ...sections.assessment });
};
