import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionServer } from '../../src/store/session-server.ts';
import { useFolder } from '../support/folder.ts';

/** How often PostgreSQL counts rows that are gone. */
const STATISTICS_MILLISECONDS = 1_100;

const folder = useFolder();
const path = join(folder.path, 'socket');
const deaths: unknown[] = [];
let database: PGlite;
let server: ReturnType<typeof createSessionServer>;

beforeAll(async () => {
  database = await PGlite.create();
  server = createSessionServer({
    session: Promise.resolve(database),
    onDead: (cause) => deaths.push(cause),
    mostConnections: 16,
    idleMilliseconds: 500,
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
});
afterAll(async () => {
  server.close();
  await database.close();
});

const open = async (): Promise<pg.Client> => {
  const stream = () => {
    const socket = connect(path);
    return Object.assign(socket, { connect: () => socket });
  };
  const client = new pg.Client({ user: 'postgres', database: 'postgres', stream });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/** The socket of a client, which the driver does not tell of. */
const socketOf = (client: pg.Client) => (client as unknown as { connection: { stream: Socket } }).connection.stream;

describe('one session for many connections', () => {
  it('answers each connection what it asked, however its messages are split on the way', async () => {
    const asked = await Promise.all(
      Array.from({ length: 6 }, async (_, connection) => {
        const client = await open();
        const wrong: number[] = [];
        for (let turn = 0; turn < 30; turn++) {
          const pad = 'x'.repeat(turn % 3 === 0 ? 200_000 : 10);
          const { rows } = await client.query(`SELECT ${connection} AS connection, $1::int AS turn, $2::text AS pad`, [
            turn,
            pad,
          ]);
          if (rows[0].connection !== connection || rows[0].turn !== turn || rows[0].pad !== pad) wrong.push(turn);
        }
        await client.end();
        return wrong;
      }),
    );
    expect(asked.flat()).toEqual([]);
  });

  it('lets a transaction run alone: others wait for its end', async () => {
    const [one, other] = [await open(), await open()];
    await one.query('CREATE TABLE counts (n int)');
    await one.query('BEGIN');
    await one.query('INSERT INTO counts VALUES (1)');
    const seen = other.query('SELECT count(*)::int AS n FROM counts');
    await delay(50);
    await one.query('INSERT INTO counts VALUES (2)');
    await one.query('COMMIT');
    expect((await seen).rows).toEqual([{ n: 2 }]);
    await Promise.all([one.end(), other.end()]);
  });

  it('rolls back what a connection that dies left open, and goes on', async () => {
    const [dying, other] = [await open(), await open()];
    await other.query('CREATE TABLE kept (n int)');
    await dying.query('BEGIN');
    await dying.query('INSERT INTO kept VALUES (1)');
    socketOf(dying).destroy();
    expect((await other.query('SELECT count(*)::int AS n FROM kept')).rows).toEqual([{ n: 0 }]);
    await other.end();
  });

  it('gives up a connection that says nothing in a transaction, and none that rests outside of one', async () => {
    const [silent, resting] = [await open(), await open()];
    await silent.query('BEGIN');
    const waiting = resting.query('SELECT 4 AS n');
    expect((await waiting).rows).toEqual([{ n: 4 }]);
    await expect(silent.query('COMMIT')).rejects.toThrow();
    await delay(700);
    expect((await resting.query('SELECT 5 AS n')).rows).toEqual([{ n: 5 }]);
    await resting.end();
  });

  it('goes on where a connection dies in the middle of a message, or of what the protocol asks of it', async () => {
    const dying = await open();
    const parse = Buffer.from('P\0\0\0\x10\0SELECT 1;\0\0\0');
    socketOf(dying).write(parse);
    socketOf(dying).write(parse.subarray(0, 7));
    await delay(20);
    socketOf(dying).destroy();
    const other = await open();
    expect((await other.query('SELECT 2 AS n')).rows).toEqual([{ n: 2 }]);
    await other.end();
  });

  it('answers a fault to whom it belongs, and the next statement as if nothing was', async () => {
    const [one, other] = [await open(), await open()];
    await expect(one.query('SELECT nothing FROM nowhere WHERE $1::int = 1', [1])).rejects.toThrow('nowhere');
    await one.query('BEGIN');
    await expect(one.query('SELECT 1 / $1::int', [0])).rejects.toThrow('division by zero');
    const waiting = other.query('SELECT 3 AS n');
    await one.query('ROLLBACK');
    expect((await waiting).rows).toEqual([{ n: 3 }]);
    await Promise.all([one.end(), other.end()]);
  });

  it('closes a connection that speaks no PostgreSQL', async () => {
    const socket = connect(path);
    socket.on('error', () => undefined);
    socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(deaths).toEqual([]);
  });
});

describe('the upkeep of a database of one process', () => {
  it('lets the room of rows that were changed or deleted be used again', async () => {
    const client = await open();
    await client.query('CREATE TABLE worn (id integer, text text)');
    const fill = async (): Promise<number> => {
      await client.query("INSERT INTO worn SELECT id, repeat('y', 300) FROM generate_series(1, 20000) id");
      const { rows } = await client.query<{ size: string }>("SELECT pg_relation_size('worn') AS size");
      return Number(rows[0]?.size);
    };
    const once = await fill();
    await client.query('DELETE FROM worn');
    await delay(STATISTICS_MILLISECONDS);
    await client.query(`SELECT length('${'x'.repeat(17 * 2 ** 20)}')`);
    expect(await fill()).toBe(once);
    await client.query('DROP TABLE worn');
    await client.end();
  });
});

describe('a session that cannot answer any more', () => {
  it('is told of once, and its connection ends', async () => {
    const dead = join(folder.path, 'dead');
    const told: unknown[] = [];
    const session = Promise.resolve({
      execProtocolRawStream: () => Promise.reject(new Error('gone')),
      isInTransaction: () => false,
      query: () => Promise.reject(new Error('gone')),
    });
    const failing = createSessionServer({
      session,
      onDead: (cause) => told.push(cause),
      mostConnections: 1,
      idleMilliseconds: 500,
    });
    await new Promise<void>((resolve) => failing.listen(dead, resolve));
    const socket = connect(dead);
    socket.write(Buffer.from([0, 0, 0, 9, 0, 3, 0, 0, 0]));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(told).toEqual([new Error('gone')]);
    failing.close();
  });
});
