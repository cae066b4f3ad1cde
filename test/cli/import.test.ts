import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { readHistories } from '../../src/store/histories.ts';
import { profileOf, transactionOf } from '../factories/event.ts';
import { interruptVigil, linesOf, runVigil } from '../support/cli.ts';
import { useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const databases = useDatabases(files);
/** A home that is there already: making one takes seconds. */
const makeHome = async () => (await databases.settings('embedded')).home;
let home: string;
beforeAll(async () => {
  home = await makeHome();
});
/** Each command is a process of its own. */
const PATIENCE = { timeout: 180_000 };
const at =
  (home: string) =>
  (...args: string[]) =>
    runVigil(args, { cwd: files.path, env: { VIGIL_HOME: home } });
const vigil = (...args: string[]) => at(home)(...args);
const toLines = (events: readonly object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');
const historiesOf = async (home: string) => {
  const database = await openDatabase({ url: undefined, home });
  const found = [];
  for await (const { customerId, events } of readHistories(database.pool)) found.push({ customerId, events });
  await database.close();
  return found.sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
};

describe('vigil events', PATIENCE, () => {
  const many = Array.from({ length: 6_000 }, (_, index) => transactionOf({ eventId: `many-${index}` }));
  const past = [profileOf(), transactionOf({ knownAt: '2026-02-03T00:00:00Z' }), ...many];

  it('imports a file of lines, which again changes nothing, and says when each was known', async () => {
    const file = files.write('events.ndjson.gz', gzipSync(`\uFEFF${toLines(past)}\n`));
    expect(await vigil('events', file)).toMatchObject({
      code: 0,
      stdout: `Events recorded: ${past.length}, unchanged: 0, refused: 0.\n`,
    });
    const again = await vigil('events', file, '--json', '--simulated');
    expect(JSON.parse(again.stdout)).toEqual({ file, recorded: 0, unchanged: past.length, refused: 0 });
    const [history, more] = await historiesOf(home);
    expect(more).toBeUndefined();
    expect(history?.events).toHaveLength(past.length);
    expect(history?.events.slice(0, 3)).toMatchObject([
      { eventId: 'profile-A', knownAt: '2026-01-01T00:00:00.000Z', isBackfilled: true },
      { eventId: 'transaction-1', knownAt: '2026-02-03T00:00:00.000Z' },
      { eventId: 'many-0', knownAt: '2026-02-01T12:00:00.000Z' },
    ]);
  });

  it('that is interrupted leaves whole batches on a chain that holds, and goes on where it is called again', async () => {
    const home = await makeHome();
    const long = Array.from({ length: 20_000 }, (_, index) => transactionOf({ eventId: `long-${index}` }));
    const file = files.write('long.ndjson', toLines([profileOf(), ...long]));
    const { code, stderr } = await interruptVigil(['events', file], {
      cwd: files.path,
      env: { VIGIL_HOME: home },
      when: /import: \d+%/,
      signal: 'SIGINT',
    });
    expect(code).toBe(130);
    expect(stderr).toContain('import_stopped');
    const stored = (await historiesOf(home)).flatMap(({ events }) => events).length;
    expect(stored).toBeLessThan(long.length);
    expect(stored % 5_000).toBe(0);
    expect((await at(home)('verify')).code).toBe(0);
    const again = JSON.parse((await at(home)('events', file, '--json')).stdout);
    expect(again).toEqual({ file, recorded: long.length + 1 - stored, unchanged: stored, refused: 0 });
    expect((await historiesOf(home)).map(({ events }) => events.length)).toEqual([long.length + 1]);
    expect((await at(home)('verify')).code).toBe(0);
  });

  it('stores what is fit and reports what is refused by its line, in a file too', async () => {
    const good = transactionOf({ eventId: 'good' });
    const half = JSON.stringify(transactionOf({ eventId: 'half' })).replace('"half"', '"\\ud800"');
    const file = files.write(
      'mixed.ndjson',
      `{"eventId":\n\n${half}\n${toLines([transactionOf({ amountMinor: 1 }), { ...good, type: 'unheard-of' }, good])}`,
    );
    const report = files.write('refused.ndjson', '');
    const refused = await vigil('events', file, '--refused', report);
    expect(refused).toMatchObject({ code: 2, stdout: 'Events recorded: 1, unchanged: 0, refused: 4.\n' });
    const told = linesOf(readFileSync(report, 'utf8')).map((line) => JSON.parse(line));
    expect(told).toEqual([
      { row: 1, column: null, code: 'bad_row', detail: expect.stringContaining('row 1: it is no JSON') },
      { row: 3, column: null, code: 'bad_row', detail: expect.stringContaining('half a character') },
      { row: 5, column: null, code: 'bad_row', detail: expect.stringContaining('row 5: type: must be one of') },
      { row: 4, column: null, code: 'event_conflict', detail: expect.stringContaining('transaction-1') },
    ]);
    expect(linesOf(refused.stderr).at(-1)).toContain('4 events of file');
    expect(linesOf(refused.stderr).at(-1)).toMatch(/\(rows_refused\)$/);
    expect((await vigil('events', 'nothing.ndjson')).code).not.toBe(0);
  });
});

describe('vigil import', PATIENCE, () => {
  const mapping = files.write(
    'mapping.json',
    JSON.stringify({
      name: 'test',
      tables: [
        {
          name: 'rows',
          events: [
            {
              firstOf: ['id'],
              event: { ...profileOf(), eventId: { $join: ['p-', { $column: 'id' }] }, customerId: { $column: 'id' } },
            },
            {
              event: {
                ...transactionOf(),
                eventId: { $join: ['t-', { $column: 'id' }, '-', { $column: 'day' }] },
                customerId: { $column: 'id' },
                occurredAt: { $instant: { $day: { $column: 'day' } } },
                amountMinor: { $number: { $column: 'amount' }, decimals: 2 },
              },
            },
          ],
        },
      ],
    }),
  );
  const csv = files.write(
    'rows.csv',
    'id,day,amount\n1,2026-01-03,1.25\n1,2026-01-04,2\n2,2026-01-03,x\n2,2026-01-05,3\n',
  );

  it('makes events of rows, the same from CSV as from a workbook, and names row and column of what it refuses', async () => {
    const [first, second] = [await makeHome(), await makeHome()];
    const imported = await at(first)('import', csv, '--mapping', mapping);
    expect(imported).toMatchObject({ code: 2, stdout: 'Events recorded: 5, unchanged: 0, refused: 1.\n' });
    expect(imported.stderr).toContain('row 3, column amount, value "x": not a number. (bad_cell)');
    const again = await at(first)('import', csv, '--mapping', mapping);
    expect(again.stdout).toBe('Events recorded: 0, unchanged: 5, refused: 1.\n');
    const workbook = new ExcelJS.Workbook();
    workbook.addWorksheet('rows').addRows([
      ['id', 'day', 'amount'],
      [1, new Date('2026-01-03'), 1.25],
      [1, new Date('2026-01-04'), 2],
      [2, '2026-01-05', 3],
    ]);
    await workbook.xlsx.writeFile(files.write('rows.xlsx', ''));
    expect(await at(second)('import', `${files.path}/rows.xlsx`, '--mapping', mapping)).toMatchObject({ code: 0 });
    const plain = (histories: Awaited<ReturnType<typeof historiesOf>>) =>
      histories.map(({ customerId, events }) => [customerId, events.map(({ recordedAt: _, ...event }) => event)]);
    expect(plain(await historiesOf(second))).toEqual(plain(await historiesOf(first)));
  });

  it('refuses a table that the mapping lacks, a column that the file lacks, and what is no mapping', async () => {
    const lacking = files.write('lacking.csv', 'id,day\n1,2026-01-03\n');
    const fault = async (...args: string[]) => linesOf((await vigil('import', ...args)).stderr).at(-1);
    expect(await fault(lacking, '--mapping', mapping)).toMatch(/column amount is absent.*\(bad_header\)$/);
    expect(await fault(csv, '--mapping', mapping, '--table', 'none')).toMatch(
      /there is no table none.*\(bad_mapping\)$/,
    );
    const wrong = files.write('wrong.json', '{"name":"test","tables":[]}');
    expect(await fault(csv, '--mapping', wrong)).toMatch(/tables.*\(bad_artifact\)$/);
  });
});

describe('vigil book', PATIENCE, () => {
  it('says the date of the book, and sets where it starts', async () => {
    const book = at(await makeHome());
    expect(JSON.parse((await book('book', '--json')).stdout)).toMatchObject({ start: null });
    const set = JSON.parse(
      (await book('book', '--starts', '1999-01-01T00:00:00+08:00', '--actor', 'desk', '--json')).stdout,
    );
    expect(set).toMatchObject({ date: '1998-12-31T16:00:00.000Z', start: { actor: 'local (desk)' } });
    expect((await book('book')).stdout).toMatch(/^Book date: 1998-12-31T16:00.*started at 1998-12-31T16:00:00.000Z/);
    expect(await book('book', '--starts', 'soon')).toMatchObject({ code: 2 });
  });
});
