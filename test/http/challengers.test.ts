import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../src/domain/model.ts';
import { createChallengers } from '../../src/usecases/challengers.ts';
import { readDecision } from '../../src/usecases/decisions.ts';
import { eraseCustomer } from '../../src/usecases/ledger.ts';
import { createInput, createModelColumn, createTerm } from '../factories/model.ts';
import { problemOf, useService } from '../support/service.ts';
import { tiny, writeTinyModels } from '../support/tiny-models.ts';

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Reads another column than the version that decides. */
const stranger: Model = tiny({
  version: '3',
  columns: [createModelColumn({ name: 'column_1', source: 'COLUMN_1' })],
  inputs: [createInput({ source: { column: 'column_1' }, counts: [1, 1, 0] })],
});
const shifted: Model = tiny({ version: '2', terms: [createTerm({ microLogits: [-2_000_000, 2_000_000, 0] })] });

const get = useService((folder) => ({
  models: [
    writeTinyModels(folder.folder(), [
      [tiny(), 'passed'],
      [shifted, null],
      [stranger, null],
    ]),
  ],
  env: { VIGIL_API_KEYS: `trainer:${hashOf('trainer')},officer:${hashOf('officer')}` },
}));
/** By then whatever was answered has been scored. */
const SCORED_MILLISECONDS = 1_000;
const clientOf = (key: string) => get().client({ key });
const predict = (customerId: string, features: Record<string, number | null>) =>
  clientOf('trainer').predict({ customerId, purpose: 'monitoring', model: 'tiny', features });
const scoresOf = async (id: string) => (await clientOf('trainer').listChallengerScores({ id })).scores;
/** What challengers made of a decision, once so many have. */
const waitForScores = async (id: string, count: number) => {
  for (let tries = 0; tries < 100; tries++) {
    const scores = await scoresOf(id);
    if (scores.length >= count) return scores.map(({ model, microLogits, tier }) => [model.version, microLogits, tier]);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no challenger scored it');
};
const counted = async (version: string, end: string): Promise<number> => {
  const headers = { Authorization: 'Bearer trainer' };
  const text = await (await get().request('/metrics', { headers })).text();
  const line = new RegExp(
    `^vigil_challenger_rows_total\\{model="tiny",version="${version}",end="${end}"\\} (\\d+)$`,
    'm',
  );
  return Number(line.exec(text)?.[1] ?? 0);
};

beforeAll(async () => {
  const reason = 'a test';
  await clientOf('trainer').registerModel({ name: 'tiny', version: '1', reason });
  await clientOf('officer').approveModel({ name: 'tiny', version: '1', reason });
  await clientOf('trainer').promoteModel({ name: 'tiny', version: '1', reason });
});

describe('versions in shadow', () => {
  it('score nothing until one is put in shadow', async () => {
    const { decisionId } = await predict('A', { column_0: 1 });
    expect((await problemOf(predict('A', { column_0: 1, column_1: 1 }))).code).toBe('field_unknown');
    await new Promise((resolve) => setTimeout(resolve, SCORED_MILLISECONDS));
    expect(await scoresOf(decisionId)).toEqual([]);
  });

  it('score what the version that decides decided, alone, in batches and in streams', async () => {
    await clientOf('trainer').shadowModel({ name: 'tiny', version: '2', reason: 'to compare' });
    const one = await predict('A', { column_0: 1 });
    expect(one).toMatchObject({ model: { version: '1' }, microLogits: 1_000_000 });
    expect(await waitForScores(one.decisionId, 1)).toEqual([['2', 2_000_000, 'high']]);
    const request = (customerId: string, value: number | null) => ({
      ...{ customerId, purpose: 'application' as const, model: 'tiny', features: { column_0: value } },
    });
    const { answers } = await clientOf('trainer').predictBatch({ requests: [request('B', -1), request('C', null)] });
    expect(await waitForScores(answers[0]?.decisionId ?? '', 1)).toEqual([['2', -2_000_000, 'low']]);
    expect(await waitForScores(answers[1]?.decisionId ?? '', 1)).toMatchObject([['2', 0, expect.any(String)]]);
    for await (const answer of clientOf('trainer').predictStream([{ id: 'line', ...request('D', 1) }])) {
      if ('problem' in answer) throw new Error(answer.problem.detail);
      expect(await waitForScores(answer.decisionId, 1)).toEqual([['2', 2_000_000, 'high']]);
    }
    expect(await counted('2', 'scored')).toBe(4);
  });

  it('score nothing twice that is answered twice, and nothing that was called by another version', async () => {
    const body = { customerId: 'A', purpose: 'monitoring' as const, model: 'tiny', features: { column_0: 1 } };
    const first = await clientOf('trainer').predict(body, { idempotencyKey: 'once' });
    await waitForScores(first.decisionId, 1);
    const before = await counted('2', 'scored');
    expect((await clientOf('trainer').predict(body, { idempotencyKey: 'once' })).decisionId).toBe(first.decisionId);
    const pinned = await clientOf('trainer').predict({ ...body, model: 'tiny@3', features: { column_1: 1 } });
    await new Promise((resolve) => setTimeout(resolve, SCORED_MILLISECONDS));
    expect(await scoresOf(pinned.decisionId)).toEqual([]);
    expect(await counted('2', 'scored')).toBe(before);
  });

  it('meet faults that are counted and that no caller sees, and keep what they alone read', async () => {
    await clientOf('trainer').shadowModel({ name: 'tiny', version: '3', reason: 'to compare' });
    const without = await predict('E', { column_0: 1 });
    expect(await waitForScores(without.decisionId, 1)).toEqual([['2', 2_000_000, 'high']]);
    expect(await counted('3', 'field_missing')).toBe(1);
    const whole = await predict('E', { column_0: 1, column_1: -5 });
    expect(await waitForScores(whole.decisionId, 2)).toEqual([
      ['2', 2_000_000, 'high'],
      ['3', -1_000_000, 'low'],
    ]);
    const { rows } = await get().service.database.pool.query(
      'SELECT further_values FROM challenger_scores WHERE decision_id = $1 ORDER BY fingerprint = $2',
      [whole.decisionId, stranger.fingerprint],
    );
    expect(rows).toEqual([{ further_values: null }, { further_values: '{"column_1":-5}' }]);
    const { decision } = await readDecision(get().service.database, whole.decisionId);
    expect(decision?.values.columns).toEqual([1]);
  });

  it('are dropped and counted where too much waits, and nothing is kept of who was erased meanwhile', async () => {
    const { database, live } = get().service;
    const answer = await predict('F', { column_0: 1, column_1: 1 });
    await waitForScores(answer.decisionId, 2);
    const decision = (await readDecision(database, answer.decisionId)).decision;
    if (!decision) throw new Error('it was erased');
    await eraseCustomer(database, 'F', new Date());
    expect(await scoresOf(answer.decisionId)).toEqual([]);
    const ends = new Map<string, number>();
    const count = (_: unknown, end: string) => void ends.set(end, (ends.get(end) ?? 0) + 1);
    const queue = createChallengers({ database, live, now: () => new Date(), count });
    const request = {
      customerId: 'F',
      fields: { column_0: 1 },
      purpose: 'monitoring',
      segment: null,
      model: 'tiny',
    } as const;
    queue.take(
      Array.from({ length: 2_100 }, () => request),
      Array.from({ length: 2_100 }, () => decision),
    );
    expect(queue.waiting()).toBe(2_000);
    expect([...ends]).toEqual([['dropped', 200]]);
    await queue.drain();
    expect(queue.waiting()).toBe(0);
    expect(Object.fromEntries(ends)).toEqual({ dropped: 200, scored: 2_000, field_missing: 2_000 });
    expect(await scoresOf(answer.decisionId)).toEqual([]);
  });
});
