import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { findProofFault } from '../../src/ledger/proof.ts';
import type { SigningKey } from '../../src/ledger/signing.ts';
import { openCheckpointKey } from '../../src/store/checkpoint-key.ts';
import { readCheckpoints } from '../../src/store/checkpoints.ts';
import type { Database } from '../../src/store/database.ts';
import { readLedgerRows } from '../../src/store/rows.ts';
import { auditRows } from '../../src/usecases/audit-rows.ts';
import { createCheckpoints, proveDecision } from '../../src/usecases/checkpoints.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { appendMadeUp, databaseKinds, useDatabases } from '../support/databases.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const databases = useDatabases(files);
const key = openCheckpointKey({ checkpointKey: undefined, home: files.folder() });
const now = () => new Date();
const make = (database: Database, by: SigningKey = key) => createCheckpoints(database, { key: by, now });
const idsOf = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

const listAll = async ({ pool }: Database) => {
  const pages = [];
  for await (const page of readCheckpoints(pool)) pages.push(...page);
  return pages;
};

describe.each(databaseKinds)('checkpoints on %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await databases.open(kind);
  });

  it('are none where there are no records, and none where nothing is new', async () => {
    expect(await make(database)).toEqual([]);
    await appendMadeUp(database, idsOf(3, 'first'));
    expect(await make(database)).toMatchObject([{ fromSeq: 1, sequence: 3, publicKey: key.publicKey }]);
    expect(await make(database)).toEqual([]);
  });

  it('cover everything since the last one, at most 1,024 records each, also made by two at once', async () => {
    for (let batch = 0; batch < 5; batch++) await appendMadeUp(database, idsOf(500, `more-${batch}`));
    const made = (await Promise.all([make(database), make(database), make(database)])).flat();
    expect(made).toMatchObject([
      { fromSeq: 4, sequence: 1027 },
      { fromSeq: 1028, sequence: 2051 },
      { fromSeq: 2052, sequence: 2503 },
    ]);
    expect((await listAll(database)).slice(1)).toEqual(made);
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: 2503n, checkpoints: 4 });
  });

  it('prove single decisions without the database, and nothing but that record is shown', async () => {
    for (const [decisionId, others] of [
      ['first-1', 'first-0'],
      ['more-2-77', 'more-2-78'],
      ['more-4-499', 'more-4-498'],
    ] as const) {
      const proof = await proveDecision(database, decisionId);
      expect(findProofFault(proof, [key.publicKey])).toBeNull();
      expect(JSON.parse(proof.text)).toMatchObject({ decisionId });
      expect(JSON.stringify(proof)).not.toContain(others);
    }
    await appendMadeUp(database, ['late']);
    expect(await faultOf(() => proveDecision(database, 'late'))).toMatchObject({ code: 'checkpoint_missing' });
    expect(await faultOf(() => proveDecision(database, 'nobody'))).toMatchObject({ code: 'decision_missing' });
  });

  it('may be signed by a new key from some point on; verify says by which', async () => {
    const next = openCheckpointKey({ checkpointKey: undefined, home: files.folder() });
    expect(await make(database, next)).toMatchObject([{ fromSeq: 2504, sequence: 2504 }]);
    const both = [key.publicKey, next.publicKey];
    expect(await verifyLedger(database, { publicKeys: both })).toMatchObject({ holds: true, publicKeys: both });
    expect(await verifyLedger(database, { publicKeys: [key.publicKey] })).toEqual({
      holds: false,
      broken: { seq: 2504n, problem: 'checkpoint_key' },
    });
  });

  it('are not signed over records whose hashes do not follow', async () => {
    const other = await databases.open(kind);
    await appendMadeUp(other, idsOf(5, 'x'));
    await other.pool.query('UPDATE records SET entry = set_byte(entry, 3, get_byte(entry, 3) # 1) WHERE seq = 4');
    expect(await faultOf(() => make(other))).toMatchObject({ code: 'chain_broken', values: { seq: '4' } });
    expect(await listAll(other)).toEqual([]);
  });
});

/** How a stored value of each type is changed, `at` saying where. */
const changes: Readonly<Record<string, (column: string, at: number) => string>> = {
  bytea: (column, at) => {
    const place = `${at} % length(${column})`;
    return `set_byte(${column}, ${place}, get_byte(${column}, ${place}) # ${1 + (at % 255)})`;
  },
  text: (column, at) => {
    const place = `1 + ${at} % length(${column})`;
    return `overlay(${column} placing CASE substr(${column}, ${place}, 1) WHEN 'x' THEN 'y' ELSE 'x' END from ${place} for 1)`;
  },
  bigint: (column, at) => `${column} + ${100_000 + at}`,
  integer: (column, at) => `${column} + ${1 + at}`,
  'timestamp with time zone': (column, at) => `${column} + interval '${1 + at} milliseconds'`,
};

describe.each(databaseKinds)('what is stored on %s', (kind) => {
  const RECORDS = 24;
  let database: Database;
  let columns: readonly { table_name: string; column_name: string; data_type: string }[];
  beforeAll(async () => {
    database = await databases.open(kind);
    for (let batch = 0; batch < 3; batch++) {
      await appendMadeUp(database, idsOf(RECORDS / 3, `t${batch}`));
      await make(database);
    }
    const { rows } = await database.pool.query(
      `SELECT table_name, column_name, data_type FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name IN ('records', 'personal_parts', 'checkpoints')
       ORDER BY table_name, ordinal_position`,
    );
    columns = rows.filter(({ table_name, column_name }) => `${table_name}.${column_name}` !== 'personal_parts.seq');
  });

  /** Does something to the database, audits it, and undoes it. */
  const auditAfter = async (sql: string) => {
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      const { rowCount } = await client.query(sql);
      expect(rowCount, sql).toBeGreaterThan(0);
      return await auditRows(readLedgerRows(client), {});
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };
  const rowOf = (table: string, which: number) =>
    table === 'checkpoints' ? `seq = ${(1 + (which % 3)) * (RECORDS / 3)}` : `seq = ${1 + (which % RECORDS)}`;

  it('cannot be changed at any byte of any column without being found', async () => {
    expect(columns.map(({ data_type }) => data_type).filter((type) => !(type in changes))).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(5_000), async (which, row, at) => {
        const { table_name, column_name, data_type } = columns[which % columns.length] as (typeof columns)[number];
        const place = rowOf(table_name, row) + (table_name === 'personal_parts' ? " AND section = 'inputs'" : '');
        const change = changes[data_type]?.(column_name, at);
        const found = await auditAfter(`UPDATE ${table_name} SET ${column_name} = ${change} WHERE ${place}`);
        expect(found.holds, `${table_name}.${column_name}`).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('cannot be removed, but at the end, without being found', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom('record', 'section', 'content', 'checkpoint'), async (row, what) => {
        const place = rowOf(what === 'checkpoint' ? 'checkpoints' : 'records', row);
        const sql = {
          record: `WITH gone AS (DELETE FROM personal_parts WHERE ${place}) DELETE FROM records WHERE ${place}`,
          section: `DELETE FROM personal_parts WHERE ${place} AND section = 'inputs'`,
          content: `UPDATE personal_parts SET salt = NULL, content = NULL WHERE ${place} AND section = 'inputs'`,
          checkpoint: `DELETE FROM checkpoints WHERE ${place} AND seq < ${RECORDS}`,
        }[what];
        if (what === 'checkpoint' && place === `seq = ${RECORDS}`) return;
        expect((await auditAfter(sql)).holds, sql).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('is found cut off at the end by a checkpoint that is left, here or elsewhere', async () => {
    const checkpoint = (await listAll(database)).at(-1);
    await database.pool.query('DELETE FROM personal_parts WHERE seq > 20');
    await database.pool.query('DELETE FROM records WHERE seq > 20');
    const cut = { holds: false, broken: { seq: 21n, problem: 'tail_cut' } };
    expect(await verifyLedger(database)).toEqual(cut);
    await database.pool.query('DELETE FROM checkpoints WHERE seq > 20');
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: 20n });
    expect(await verifyLedger(database, { checkpoint })).toEqual(cut);
  });
});

describe.each(databaseKinds)('a ledger on %s that is verified while work goes on', (kind) => {
  it('holds, though checkpoints are made over records that were read and over some that were not', async () => {
    const database = await databases.open(kind);
    await appendMadeUp(database, idsOf(3, 'covered'));
    await make(database);
    await appendMadeUp(database, idsOf(400, 'read'));
    let isFirst = true;
    const query = async (...given: Parameters<Database['pool']['query']>) => {
      const answer = await database.pool.query(...given);
      if (isFirst && String(given[0]).includes('personal_parts')) {
        isFirst = false;
        await make(database);
        await appendMadeUp(database, idsOf(10, 'not-read'));
        await make(database);
      }
      return answer;
    };
    const watched = { ...database, pool: Object.assign(Object.create(database.pool), { query }) };
    expect(await verifyLedger(watched)).toMatchObject({ holds: true, records: 413n, checkpoints: 1 });
    expect(isFirst).toBe(false);
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: 413n, checkpoints: 3 });
  });
});

describe('the key of checkpoints', () => {
  const home = files.folder();
  const made = openCheckpointKey({ checkpointKey: undefined, home: join(home, 'new', 'home') });
  const file = join(home, 'new', 'home', 'checkpoint.key');
  const pem = readFileSync(file, 'utf8');
  const base64 = pem.split('\n').slice(1, -2).join('');

  it('is made in the home once, for its owner alone', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(openCheckpointKey({ checkpointKey: undefined, home: join(home, 'new', 'home') }).publicKey).toBe(
      made.publicKey,
    );
  });

  it.each([
    ['PEM', pem],
    ['PEM on one line', pem.replaceAll('\n', '\\n')],
    ['base64 of the DER', base64],
    ['the path of a PEM file', file],
    ['the path of a base64 file', files.write('key.base64', `${base64}\n`)],
    ['the path of a DER file', files.write('key.der', Buffer.from(base64, 'base64'))],
  ])('is read as %s', (_, checkpointKey) => {
    expect(openCheckpointKey({ checkpointKey, home: '/nowhere' }).publicKey).toBe(made.publicKey);
  });

  it.each([
    ['no such file', join(home, 'no.key')],
    ['nonsense', 'x'.repeat(5_000)],
    ['a file that is no key', files.write('no-key.txt', 'hello')],
    ['a damaged PEM', pem.replace('MC4C', 'MC4D')],
    ['a key of another kind', '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----'],
  ])('refuses %s and never repeats it', async (_, checkpointKey) => {
    const fault = await faultOf(() => openCheckpointKey({ checkpointKey, home: '/nowhere' }));
    expect(fault.code).toBe('bad_checkpoint_key');
    expect(fault.detail('en') + fault.detail('zh')).not.toContain(checkpointKey);
  });
});
