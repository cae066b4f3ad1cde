import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createClient, ProblemError } from '../src/client.ts';
import { championPlace, rowOf } from './support/rows.ts';
import { problemOf, useService } from './support/service.ts';

const service = useService();
const body = { customerId: 'C 1/?&#', purpose: 'application' as const, features: rowOf(0) };

/** A server that is not ours, and answers everything alike. */
const strangers: (() => void)[] = [];
const strange = async (status: number, answer: string, headers: Record<string, string> = {}): Promise<string> => {
  const server = createServer((_, res) => res.writeHead(status, headers).end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  strangers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
afterAll(() => {
  for (const close of strangers) close();
});

describe('the client', () => {
  it('puts values in paths, queries and bodies, whatever characters they hold', async () => {
    const client = service().client();
    const made = await client.predict(body);
    expect((await client.listDecisions({ customerId: body.customerId, limit: 1 })).decisions).toEqual([made]);
    expect(await problemOf(client.readDecision({ id: '../models' }))).toMatchObject({ code: 'decision_missing' });
    expect(await client.readModel(championPlace)).toMatchObject({ state: 'promoted' });
  });

  it('asks in its language and under a key that makes it safe to ask again', async () => {
    const client = service().client({ locale: 'zh' });
    const options = { idempotencyKey: 'again' };
    const first = await client.predict({ ...body, explain: 'reasons' }, options);
    expect(first.mitigating?.[0]?.text).toMatch(/\p{Script=Han}/u);
    expect(await client.predict({ ...body, explain: 'reasons' }, options)).toEqual(first);
    expect(await problemOf(client.predict({ ...body, customerId: 'other' }, options))).toMatchObject({ status: 409 });
  });

  it('throws the problem, and in how many seconds it may be tried again', async () => {
    const problem = {
      type: 'x',
      title: 'x',
      status: 503,
      code: 'overloaded',
      detail: 'full',
      instance: 'i',
      errors: [],
    };
    const baseUrl = await strange(503, JSON.stringify(problem), { 'Retry-After': '7' });
    const refused = await createClient({ baseUrl })
      .listModels()
      .catch((fault: unknown) => fault);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ problem, retryAfter: 7, message: 'full' });
  });

  it('makes a problem of what answers in the place of the service', async () => {
    const baseUrl = await strange(502, '<h1>Bad Gateway</h1>');
    const refused = await problemOf(createClient({ baseUrl }).readPolicy());
    expect(refused).toMatchObject({ status: 502, code: 'unknown', title: 'Bad Gateway' });
  });

  it('takes no answer that does not fit the contract', async () => {
    const baseUrl = await strange(200, '{"models":[{"name":"x"}]}');
    await expect(createClient({ baseUrl }).listModels()).rejects.toThrow('version');
  });

  it('gives up when it is told to', async () => {
    await expect(service().client().predict(body, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});

describe('a stream of the client', () => {
  const line = (id: string) => ({ ...body, id });

  it('answers every line in its order, problems in their places', async () => {
    const lines = [line('1'), { ...line('2'), features: {} }, line('3')];
    const found = [];
    for await (const answer of service().client().predictStream(lines)) found.push(answer);
    expect(found.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(found.map((answer) => ('problem' in answer ? answer.problem.code : answer.customerRef.length > 0))).toEqual([
      true,
      'field_missing',
      true,
    ]);
  });

  it('answers a line before the next one is made', async () => {
    const seen: string[] = [];
    const lines = async function* () {
      for (const id of ['1', '2', '3']) {
        while (seen.length < Number(id) - 1) await delay(5);
        yield line(id);
      }
    };
    for await (const answer of service().client().predictStream(lines())) seen.push(answer.id ?? '');
    expect(seen).toEqual(['1', '2', '3']);
  });

  it('stops asking for lines when the reader stops', async () => {
    let made = 0;
    const lines = function* () {
      for (;;) yield line(String(made++));
    };
    for await (const answer of service().client().predictStream(lines())) {
      if (answer.id === '5') break;
    }
    const until = made;
    await delay(300);
    expect(made - until).toBeLessThan(50);
  });
});
