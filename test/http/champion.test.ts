import { describe, expect, it } from 'vitest';
import { nameBin } from '../../src/explanation/scorecard-table.ts';
import { interpolateReference } from '../../src/model/reference.ts';
import { at } from '../reference/exact.ts';
import { divideScore, namePlainReasons } from '../reference/reasons.ts';
import { readGoldenLines } from '../support/golden.ts';
import { champion, goldenRows, rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';

const service = useService();
const lines = readGoldenLines('taiwan-card');
const { model } = champion.plan;

/** Every golden line, decided in one batch. */
const decideAll = async (explain: 'none' | 'reasons' | 'full') => {
  const requests = goldenRows.map((features, index) => ({
    customerId: `G-${index}`,
    purpose: 'application' as const,
    features,
    explain,
  }));
  return (await service().client().predictBatch({ requests })).answers;
};

describe('the champion over HTTP', () => {
  it('gives every golden line its micro-logits, points, bins and cells, to the last unit', async () => {
    const answers = await decideAll('full');
    for (const [index, answer] of answers.entries()) {
      const line = at(lines, index);
      const golden = interpolateReference(model, line.cutOff - 1).microLogits;
      const contributions = answer.explanation?.contributions ?? [];
      expect(answer).toMatchObject({ microLogits: line.microLogits, points: line.points });
      expect(contributions.map(({ microLogits, referenceMicroLogits }) => microLogits + referenceMicroLogits)).toEqual(
        line.contributions.map((contribution, term) => contribution + at(golden, term)),
      );
      expect(contributions.map(({ inputs }) => inputs.map(({ bin }) => bin))).toEqual(
        model.terms.map(({ inputs }) =>
          inputs.map((input) => nameBin(at(model.inputs, input), at(line.bins, input), 'en')),
        ),
      );
    }
  });

  it('explains every golden line: reference and contributions sum to the score, reasons and mitigating as the slow reference names them', async () => {
    for (const { explanation, reasons = [], mitigating, microLogits } of await decideAll('full')) {
      if (!explanation) throw new Error('there is no explanation');
      const { contributions, referenceMicroLogits, sumMicroLogits } = explanation;
      expect(contributions.reduce((sum, part) => sum + part.microLogits, 0)).toBe(sumMicroLogits);
      expect(referenceMicroLogits + sumMicroLogits).toBe(microLogits);
      const references = contributions.map((part) => part.referenceMicroLogits);
      const cells = contributions.map((part) => part.microLogits + part.referenceMicroLogits);
      const plain = namePlainReasons(model, divideScore({ model, cells, references }));
      const told = reasons.filter(({ kind }) => kind === 'score');
      expect(told).toMatchObject(plain.reasons.slice(0, told.length));
      if (told.length === reasons.length && told.length > 0) expect(told).toHaveLength(plain.reasons.length);
      expect(mitigating).toMatchObject(plain.mitigating);
      expect(mitigating).toHaveLength(plain.mitigating.length);
    }
  });

  it('names a single change that gives another tier of the model, and that change does give it', async () => {
    const client = service().client();
    const ask = (features: Record<string, number | string | null>) =>
      client.predict({ customerId: 'flip', purpose: 'application', features, explain: 'full' });
    let found = 0;
    for (let index = 0; index < 12; index++) {
      const first = await ask(rowOf(index));
      const flip = first.explanation?.flip;
      if (!flip) continue;
      found++;
      expect(rowOf(index)[flip.field]).toEqual(flip.from);
      const second = await ask({ ...rowOf(index), [flip.field]: flip.to });
      expect(second.tier.model).toBe(flip.tier);
      expect(second.tier.model).not.toBe(first.tier.model);
    }
    expect(found).toBeGreaterThan(0);
  });

  it('tells as much as is asked for', async () => {
    const client = service().client();
    const { decisionId } = await client.predict({ customerId: 'T', purpose: 'application', features: rowOf(1) });
    const none = await client.readDecision({ id: decisionId, explain: 'none' });
    const reasons = await client.readDecision({ id: decisionId });
    const full = await client.readDecision({ id: decisionId, explain: 'full' });
    expect(none).not.toHaveProperty('reasons');
    expect(none).not.toHaveProperty('mitigating');
    expect(reasons).toEqual({ ...none, reasons: reasons.reasons, mitigating: reasons.mitigating });
    expect(reasons.reasons?.every(({ text }) => text.length > 0)).toBe(true);
    expect(full).toEqual({ ...reasons, explanation: full.explanation });
  });
});
