import { once } from 'node:events';
import { mkdtempSync, renameSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createTestDatabase } from './database.ts';
import { type RunningService, runService, type ServiceWanted } from './run-service.ts';

/** A service whose database can be taken away and given back. */
export interface FailingService extends RunningService {
  takeAway(): Promise<void>;
  giveBack(): Promise<void>;
}

/** Starts a service on the database of the tests, PostgreSQL through a relay that can be cut, or an embedded one that can be made to abort. */
export const runFailingService = async (wanted: ServiceWanted = {}): Promise<FailingService> => {
  const { url: databaseUrl } = await createTestDatabase();
  return databaseUrl === undefined ? runAborting(wanted) : runRelayed(databaseUrl, wanted);
};

const runAborting = async (wanted: ServiceWanted): Promise<FailingService> => {
  const home = mkdtempSync(join(tmpdir(), 'vigil-home-'));
  const service = await runService({ ...wanted, env: { ...wanted.env, VIGIL_HOME: home } });
  const log = join(home, 'pg', 'pg_wal');
  return {
    ...service,
    async takeAway() {
      renameSync(log, `${log}.away`);
      const { pool } = service.database;
      for (let isThere = true; isThere; ) {
        isThere = await pool.query('SELECT pg_switch_wal(); CREATE TABLE aborts (n int); DROP TABLE aborts').then(
          () => true,
          () => false,
        );
      }
    },
    giveBack: async () => renameSync(`${log}.away`, log),
  };
};

const runRelayed = async (databaseUrl: string, wanted: ServiceWanted): Promise<FailingService> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-relay-'));
  const { host, port } = new pg.Client(databaseUrl);
  const target = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const open = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const address = join(folder, '.s.PGSQL.5432');
  await listen(relay, address);
  const url = new URL(databaseUrl);
  url.search = `?host=${folder}&port=5432`;
  const service = await runService({ ...wanted, databaseUrl: url.href });
  return {
    ...service,
    async takeAway() {
      relay.close();
      for (const socket of open) socket.destroy();
      await once(relay, 'close');
    },
    giveBack: () => listen(relay, address),
    async stop() {
      await service.stop();
      relay.close();
    },
  };
};

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve) => server.listen(path, () => resolve()));
