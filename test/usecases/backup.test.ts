import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { writeBackup } from '../../src/store/backup-writer.ts';
import { insertChallengerScores } from '../../src/store/challenger-scores.ts';
import { openCheckpointKey } from '../../src/store/checkpoint-key.ts';
import type { Database } from '../../src/store/database.ts';
import { readHistory } from '../../src/store/followed.ts';
import { readText } from '../../src/store/json.ts';
import { listMigrations } from '../../src/store/migrate.ts';
import { readHead } from '../../src/store/records.ts';
import { readAllLines, tables } from '../../src/store/tables.ts';
import { backupDatabase, restoreBackup, verifyBackup } from '../../src/usecases/backup.ts';
import { createCheckpoints } from '../../src/usecases/checkpoints.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { openAllDueReviews } from '../../src/usecases/open-reviews.ts';
import { recordOutcomes } from '../../src/usecases/outcomes.ts';
import { recordEvents } from '../../src/usecases/record-events.ts';
import { replayDecision } from '../../src/usecases/replay.ts';
import { openWatching } from '../../src/usecases/watch.ts';
import { facilityOf, profileOf, transactionOf } from '../factories/event.ts';
import { enforcementOf } from '../factories/loan.ts';
import { appendMadeUp, everyKind, useDatabases } from '../support/databases.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { predictFor } from '../support/predictions.ts';
import { reviewsAt } from '../support/reviews.ts';

const files = useFolder();
const databases = useDatabases(files);
const key = openCheckpointKey({ checkpointKey: undefined, home: files.folder() });
const now = () => new Date();
const last = everyKind.at(-1) ?? 'embedded';

/** Every row of every table, sorted within its table. */
const readAll = async ({ pool }: Database): Promise<string[]> => {
  const client = await pool.connect();
  try {
    await client.query("BEGIN; SET LOCAL TimeZone = 'UTC'");
    const lines: string[] = [];
    for await (const page of readAllLines(client)) lines.push(...page);
    await client.query('COMMIT');
    return lines;
  } finally {
    client.release();
  }
};

/** A database with something in every table: decisions, an erasure, an outcome, events, a signal, a review, checkpoints, an idempotency key. */
const fill = async (database: Database): Promise<Decision[]> => {
  const decisions = await predictFor(database, ['A', 'B', 'C', 'D', 'A']);
  await eraseCustomer(database, 'B', now());
  const outcome = { outcomeId: '结果-1', customerId: 'A', observedOn: '2026-01-01', defaulted: false };
  await recordOutcomes(database, [outcome], { actor: 'test', now: now(), timeZone: 'Asia/Shanghai', placeOf: String });
  const events = [
    profileOf(),
    transactionOf({ eventId: '事件-1' }),
    profileOf({ customerId: '乙', eventId: 'profile-乙' }),
    facilityOf(),
    enforcementOf('A'),
  ];
  await recordEvents(database, events, { actor: 'test', now: now(), source: 'live' });
  const { watcher } = openWatching(database, { timeZone: 'Asia/Shanghai', now });
  await watcher.watch(['A']);
  await openAllDueReviews(reviewsAt(database, now().toISOString()));
  await createCheckpoints(database, { key, now });
  const scored = decisions.map(({ decisionId, customerRef }, index) => ({
    ...{ decisionId, customerRef, fingerprint: 'of a challenger', microLogits: -index, tier: 'low' as const },
    furtherValues: index === 0 ? { colour: '红' } : null,
  }));
  await insertChallengerScores(database, scored, now());
  const odd = { text: '换行\n, "quotes" \\ \u2028 and 😀', long: 'x'.repeat(100_000) };
  await appendMadeUp(database, ['odd'], odd);
  await database.pool.query(
    "INSERT INTO idempotency_keys VALUES ('k', 'd', ARRAY['a', 'b,c'], '{}', '2026-01-01T00:00:00.123Z')",
  );
  return decisions;
};

describe.each(everyKind)('a backup of %s', (kind) => {
  const file = join(files.folder(), 'backup.gz');
  let database: Database;
  let decisions: Decision[];
  let records: bigint;
  beforeAll(async () => {
    database = await databases.open(kind);
    decisions = await fill(database);
    records = (await readHead(database.pool)).seq;
    await backupDatabase(database, { file, now });
  });

  it('has every row of every table, can be read by its owner alone, and verifies without a database', async () => {
    const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
    expect(lines.slice(1, -1)).toEqual(await readAll(database));
    expect(Object.keys(JSON.parse(lines.at(-1) ?? '').trailer.counts).sort()).toEqual([...tables].sort());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await verifyBackup(file)).toEqual(await verifyLedger(database));
    expect(await verifyBackup(file)).toMatchObject({ holds: true, records, checkpoints: 1 });
  });

  it.each(everyKind)(
    'restores into %s to the same rows; decisions replay, what was erased stays so, the chain goes on',
    async (to) => {
      const restored = await databases.open(to);
      await restoreBackup(restored, file);
      expect(await readAll(restored)).toEqual(await readAll(database));
      const [a, b] = decisions;
      expect(await replayDecision(restored, a?.decisionId ?? '')).toEqual({ outcome: 'same' });
      expect(await replayDecision(restored, b?.decisionId ?? '')).toEqual({ outcome: 'erased' });
      const [next] = await predictFor(restored, ['A']);
      expect(next?.previous).not.toBeNull();
      expect(next?.customerRef).toBe(a?.customerRef);
      const { customerRef } = await restored.prisma.customer.findUniqueOrThrow({ where: { customerId: '乙' } });
      expect(await readHistory(restored.pool, customerRef)).toEqual(await readHistory(database.pool, customerRef));
      const again = [transactionOf({ eventId: '事件-1' }), transactionOf({ eventId: '事件-1', amountMinor: 1 })];
      expect(await recordEvents(restored, again, { actor: 'test', now: now(), source: 'live' })).toMatchObject([
        { state: 'unchanged' },
        { state: 'refused', fault: { code: 'event_conflict' } },
      ]);
      const [fromSeq, sequence] = [Number(records), Number(records) + 1];
      expect(await createCheckpoints(restored, { key, now })).toMatchObject([{ fromSeq, sequence }]);
      expect(await verifyLedger(restored)).toMatchObject({ holds: true, records: records + 1n, checkpoints: 2 });
      expect(await faultOf(() => restoreBackup(restored, file))).toMatchObject({ code: 'database_not_empty' });
    },
  );

  it('is one moment: what is stored meanwhile is in it whole or not at all', async () => {
    const other = join(files.folder(), 'meanwhile.gz');
    const adding = async () => {
      for (let batch = 0; batch < 10; batch++) await appendMadeUp(database, [`${batch}-a`, `${batch}-b`]);
    };
    const [{ head }] = await Promise.all([backupDatabase(database, { file: other, now }), adding()]);
    expect(await verifyBackup(other)).toMatchObject({ holds: true, records: BigInt(head.seq) });
    expect((BigInt(head.seq) - records) % 2n).toBe(0n);
  });

  it('leaves no file behind where it is cancelled or cannot be written', async () => {
    const folder = files.folder();
    const controller = new AbortController();
    const work = { signal: controller.signal, onProgress: () => controller.abort() };
    const request = { file: join(folder, 'b.gz'), now };
    expect(await faultOf(() => backupDatabase(database, request, work))).toMatchObject({ code: 'cancelled' });
    const nowhere = { file: join(folder, 'no', 'b.gz'), now };
    expect(await faultOf(() => backupDatabase(database, nowhere))).toMatchObject({ code: 'file_unwritable' });
    expect(readdirSync(folder)).toEqual([]);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
  });
});

describe('a backup that is not whole', () => {
  let whole: Buffer;
  let empty: Database;
  let checkpoint: Checkpoint | undefined;
  beforeAll(async () => {
    const database = await databases.open(last);
    await appendMadeUp(database, ['a', 'b', 'c']);
    [checkpoint] = await createCheckpoints(database, { key, now });
    await backupDatabase(database, { file: join(files.path, 'whole.gz'), now });
    whole = readFileSync(join(files.path, 'whole.gz'));
    empty = await databases.open(last);
  });

  /** Both refuse the same file for the same reason, and nothing was restored. */
  const expectRefused = async (content: Uint8Array, code: string): Promise<void> => {
    const file = files.write('changed.gz', content);
    expect(await faultOf(() => restoreBackup(empty, file))).toMatchObject({ code });
    expect(await readAll(empty)).toEqual([]);
  };

  it('is refused wherever it was cut off or changed, and the database stays empty', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.boolean(), async (at, cut) => {
        const place = at % whole.length;
        if (!cut && place >= 4 && place < 10) return; // gzip's own time and system, which say nothing
        const changed = cut
          ? whole.subarray(0, place)
          : Buffer.from(whole.map((byte, i) => (i === place ? byte ^ 4 : byte)));
        await expectRefused(changed, 'bad_backup');
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where lines are missing, swapped or changed though it was packed again', async () => {
    const lines = gunzipSync(whole).toString().trim().split('\n');
    const pack = (changed: readonly string[]) => gzipSync(`${changed.join('\n')}\n`);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom('removed', 'changed', 'doubled'), async (at, how) => {
        const index = at % lines.length;
        const line = lines[index] ?? '';
        const changed = {
          removed: lines.toSpliced(index, 1),
          changed: lines.with(
            index,
            line.replace(/[a-z](?=[^a-z]*$)/, (letter) => (letter === 'z' ? 'y' : 'z')),
          ),
          doubled: lines.toSpliced(index, 0, line),
        }[how];
        await expectRefused(pack(changed), 'bad_backup');
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['of another kind', Buffer.from('SELECT 1;')],
    ['gzip of something else', gzipSync('hello\n')],
  ])('is refused where it is %s', async (_, content) => {
    await expectRefused(content, 'bad_backup');
  });

  it('is refused where it was made by a newer version, or its chain is broken', async () => {
    const rows = gunzipSync(whole).toString().trim().split('\n').slice(1, -1);
    const head = { seq: 3, hash: checkpoint?.head ?? '' };
    const write = async (name: string, changed: readonly string[], migrations = listMigrations()) => {
      const header = { vigil: 'backup', format: 1, madeAt: now().toISOString(), migrations } as const;
      const pages = (async function* () {
        yield changed;
      })();
      await writeBackup(join(files.path, name), { header, pages, head, signal: new AbortController().signal });
      return readFileSync(join(files.path, name));
    };
    expect(await verifyBackup(join(files.path, 'whole.gz'), { checkpoint })).toMatchObject({ holds: true });
    await expectRefused(await write('newer.gz', rows, [...listMigrations(), '20991231000000_future']), 'bad_backup');
    const forged = rows.map((row) => row.replace('\\"c\\"', '\\"d\\"'));
    await expectRefused(await write('forged.gz', forged), 'chain_broken');
    const tail = rows.filter((row) => !row.includes('"seq":3'));
    await write('cut.gz', tail);
    expect(await verifyBackup(join(files.path, 'cut.gz'), { checkpoint })).toEqual({
      holds: false,
      broken: { seq: 3n, problem: 'tail_cut' },
    });
  });

  it('is named where it is not there', async () => {
    expect(await faultOf(() => restoreBackup(empty, join(files.path, 'none.gz')))).toMatchObject({
      code: 'file_missing',
    });
  });
});

describe('a backup of an older version', () => {
  it('is restored, brought up to date, and goes on', async () => {
    const database = await databases.open(last);
    const [decision] = await predictFor(database, ['A', 'B']);
    const [first = ''] = listMigrations();
    const old = (await readAll(database)).filter((line) => !/^\{"(checkpoints|idempotency_keys)"/.test(line));
    const [head] = (
      await database.pool.query("SELECT seq::int, encode(hash, 'hex') AS hash FROM records ORDER BY seq DESC LIMIT 1")
    ).rows;
    const file = join(files.path, 'old.gz');
    const header = { vigil: 'backup' as const, format: 1, madeAt: now().toISOString(), migrations: [first] };
    const pages = (async function* () {
      yield old;
    })();
    await writeBackup(file, { header, pages, head, signal: new AbortController().signal });
    const restored = await databases.open(last);
    await restoreBackup(restored, file);
    expect(await readAll(restored)).toEqual(await readAll(database));
    const { rows } = await restored.pool.query(
      'SELECT migration_name FROM "_prisma_migrations" ORDER BY migration_name',
    );
    expect(rows.map(({ migration_name }) => migration_name)).toEqual(listMigrations());
    expect(await replayDecision(restored, decision?.decisionId ?? '')).toEqual({ outcome: 'same' });
    await predictFor(restored, ['A']);
    await createCheckpoints(restored, { key, now });
    const records = BigInt(head.seq) + 1n;
    expect(await verifyLedger(restored)).toMatchObject({ holds: true, records, checkpoints: 1 });
  });
});

describe('the list of tables', () => {
  it('is that of the schema', () => {
    const schema = readText(new URL('../../prisma/schema.prisma', import.meta.url).pathname);
    expect([...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name).sort()).toEqual([...tables].sort());
  });
});
