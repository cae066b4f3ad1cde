import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdChain } from '../../src/store/records.ts';
import { createPredictor, type PredictRequest } from '../../src/usecases/predict.ts';
import { bodyOf, featuresOf, post, type RunningService, runService } from '../support/run-service.ts';
import { openStream } from '../support/stream.ts';

let service: RunningService;
beforeAll(async () => {
  service = await runService();
  await post(`${service.url}/v1/predict`, bodyOf('first'));
});
afterAll(() => service.stop());

const stored = () => service.database.prisma.record.count({ where: { kind: 'decision' } });
const batchOf = (name: string, rows: number) => ({
  requests: Array.from({ length: rows }, (_, index) => bodyOf(`${name}-${index}`, index)),
});

/** Keeps every commit waiting for as long as some work runs. */
const whileNothingIsStored = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const client = await service.database.pool.connect();
  try {
    await client.query('BEGIN');
    await holdChain(client);
    return await work();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
};

describe('a service that is asked for more than it can store', () => {
  it('takes so many rows and refuses the rest at once; everything it took is stored and answered', async () => {
    const before = await stored();
    let batches: Promise<Response>[] = [];
    await whileNothingIsStored(async () => {
      batches = Array.from({ length: 4 }, (_, index) =>
        post(`${service.url}/v1/predict/batch`, batchOf(`full-${index}`, 1_000)),
      );
      let refused = await post(`${service.url}/v1/predict`, 'never read');
      for (; refused.status !== 503; await delay(20)) refused = await post(`${service.url}/v1/predict`, 'never read');
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await refused.json()).toMatchObject({ code: 'overloaded' });
      const startedAt = performance.now();
      const flood = await Promise.all(
        Array.from({ length: 100 }, (_, index) => post(`${service.url}/v1/predict`, bodyOf(`flood-${index}`))),
      );
      expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([503]));
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    });
    const answers = await Promise.all(batches);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await stored()).toBe(before + 4_000);
  });

  it('lets a stream wait where it refuses others', async () => {
    let batches: Promise<Response>[] = [];
    const opened = openStream(service.url);
    await whileNothingIsStored(async () => {
      batches = Array.from({ length: 4 }, (_, index) =>
        post(`${service.url}/v1/predict/batch`, batchOf(`again-${index}`, 1_000)),
      );
      for (let status = 0; status !== 503; await delay(20))
        status = (await post(`${service.url}/v1/predict`, '')).status;
      opened.send(Array.from({ length: 50 }, (_, index) => ({ id: `line-${index}`, ...bodyOf('patient', index) })));
      opened.end();
      await delay(200);
    });
    const answers = await opened.rest();
    expect(answers.map(({ id, decisionId }) => [id, decisionId !== undefined])).toEqual(
      Array.from({ length: 50 }, (_, index) => [`line-${index}`, true]),
    );
    expect((await Promise.all(batches)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('refuses large bodies before they are read once those at work come to 32 MB, and takes them when there is room', async () => {
    const size = 8 * 1_024 * 1_024;
    const slow: ClientRequest[] = [];
    for (let index = 0; index < 4; index++) {
      const sending = request(`${service.url}/v1/predict/batch`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': size },
      });
      sending.on('error', () => undefined);
      sending.write('{');
      await once(sending, 'socket');
      slow.push(sending);
    }
    await delay(1_000);
    const sendLarge = async () => (await post(`${service.url}/v1/predict/batch`, batchOf('large', 10))).status;
    expect(await sendLarge()).toBe(503);
    expect((await post(`${service.url}/v1/predict`, bodyOf('small'))).status).toBe(200);
    for (const sending of slow) sending.destroy();
    await expect.poll(sendLarge, { timeout: 20_000 }).toBe(200);
  });
});

describe('a predictor that is asked at once', () => {
  it('never lets more wait than its limit, though every request asks before the first is taken', async () => {
    const { database, live } = service;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const predictor = createPredictor({
      database,
      live,
      timeZone: 'Asia/Shanghai',
      now: () => new Date(),
      async commit(submissions) {
        await gate;
        for (const { pending } of submissions)
          for (const { decide } of pending)
            decide({ ref: 'unstored', state: null, override: null, signals: [], isSimulated: false });
        return submissions.map(() => ({ outcome: 'stored' }) as const);
      },
    });
    const fields = featuresOf(1) as PredictRequest['fields'];
    const ask = { customerId: 'C', fields, purpose: 'application', segment: null, model: undefined } as const;
    const asked = Array.from({ length: 6_000 }, () =>
      predictor.predict([ask]).then(
        () => 'answered',
        (fault) => fault.code,
      ),
    );
    while (predictor.waiting() < 4_000) await delay(10);
    await delay(300);
    const most = predictor.waiting();
    open();
    const outcomes = await Promise.all(asked);
    expect(most).toBe(4_000);
    expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(4_000);
    expect(outcomes.filter((outcome) => outcome === 'overloaded')).toHaveLength(2_000);
    expect(predictor.waiting()).toBe(0);
  });
});
