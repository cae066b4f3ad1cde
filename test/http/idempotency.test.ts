import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCanonicalJson } from '../../src/fingerprint.ts';
import { createDecisionWriter } from '../../src/store/decisions.ts';
import { eraseCustomer } from '../../src/usecases/ledger.ts';
import { createPredictor, type PredictRequest } from '../../src/usecases/predict.ts';
import { createTestDatabase } from '../support/database.ts';
import { bodyOf, featuresOf, post, type RunningService, runService } from '../support/run-service.ts';
import { openStream } from '../support/stream.ts';

const keys = { first: 'key-of-the-first', second: 'key-of-the-second' };
const hashed = Object.entries(keys).map(([name, key]) => `${name}:${createHash('sha256').update(key).digest('hex')}`);
/** How far the clock of the services runs ahead. */
let ahead = 0;
let service: RunningService;
let databaseUrl: string | undefined;

const start = () =>
  runService({ databaseUrl, env: { VIGIL_API_KEYS: hashed.join(',') }, now: () => new Date(Date.now() + ahead) });

beforeAll(async () => {
  databaseUrl = (await createTestDatabase()).url;
  service = await start();
});
afterAll(() => service.stop());

interface Sent {
  readonly key: string;
  readonly path?: string;
  readonly as?: keyof typeof keys;
  readonly headers?: Readonly<Record<string, string>>;
  readonly to?: RunningService;
}

const send = async (body: unknown, { key, path = '/v1/predict', as = 'first', headers = {}, to = service }: Sent) => {
  const auth = { authorization: `Bearer ${keys[as]}`, 'idempotency-key': key };
  const response = await post(to.url + path, body, { ...auth, ...headers });
  const text = await response.text();
  const replayed = response.headers.get('idempotent-replayed');
  return { status: response.status, isReplayed: replayed === 'true', text, json: JSON.parse(text) };
};
const decisionsOf = (customerId: string) =>
  service.database.prisma.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM records
    JOIN customers USING (customer_ref) WHERE customer_id = ${customerId}`.then(([row]) => row?.n);

describe('a request that is sent again under its key', () => {
  it('makes one decision however often it is sent at once, and is answered by the same bytes', async () => {
    const body = bodyOf('once', 1, { purpose: 'monitoring', explain: 'full' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(body, { key: 'fifty' })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ isReplayed }) => isReplayed)).toHaveLength(49);
    expect(await decisionsOf('once')).toBe(1);
  });

  it('makes one decision where all of them meet in one batch', async () => {
    const { database, live } = service;
    const batches: number[] = [];
    const now = () => new Date();
    const write = createDecisionWriter(database);
    const predictor = createPredictor({
      database,
      live,
      timeZone: 'Asia/Shanghai',
      now,
      commit(submissions) {
        batches.push(submissions.length);
        return write(submissions, now());
      },
    });
    const idempotency = { key: 'one batch', digest: 'same', options: '[]' };
    const fields = featuresOf(9) as PredictRequest['fields'];
    const request = { customerId: 'batched', fields, purpose: 'monitoring', segment: null, model: undefined } as const;
    const made = await Promise.all(Array.from({ length: 50 }, () => predictor.predict([request], { idempotency })));
    expect(batches).toEqual([50]);
    expect(made.filter(({ replayed }) => replayed !== null)).toHaveLength(49);
    expect(new Set(made.map(({ decisions }) => toCanonicalJson(decisions))).size).toBe(1);
    const conflict = predictor.predict([request], { idempotency: { ...idempotency, digest: 'other' } });
    await expect(conflict).rejects.toThrow('used for a different request');
  });

  it('is told as it was told first: its language and its detail, whatever is asked now', async () => {
    const body = bodyOf('told', 2, { explain: 'full' });
    const first = await send(body, { key: 'told', headers: { 'accept-language': 'zh' } });
    const again = await send(body, { key: 'told', headers: { 'accept-language': 'en' } });
    expect(again.isReplayed).toBe(true);
    expect(again.text).toBe(first.text);
    const stored = await fetch(`${service.url}/v1/decisions/${first.json.decisionId}?explain=full&locale=zh`, {
      headers: { authorization: `Bearer ${keys.first}` },
    });
    expect(await stored.text()).toBe(first.text);
  });

  it('is refused where it says something else, and what was refused uses no key', async () => {
    const wrong = await send({ ...bodyOf('changed', 3), features: { nonsense: 1 } }, { key: 'changed' });
    expect(wrong.status).toBe(422);
    const first = await send(bodyOf('changed', 3), { key: 'changed' });
    expect([first.status, first.isReplayed]).toEqual([200, false]);
    const other = await send(bodyOf('changed', 4), { key: 'changed' });
    expect([other.status, other.json.code]).toEqual([409, 'idempotency_conflict']);
    const reordered = Object.fromEntries(Object.entries(bodyOf('changed', 3)).reverse());
    expect((await send(reordered, { key: 'changed' })).text).toBe(first.text);
    expect(await decisionsOf('changed')).toBe(1);
  });

  it('is known to its caller and its endpoint alone', async () => {
    const body = bodyOf('scoped', 5);
    const first = await send(body, { key: 'scoped' });
    const other = await send(body, { key: 'scoped', as: 'second' });
    const batch = await send({ requests: [body] }, { key: 'scoped', path: '/v1/predict/batch' });
    const ids = [first.json.decisionId, other.json.decisionId, batch.json.answers[0].decisionId];
    expect(new Set(ids).size).toBe(3);
    expect([other, batch].map(({ isReplayed }) => isReplayed)).toEqual([false, false]);
  });

  it('gives a batch again whole', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => bodyOf(`batch-${index}`, index));
    const sent = { key: 'batch', path: '/v1/predict/batch' };
    const [first, again] = await Promise.all([send({ requests }, sent), send({ requests }, sent)]);
    expect([first.isReplayed, again.isReplayed].sort()).toEqual([false, true]);
    expect(again.text).toBe(first.text);
    const fewer = await send({ requests: requests.slice(1) }, sent);
    expect(fewer.status).toBe(409);
  });

  it('is gone once the customer was erased, and never decided anew', async () => {
    const first = await send(bodyOf('erased', 6), { key: 'erased' });
    await eraseCustomer(service.database, 'erased', new Date());
    const again = await send(bodyOf('erased', 6), { key: 'erased' });
    expect([again.status, again.json.code]).toEqual([410, 'decision_erased']);
    expect(again.json.detail).toContain(first.json.decisionId);
    expect(await decisionsOf('erased')).toBe(0);
  });

  it('is forgotten after a day, to the second', async () => {
    const body = bodyOf('day', 7);
    const first = await send(body, { key: 'day' });
    ahead = 24 * 3_600_000 - 10_000;
    expect((await send(body, { key: 'day' })).text).toBe(first.text);
    ahead = 24 * 3_600_000 + 1_000;
    const later = await send(body, { key: 'day' });
    expect([later.status, later.isReplayed]).toEqual([200, false]);
    expect(later.json.decisionId).not.toBe(first.json.decisionId);
  });

  it('finds, in a stream that was cut and is sent whole again, the decisions of the lines that were stored', async () => {
    const lines = Array.from({ length: 80 }, (_, index) => ({
      id: `line-${index}`,
      ...bodyOf('stream', index, { purpose: 'monitoring' }),
    }));
    const headers = { authorization: `Bearer ${keys.first}`, 'idempotency-key': 'stream' };
    const cut = openStream(service.url, headers);
    cut.send(lines.slice(0, 40));
    const seen = [await cut.next(), await cut.next(), await cut.next()];
    cut.destroy();
    const whole = openStream(service.url, headers);
    whole.send(lines);
    whole.end();
    const answers = await whole.rest();
    expect(answers.map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
    expect(answers.slice(0, 3)).toEqual(seen);
    expect(await decisionsOf('stream')).toBe(lines.length);
    const once = openStream(service.url, headers);
    once.send(lines);
    once.end();
    expect(await once.rest()).toEqual(answers);
  });
});

describe.skipIf(process.env.VIGIL_TEST_DATABASE_URL === undefined)('two services on one database', () => {
  it('make one decision of what is sent to both', async () => {
    const other = await start();
    const body = bodyOf('both', 8, { purpose: 'monitoring' });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => send(body, { key: 'both', to: index % 2 === 0 ? service : other })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ isReplayed }) => isReplayed)).toHaveLength(49);
    expect(await decisionsOf('both')).toBe(1);
    await other.stop();
  });
});
