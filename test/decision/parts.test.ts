import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { joinDecision, splitDecision } from '../../src/decision/parts.ts';
import { toCanonicalJson } from '../../src/fingerprint.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { createDecisionInputs } from '../factories/decision.ts';
import { arbitraryFields } from '../support/arbitrary-fields.ts';

const { plan } = openPlan({
  model: 'taiwan-card',
  modelFolders: modelFolders(undefined),
  policy: undefined,
  day: '2026-06-01',
});

describe('a decision taken apart', () => {
  it('comes together again to the same decision, through JSON too', () => {
    fc.assert(
      fc.property(arbitraryFields(plan), (fields) => {
        const decision = decide(plan, createDecisionInputs(plan, fields));
        const parts = splitDecision(decision, null);
        expect(joinDecision(JSON.parse(JSON.stringify(parts)))).toEqual(decision);
      }),
      { numRuns: 50 },
    );
  });

  it('has every key where its canonical form has it, so that it is written as it stands', () => {
    fc.assert(
      fc.property(arbitraryFields(plan), (fields) => {
        const { record, sections } = splitDecision(decide(plan, createDecisionInputs(plan, fields)), null);
        for (const part of [record, sections.inputs, sections.assessment]) {
          expect(JSON.stringify(part)).toBe(toCanonicalJson(part));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('leaves no value, contribution or reason in the record', () => {
    const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, 7_654_321]));
    const fields = {
      ...blank,
      ...Object.fromEntries(plan.features.columns.filter(({ codes }) => codes.length > 0).map(({ name }) => [name, 9])),
    };
    const { record } = splitDecision(decide(plan, createDecisionInputs(plan, fields)), null);
    expect(JSON.stringify(record)).not.toContain('7654321');
    for (const name of ['values', 'score', 'rules', 'reasons', 'mitigating', 'edge', 'previous'])
      expect(record).not.toHaveProperty(name);
  });
});
