import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { modelFolders } from '../../src/store/folders.ts';
import { createAdjustmentContent } from '../factories/adjustment.ts';
import { championPlace, rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
const service = useService(() => ({
  env: { VIGIL_API_KEYS: `trainer:${hashOf('trainer')},officer:${hashOf('officer')}` },
  models: modelFolders(undefined),
}));
const as = (key: string) => service().client({ key, locale: 'en' });
const place = championPlace;
const always = { from: '2000-01-01', to: '2999-01-01' };

const predict = (customerId: string, change: object = {}) =>
  as('trainer').predict({ customerId, purpose: 'application', features: rowOf(3), explain: 'full', ...change });

describe('adjustments over HTTP', () => {
  it('answers nothing of them where there is none', async () => {
    expect(await predict('H-1')).not.toHaveProperty('adjustments');
    expect(await as('trainer').listAdjustments(place)).toEqual({ adjustments: [] });
  });

  it('are followed at once, told in every answer, and sum to the score with the contributions', async () => {
    const before = await predict('H-2');
    const late = [0, 0, 0, 200_000, 200_000, 200_000, 0];
    const adjustment = createAdjustmentContent({
      ...always,
      tables: [
        { inputs: [], microLogits: [300_000] },
        { inputs: ['repayment_status_1'], microLogits: late },
      ],
    });
    const proposed = await as('trainer').proposeAdjustment({ ...place, adjustment });
    expect(proposed).toMatchObject({
      state: 'proposed',
      proposedBy: 'trainer',
      effects: [{ source: { kind: 'decisions' }, rows: 2, evidence: 'insufficient' }],
      cells: [{ where: [] }, ...[3, 4, 5].map((bin) => ({ where: [{ input: 'repayment_status_1', bin }] }))],
    });
    await as('officer').approveAdjustment({ ...place, adjustment: 'overlay', reason: 'seen' });
    for (const locale of ['en', 'zh'] as const) {
      const answer = await predict('H-2', { locale });
      const [applied] = answer.adjustments ?? [];
      expect(applied).toMatchObject({ name: 'overlay', text: adjustment.reason[locale] });
      const added = applied?.microLogits ?? Number.NaN;
      expect(answer.microLogits).toBe((before.microLogits ?? 0) + added);
      const { referenceMicroLogits = 0, contributions = [], sumMicroLogits = 0 } = answer.explanation ?? {};
      expect(referenceMicroLogits + sumMicroLogits).toBe(answer.microLogits);
      expect(contributions.reduce((sum, { microLogits }) => sum + microLogits, added)).toBe(sumMicroLogits);
      const said = [...(answer.reasons ?? []), ...(answer.mitigating ?? [])];
      expect(
        said.filter(({ kind }) => kind === 'adjustment').every(({ text }) => text === adjustment.reason[locale]),
      ).toBe(true);
      const read = await as('officer').readDecision({ id: answer.decisionId, explain: 'full', locale });
      expect(read).toEqual(answer);
      expect(await as('officer').replayDecision({ id: answer.decisionId })).toEqual({ outcome: 'same', fields: [] });
    }
  });

  it('stand beside their model and in its history', async () => {
    const { adjustments, history } = await as('officer').readModel(place);
    expect(adjustments).toMatchObject([{ name: 'overlay', state: 'approved', isInForce: true, proposedBy: 'trainer' }]);
    expect(history.slice(-2)).toMatchObject([
      { event: 'adjustment_proposed', actor: 'trainer', adjustment: 'overlay' },
      { event: 'adjustment_approved', actor: 'officer', adjustment: 'overlay' },
    ]);
    const { models } = await as('officer').readHistory({ name: 'taiwan-card' });
    const told = models.find(({ version }) => version === place.version);
    expect(told?.history.at(-1)).toMatchObject({ event: 'adjustment_approved', adjustment: 'overlay' });
  });

  it('decide in batches, streams and tensors alike, and nothing once they are withdrawn', async () => {
    const client = as('trainer');
    const body = { customerId: 'H-3', purpose: 'application' as const, features: rowOf(3) };
    const { answers } = await client.predictBatch({ requests: [body, body] });
    const streamed = [];
    for await (const answer of client.predictStream([{ ...body, id: '1' }])) streamed.push(answer);
    for (const answer of [...answers, ...streamed])
      expect(answer).toMatchObject({ adjustments: [{ name: 'overlay' }] });
    await as('trainer').withdrawAdjustment({ ...place, adjustment: 'overlay', reason: 'over' });
    expect(await predict('H-3')).not.toHaveProperty('adjustments');
    const read = await client.readDecision({ id: answers[0]?.decisionId ?? '' });
    expect(read.adjustments).toMatchObject([{ name: 'overlay' }]);
  });
});
