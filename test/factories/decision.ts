import type { DecisionInputs } from '../../src/decision/decide.ts';
import type { DecisionPlan } from '../../src/decision/plan.ts';
import { type RawFields, readRow } from '../../src/decision/row.ts';

/** A scored application of these raw fields; the test changes what it is about. */
export const createDecisionInputs = (
  plan: DecisionPlan,
  fields: RawFields,
  inputs: Partial<DecisionInputs> = {},
): DecisionInputs => ({
  decisionId: 'd1',
  customerRef: 'c1',
  purpose: 'application',
  segment: null,
  asOf: '2026-06-01T00:00:00.000Z',
  decidedAt: '2026-06-01T00:00:00.000Z',
  timeZone: 'Asia/Shanghai',
  state: 'scored',
  read: readRow(plan, fields, new Set()),
  previous: null,
  override: null,
  signals: [],
  ...inputs,
});
