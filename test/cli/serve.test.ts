import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { linesOf, runVigil } from '../support/cli.ts';
import { createTestDatabase } from '../support/database.ts';
import { useFolder } from '../support/folder.ts';
import { bodyOf, featuresOf, post } from '../support/run-service.ts';
import { type Server, startServer } from '../support/server.ts';
import { openStream } from '../support/stream.ts';

const files = useFolder();

const storedIn = async ({ prisma }: Database): Promise<Set<string | null>> => {
  const records = await prisma.record.findMany({ where: { kind: 'decision' }, select: { decisionId: true } });
  return new Set(records.map(({ decisionId }) => decisionId));
};

/** Asks over connections that stay open until the service ends; each caller rests between its requests. */
const load = ({ url }: Server, { callers, rest }: { callers: number; rest: number }) => {
  const agent = new Agent({ keepAlive: true });
  const answered: string[] = [];
  const refused: string[] = [];
  let isOver = false;
  const ask = (index: number): Promise<string> =>
    new Promise((resolve) => {
      const sending = request(`${url}/v1/predict`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json' },
      });
      sending.on('error', () => resolve('closed'));
      sending.on('response', async (response) => {
        const text = (await response.toArray()).join('');
        const answer = JSON.parse(text) as { decisionId?: string; code?: string };
        if (answer.decisionId) answered.push(answer.decisionId);
        resolve(answer.code ?? 'answered');
      });
      sending.end(JSON.stringify(bodyOf(`C-${index % 30}`, index, { purpose: 'monitoring' })));
    });
  const done = Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let index = caller; !isOver; index += callers) {
        const outcome = await ask(index);
        if (outcome !== 'answered') refused.push(outcome);
        if (outcome === 'closed') return;
        await delay(rest);
      }
    }),
  );
  return {
    answered,
    refused,
    async stop() {
      isOver = true;
      await done;
      agent.destroy();
    },
  };
};

describe('vigil serve that is told to stop', () => {
  it('ends what it took: every answer is stored and nothing else, streams get their last line, no idle connection holds it', async () => {
    const home = files.folder();
    const { url: databaseUrl } = await createTestDatabase();
    const server = await startServer({ home, databaseUrl });
    const idle = connect(Number(new URL(server.url).port), '127.0.0.1');
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    const stream = openStream(server.url);
    stream.send(Array.from({ length: 5 }, (_, index) => ({ id: `line-${index}`, ...bodyOf('stream', index) })));
    const lines = await Promise.all(Array.from({ length: 5 }, () => stream.next()));
    const callers = load(server, { callers: 16, rest: 0 });
    while (callers.answered.length < 150) await delay(10);

    const toldAt = performance.now();
    const code = await server.end('SIGTERM');
    const seconds = (performance.now() - toldAt) / 1_000;
    await callers.stop();

    expect([code, server.errors()]).toEqual([0, '']);
    expect(seconds).toBeLessThan(8);
    expect(new Set([...callers.refused, 'closed', 'stopping'])).toEqual(new Set(['closed', 'stopping']));
    expect(await stream.rest()).toMatchObject([{ id: null, problem: { code: 'stopping', stored: 5 } }]);
    const database = await openDatabase({ url: databaseUrl, home });
    const ids = [...callers.answered, ...lines.map(({ decisionId }) => decisionId ?? '')];
    expect(await storedIn(database)).toEqual(new Set(ids));
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
    await database.close();
    idle.destroy();
  });

  it('stops by an interrupt too, and at once when told twice', async () => {
    const home = files.folder();
    const first = await startServer({ home });
    expect(await first.end('SIGINT')).toBe(0);
    const second = await startServer({ home });
    const slow = request(`${second.url}/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 1_000 },
    });
    slow.on('error', () => undefined);
    slow.write('{');
    await once(slow, 'socket');
    await delay(200);
    second.process.kill('SIGTERM');
    await delay(300);
    expect(second.process.exitCode).toBeNull();
    const toldAt = performance.now();
    expect(await second.end('SIGTERM')).toBeNull();
    expect(performance.now() - toldAt).toBeLessThan(5_000);
    slow.destroy();
  });
});

describe('vigil serve beside others', () => {
  it('decides on under load while commands work in its home, and says who is in the way of a second one', async () => {
    const home = files.folder();
    const server = await startServer({ home });
    const first = (await (await post(`${server.url}/v1/predict`, bodyOf('first'))).json()) as { decisionId: string };
    const callers = load(server, { callers: 8, rest: 120 });
    const env = { VIGIL_HOME: home };
    const features = files.write('features.json', JSON.stringify(featuresOf(3)));
    const rows = files.write(
      'rows.csv',
      [Object.keys(featuresOf(0)), ...[1, 2, 3].map((index) => Object.values(featuresOf(index)))]
        .map(String)
        .join('\n'),
    );
    const vigil = (...args: string[]) => runVigil(args, { cwd: files.path, env });
    const eventsOf = async (): Promise<number> => {
      const database = await openDatabase({ url: undefined, home });
      const count = await database.prisma.record.count({ where: { kind: { not: 'decision' } } });
      await database.close();
      return count;
    };
    const before = await eventsOf();
    const predicted = await vigil('predict', '--customer', 'beside', '--in', features, '--json');
    expect(predicted.stderr).toBe('');
    expect(predicted.code).toBe(0);
    const { decisionId } = JSON.parse(predicted.stdout) as { decisionId: string };
    expect(await eventsOf()).toBe(before);
    const ran = await Promise.all([
      vigil('verify'),
      vigil('replay', first.decisionId, '--json'),
      vigil('score', '--model', 'taiwan-card', '--in', rows, '--out', `${rows}.scored`),
      vigil('policy', 'use', 'taiwan-card', '--reason', 'a test'),
    ]);
    expect(ran.map(({ code, stderr }) => [code, stderr.includes('vigil: ')])).toEqual(ran.map(() => [0, false]));
    expect(JSON.parse(ran[1]?.stdout ?? '')).toMatchObject({ outcome: 'same' });
    const read = await fetch(`${server.url}/v1/decisions/${decisionId}`);
    expect(read.status).toBe(200);
    expect((await vigil('erase', '--customer', 'beside')).code).toBe(0);
    expect((await fetch(`${server.url}/v1/decisions/${decisionId}`)).status).toBe(410);

    const askedAt = performance.now();
    const second = await vigil('serve', '--port', '0');
    expect(second.code).toBe(3);
    expect(linesOf(second.stderr)).toHaveLength(1);
    expect(second.stderr).toContain('home_in_use');
    const port = new URL(server.url).port;
    const other = await runVigil(['serve', '--port', port], { cwd: files.path, env: { VIGIL_HOME: files.folder() } });
    expect([other.code, linesOf(other.stderr).length]).toEqual([3, 1]);
    expect(other.stderr).toContain(`127.0.0.1:${port}`);
    expect(performance.now() - askedAt).toBeLessThan(60_000);

    await callers.stop();
    expect(callers.refused).toEqual([]);
    expect(await server.end('SIGKILL')).toBeNull();
    const again = await startServer({ home });
    expect(readdirSync(home).filter((file) => file.startsWith('.s.'))).toHaveLength(2);
    expect((await fetch(`${again.url}/v1/decisions/${first.decisionId}`)).status).toBe(200);
    expect(await again.end('SIGTERM')).toBe(0);
    expect((await vigil('verify')).code).toBe(0);
  }, 180_000);
});

describe('vigil serve beside a shipped policy that was changed', () => {
  it('says so and decides nothing by it; where the policy was in use before, it goes on as the chain says', async () => {
    const [home, cwd] = [files.folder(), files.folder()];
    const { url: databaseUrl } = await createTestDatabase();
    const shipped = JSON.parse(readFileSync('data/policies/taiwan-card/1.json', 'utf8')) as object;
    const folder = join(cwd, 'data', 'policies', 'taiwan-card');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '1.json'), JSON.stringify({ ...shipped, minimumStayDays: 31 }));

    const fresh = await startServer({ home, databaseUrl, cwd });
    const refused = await post(`${fresh.url}/v1/predict`, bodyOf('C-1', 1));
    expect(await refused.json()).toMatchObject({ code: 'no_model_live' });
    expect(await fresh.end('SIGTERM')).toBe(0);
    expect(fresh.errors()).toContain('taiwan-card@1');

    const whole = await startServer({ home, databaseUrl });
    expect((await post(`${whole.url}/v1/predict`, bodyOf('C-1', 1))).status).toBe(200);
    await whole.end('SIGTERM');
    const again = await startServer({ home, databaseUrl, cwd });
    expect((await post(`${again.url}/v1/predict`, bodyOf('C-1', 1))).status).toBe(200);
    expect(again.errors()).toBe('');
    await again.end('SIGTERM');
  });
});
