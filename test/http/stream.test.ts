import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FailingService, runFailingService } from '../support/outage.ts';
import { bodyOf, type RunningService, runService } from '../support/run-service.ts';
import { openStream, type StreamAnswer } from '../support/stream.ts';

const IDLE_SECONDS = 2;
let service: RunningService;
/** One that cuts streams off soon. */
let impatient: RunningService;
const faults: unknown[] = [];
const note = (fault: unknown) => faults.push(fault);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  service = await runService();
  impatient = await runService({ streamIdleSeconds: IDLE_SECONDS });
});
afterEach(() => expect(faults).toEqual([]));
afterAll(async () => {
  await service.stop();
  await impatient.stop();
  process.removeListener('unhandledRejection', note);
});

const lineOf = (id: string, index = 0) => ({ id, ...bodyOf(`customer-${id}`, index) });
const linesOf = (count: number, name = 'line') =>
  Array.from({ length: count }, (_, index) => lineOf(`${name}-${index}`, index));
const stored = async ({ database }: RunningService): Promise<number> =>
  database.prisma.record.count({ where: { kind: 'decision' } });
const codesOf = (answers: readonly StreamAnswer[]) => answers.map(({ id, problem }) => [id, problem?.code ?? 'stored']);
/** What a stream came to whose lines are all sent at once. */
const stream = async (lines: readonly (string | Buffer | object)[]): Promise<StreamAnswer[]> => {
  const opened = openStream(service.url);
  opened.send(lines);
  opened.end();
  return opened.rest();
};

describe('a stream of predictions', () => {
  it('answers every line in its order, each stored before it is answered', async () => {
    const before = await stored(service);
    const lines = linesOf(700);
    const answers = await stream(lines);
    expect(answers.map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
    expect(await stored(service)).toBe(before + lines.length);
    const ids = answers.map(({ decisionId }) => decisionId ?? '');
    expect(await service.database.prisma.record.count({ where: { decisionId: { in: ids } } })).toBe(lines.length);
  });

  it('answers a bad line by a problem in its place, and what is no line at all by nothing', async () => {
    const good = JSON.stringify(lineOf('good'));
    const answers = await stream([
      '\n  \t\n\r\n',
      `${good}\r\n`,
      '{"id":"cut",\n',
      Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]),
      `${JSON.stringify({ id: 'long', pad: 'x'.repeat(70_000) })}\n`,
      `${JSON.stringify({ ...lineOf('unknown'), more: 1 })}\n`,
      `${JSON.stringify({ ...lineOf('feature'), features: { nonsense: 1 } })}\n`,
      `${JSON.stringify(bodyOf('without an id'))}\n`,
      '[1,2]\nnull\n7\n',
      `\n${JSON.stringify(lineOf('x'.repeat(129)))}\n`,
      JSON.stringify(lineOf('last, without an end')),
    ]);
    expect(codesOf(answers)).toEqual([
      ['good', 'stored'],
      [null, 'bad_body'],
      [null, 'bad_body'],
      [null, 'line_too_long'],
      ['unknown', 'bad_request'],
      ['feature', answers[5]?.problem?.code],
      [null, 'bad_request'],
      [null, 'bad_request'],
      [null, 'bad_request'],
      [null, 'bad_request'],
      [null, 'bad_request'],
      ['last, without an end', 'stored'],
    ]);
    expect(answers[5]?.problem?.code).toMatch(/^field_/);
    expect(answers.flatMap(({ problem }) => problem?.status ?? [])).toEqual([
      400, 400, 413, 422, 422, 422, 422, 422, 422, 422,
    ]);
  });

  it('takes a line of 64 kB to the byte, however it is cut on its way', async () => {
    const line = JSON.stringify(lineOf('whole'));
    const fitting = line + ' '.repeat(65_536 - Buffer.byteLength(line));
    const opened = openStream(service.url);
    for (let at = 0; at < fitting.length; at += 9_999) {
      opened.send([fitting.slice(at, at + 9_999)]);
      await delay(5);
    }
    opened.send(['\n', `${fitting} \n`]);
    opened.end();
    expect(codesOf(await opened.rest())).toEqual([
      ['whole', 'stored'],
      [null, 'line_too_long'],
    ]);
  });

  it('answers a line without waiting for the next', async () => {
    const opened = openStream(service.url);
    for (const line of linesOf(3, 'dialogue')) {
      opened.send([line]);
      expect((await opened.next()).id).toBe(line.id);
    }
    opened.end();
    expect(await opened.rest()).toEqual([]);
  });

  it('reads no further while its caller does not read, and cuts it off when that lasts', async () => {
    const before = await stored(impatient);
    const opened = openStream(impatient.url);
    const line = Buffer.from(`${JSON.stringify(lineOf('flood'))}\n`);
    const many = 100_000;
    let sent = 0;
    for (let isOpen = true; isOpen && sent < many; sent++) {
      if (!opened.send([line]))
        isOpen = await opened.drained().then(
          () => true,
          () => false,
        );
    }
    expect(sent).toBeLessThan(many);
    let taken = -1;
    const isSettled = async () => {
      const found = (await stored(impatient)) - before;
      const isSame = found === taken;
      taken = found;
      return isSame;
    };
    await expect.poll(isSettled, { timeout: 20_000, interval: 1_000 }).toBe(true);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(sent);
  });

  it('ends with a problem that counts what was stored where its caller sends nothing for too long', async () => {
    const opened = openStream(impatient.url);
    opened.send([...linesOf(3, 'silent'), 'a line that never ends']);
    const answers = await opened.rest();
    expect(answers.at(-1)).toMatchObject({ id: null, problem: { code: 'stream_idle', status: 408, stored: 3 } });
    expect(answers).toHaveLength(4);
  });

  it('refuses other media and keys that are none, before it is a stream', async () => {
    const sent = await fetch(`${service.url}/v1/predict/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(sent.status).toBe(415);
    const opened = openStream(service.url, { 'idempotency-key': 'two words' });
    expect(await opened.status()).toBe(422);
    opened.destroy();
  });

  it('may be open eight times for each caller; one that is left makes room', async () => {
    const streams = Array.from({ length: 8 }, (_, index) => {
      const opened = openStream(service.url);
      opened.send(linesOf(20, `left-${index}`));
      return opened;
    });
    for (const opened of streams) await opened.next();
    const ninth = openStream(service.url);
    expect(await ninth.status()).toBe(429);
    expect(await ninth.rest()).toMatchObject([{ code: 'too_many_streams' }]);
    for (const opened of streams) opened.destroy();
    const ask = async () => (await stream([lineOf('after')]))[0]?.id;
    await expect.poll(ask, { timeout: 20_000 }).toBe('after');
  });
});

describe('a stream whose service or database stops', () => {
  let failing: FailingService;
  beforeAll(async () => {
    failing = await runFailingService();
  });

  it('ends with a problem that counts what was stored, and the count is true', async () => {
    const before = await stored(failing);
    const opened = openStream(failing.url);
    const lines = linesOf(40, 'outage');
    opened.send(lines);
    for (const line of lines) expect((await opened.next()).id).toBe(line.id);
    await failing.takeAway();
    opened.send(linesOf(40, 'lost'));
    const rest = await opened.rest();
    const last = rest.at(-1);
    expect(last).toMatchObject({ id: null, problem: { code: 'database_unavailable', status: 503, stored: 40 } });
    expect(rest.slice(0, -1).every(({ problem }) => problem?.code === 'database_unavailable')).toBe(true);
    await failing.giveBack();
    for (;;) {
      const again = openStream(failing.url);
      again.send([lineOf('again')]);
      again.end();
      if ((await again.next()).decisionId) break;
      await delay(50);
    }
    expect(await stored(failing)).toBe(before + 41);
  });

  it('gets its last line where the service stops, though its caller neither sends nor ends', async () => {
    const opened = openStream(failing.url);
    opened.send(linesOf(5, 'stop'));
    for (let line = 0; line < 5; line++) await opened.next();
    const stopped = failing.stop();
    expect(await opened.rest()).toMatchObject([{ id: null, problem: { code: 'stopping', status: 503, stored: 5 } }]);
    await stopped;
  });
});
