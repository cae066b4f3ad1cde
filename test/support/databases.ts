import { afterAll } from 'vitest';
import { type Database, type DatabaseSettings, openDatabase } from '../../src/store/database.ts';
import { type NewRecord, withChain } from '../../src/store/records.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import type { TestFolder } from './folder.ts';
import { prepareHome } from './home.ts';

const server = process.env.VIGIL_TEST_DATABASE_URL;

/** What a test of the store runs on: the embedded database, or PostgreSQL where VIGIL_TEST_DATABASE_URL names one. */
export const databaseKinds: readonly Database['kind'][] = [server === undefined ? 'embedded' : 'postgresql'];

/** Every kind that there is: for what goes from one to another. */
export const everyKind: readonly Database['kind'][] = server === undefined ? ['embedded'] : ['embedded', 'postgresql'];

/** Empty databases of a test file's own, closed and removed when its tests are done. */
export interface TestDatabases {
  /** Where a new, empty database is. */
  settings(kind: Database['kind']): Promise<DatabaseSettings>;
  /** Opens one of these. */
  openAt(settings: DatabaseSettings): Promise<Database>;
  /** Opens a new, empty database. */
  open(kind: Database['kind']): Promise<Database>;
}

/** Makes databases; homes lie below the folder. */
export const useDatabases = (files: TestFolder): TestDatabases => {
  const opened: Database[] = [];
  const made: TestDatabase[] = [];
  afterAll(async () => {
    for (const database of opened) await database.close();
    for (const { drop } of made) await drop();
  });
  const settings = async (kind: Database['kind']): Promise<DatabaseSettings> => {
    if (kind === 'embedded') return { url: undefined, home: await prepareHome(files.folder()) };
    const database = await createTestDatabase();
    made.push(database);
    return { url: database.url, home: files.folder() };
  };
  const openAt = async (at: DatabaseSettings): Promise<Database> => {
    const database = await openDatabase(at);
    opened.push(database);
    return database;
  };
  return { settings, openAt, open: async (kind) => openAt(await settings(kind)) };
};

/** The server's address of another database. */
export const addressOf = (name: string): string => {
  const url = new URL(server ?? '');
  url.pathname = `/${name}`;
  return url.href;
};

/** A record as decisions have it, for tests that are not about deciding. */
export const madeUpRecord = (decisionId: string, content: unknown = decisionId): NewRecord => ({
  kind: 'decision',
  record: { kind: 'decision', schema: 1, decisionId, customerRef: `ref-${decisionId}` },
  sections: { inputs: { content }, assessment: { points: 600 } },
  decisionId,
  customerRef: `ref-${decisionId}`,
});

/** Puts made-up records behind the chain's head. */
export const appendMadeUp = ({ pool }: Database, decisionIds: readonly string[], content?: unknown): Promise<void> =>
  withChain(pool, ({ append }) => append(decisionIds.map((id) => madeUpRecord(id, content))));
