import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, constants } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpointKey } from '../../src/store/checkpoint-key.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { listMigrations } from '../../src/store/migrate.ts';
import { readHead } from '../../src/store/records.ts';
import { createCheckpoints } from '../../src/usecases/checkpoints.ts';
import { readDecision } from '../../src/usecases/decisions.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { replayDecision } from '../../src/usecases/replay.ts';
import { useFolder } from '../support/folder.ts';
import { predictFor } from '../support/predictions.ts';

/**
 * A home as the first release's code left it: only the first migration, two monitoring decisions of customer C-1,
 * applications of C-2 to C-4, all from made-up inputs, and the erasure of C-3. A tar packed by brotli with a large window.
 */
const fixture = fileURLToPath(new URL('../fixtures/home-20261121.tar.br', import.meta.url));

const files = useFolder();
const home = files.folder();
let database: Database;

beforeAll(async () => {
  const params = { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 };
  execFileSync('tar', ['-xf', '-', '-C', home], { input: brotliDecompressSync(readFileSync(fixture), { params }) });
  database = await openDatabase({ url: undefined, home });
});
afterAll(() => database.close());

const idsOf = async (): Promise<string[]> => {
  const { rows } = await database.pool.query(
    'SELECT decision_id FROM records WHERE decision_id IS NOT NULL ORDER BY seq',
  );
  return rows.map((row) => row.decision_id);
};

describe('an old home', () => {
  it('is brought up to date and verifies', async () => {
    const { rows } = await database.pool.query('SELECT migration_name FROM "_prisma_migrations" ORDER BY started_at');
    expect(rows.map(({ migration_name }) => migration_name)).toEqual(listMigrations());
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: 6n, checkpoints: 0 });
  });

  it('replays its decisions to the same bits, and says which were erased', async () => {
    const outcomes = [];
    for (const id of await idsOf()) outcomes.push((await replayDecision(database, id)).outcome);
    expect(outcomes).toEqual(['same', 'same', 'same', 'erased', 'same']);
  });

  it("goes on: its customers' tiers, its chain, and checkpoints from the first record", async () => {
    const [, second = ''] = await idsOf();
    const before = await readDecision(database, second);
    const [next] = await predictFor(database, ['C-1']);
    expect(next?.customerRef).toBe(before.record.customerRef);
    expect(next?.previous).toEqual(before.decision?.previous);
    const key = openCheckpointKey({ checkpointKey: undefined, home });
    expect(await createCheckpoints(database, { key, now: () => new Date() })).toMatchObject([{ fromSeq: 1 }]);
    const { seq } = await readHead(database.pool);
    expect(seq).toBeGreaterThan(6n);
    expect(await verifyLedger(database)).toMatchObject({ holds: true, records: seq, checkpoints: 1 });
  });
});
