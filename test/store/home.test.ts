import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { startServer } from '../support/server.ts';

const { folder } = useFolder();

const open = (home: string, isService = false) => openDatabase({ url: undefined, home, isService });
const put = ({ pool }: Database, customer: string) =>
  pool.query('INSERT INTO customers (customer_id, customer_ref) VALUES ($1, $1)', [customer]);
const kept = async ({ pool }: Database): Promise<string[]> =>
  (await pool.query<{ customer_id: string }>('SELECT customer_id FROM customers ORDER BY 1')).rows.map(
    ({ customer_id }) => customer_id,
  );

/** Asks again until it is answered. */
const eventually = async <Result>(ask: () => Promise<Result>, seconds = 20): Promise<Result> => {
  for (const until = Date.now() + seconds * 1_000; ; await delay(50)) {
    try {
      return await ask();
    } catch (cause) {
      if (Date.now() > until) throw cause;
    }
  }
};

describe('a home', () => {
  it('is made whole or made anew, is for its owner alone, and is opened by one holder whose guests see the same rows', async () => {
    const home = join(folder(), 'a home with spaces');
    mkdirSync(join(home, 'pg.unfinished'), { recursive: true });
    writeFileSync(join(home, 'pg.unfinished', 'PG_VERSION'), 'half a database');
    const holder = await open(home, true);
    expect(existsSync(join(home, 'pg.unfinished'))).toBe(false);
    const guest = await open(home);
    expect([holder.isGuest, guest.isGuest]).toEqual([false, true]);
    await put(holder, 'A');
    await put(guest, 'B');
    expect(await kept(holder)).toEqual(['A', 'B']);
    expect(await kept(guest)).toEqual(['A', 'B']);

    const second = await faultOf(() => open(home, true));
    expect(second.code).toBe('home_in_use');

    await guest.close();
    await holder.close();
    const next = await open(home);
    expect(next.isGuest).toBe(false);
    expect(await kept(next)).toEqual(['A', 'B']);

    const waiting = open(home, true);
    await delay(400);
    await next.close();
    const service = await waiting;
    expect(service.isGuest).toBe(false);
    await service.close();
    expect(readdirSync(home).filter((file) => file.startsWith('.s.'))).toEqual(['.s.PGSQL.3', '.s.PGSQL.3.service']);
  });

  it('is opened again by itself where its database aborts; until then it is not available, and nothing is lost', async () => {
    const home = folder();
    const database = await open(home, true);
    await put(database, 'A');
    const log = join(home, 'pg', 'pg_wal');
    renameSync(log, `${log}.away`);
    const refused = await faultOf(async () => {
      for (;;) {
        await database.prisma.$executeRaw`SELECT pg_switch_wal()`;
        await database.prisma.customer.create({ data: { customerId: 'lost', customerRef: 'lost' } });
      }
    });
    expect(refused.code).toBe('database_unavailable');
    await delay(600);
    expect((await faultOf(() => database.prisma.customer.count())).code).toBe('database_unavailable');
    renameSync(`${log}.away`, log);
    expect(await eventually(() => kept(database))).toEqual(['A']);
    await put(database, 'B');
    expect(database.isGuest).toBe(false);
    await database.close();
  });

  it('is taken over from a holder that was killed, with every row', async () => {
    const home = folder();
    const server = await startServer({ home });
    const guest = await open(home);
    await put(guest, 'A');
    expect(await server.end('SIGKILL')).toBeNull();
    const fault = await faultOf(() => guest.prisma.customer.count());
    expect(fault.code).toBe('database_unavailable');
    await guest.close();
    const next = await open(home, true);
    expect(await kept(next)).toEqual(['A']);
    await next.close();
  });
});
