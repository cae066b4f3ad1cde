import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulatePortfolio } from '../../training/simulator/portfolio.ts';
import { toLine } from '../../training/simulator/text.ts';
import { linesOf, type Ran, runVigilEach } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const vigil = (commands: readonly (readonly string[])[]): Promise<Ran[]> =>
  runVigilEach(commands, { cwd: files.path, env: { VIGIL_HOME: 'home' } });
const settings = { customers: 12, months: 16, seed: 3, scenario: 'recession', start: '2023-01' } as const;
const months = ['--from', '2023-01-01', '--to', '2024-04-30'];
const study = ['target', 'study', '--events', 'events.ndjson', ...months];

beforeAll(() => {
  const lines = [...simulatePortfolio(settings)].flatMap(({ events }) =>
    events.filter(({ type }) => type !== 'transaction').map(toLine),
  );
  writeFileSync(join(files.path, 'events.ndjson'), lines.join(''));
});

describe('vigil target study', () => {
  it('finds the same in a file of events as in the database, and says that customers are simulated', async () => {
    const [fromFile, stored, fromStore] = await vigil([
      [...study, '--json'],
      ['events', 'events.ndjson', '--simulated'],
      ['target', 'study', ...months, '--json'],
    ]);
    expect([fromFile?.code, stored?.code, fromStore?.code], fromStore?.stderr).toEqual([0, 0, 0]);
    const found = JSON.parse(fromFile?.stdout ?? '');
    expect(found.facts).toEqual({
      events: 'events.ndjson',
      from: '2023-01-01',
      to: '2024-04-30',
      by: 'customer',
      performanceDays: 360,
      simulated: 12,
    });
    expect(found.followed).toBe(12);
    expect(found.rolls.months).toHaveLength(15);
    expect(found.classes.filter(({ isWhole }: { isWhole: boolean }) => isWhole)).toHaveLength(4);
    expect(JSON.parse(fromStore?.stdout ?? '')).toEqual({ ...found, facts: { ...found.facts, events: '-' } });
  });

  it('writes a page in both languages or JSON, and counts facilities where asked', async () => {
    const [page, told, text] = await vigil([
      [...study, '--by', 'facility', '--out', 'study.html'],
      [...study, '--by', 'facility', '--performance', '90', '--out', 'study.json'],
      ['--locale', 'zh', ...study],
    ]);
    expect([page?.code, told?.code, text?.code]).toEqual([0, 0, 0]);
    const html = readFileSync(join(files.path, 'study.html'), 'utf8');
    for (const words of ['迁徙率', 'Roll rates', '模拟客户', 'Customers of these data are simulated', '2023-02-28'])
      expect(html).toContain(words);
    const result = JSON.parse(readFileSync(join(files.path, 'study.json'), 'utf8'));
    expect(result.followed).toBeGreaterThan(12);
    expect(result.classes.filter(({ isWhole }: { isWhole: boolean }) => isWhole)).toHaveLength(13);
    expect(text?.stdout).toContain('数据含模拟客户');
    expect(text?.stdout).toContain('迁徙率');
  });

  it('refuses what makes no sense, in one line, and writes nothing', async () => {
    const refusals: readonly (readonly [readonly string[], RegExp, number])[] = [
      [[...study, '--out', 'bad.txt'], /ends in \.html or \.json/, 2],
      [[...study, '--out', 'no/bad.json'], /no\/bad\.json/, 5],
      [[...study, '--by', 'loan', '--out', 'bad.json'], /--by takes one of customer, facility/, 2],
      [[...study, '--performance', '0', '--out', 'bad.json'], /--performance takes a whole number/, 2],
      [['target', 'study', '--from', '2023-01-01', '--out', 'bad.json'], /--to/, 2],
      [['target', 'study', '--from', '2023-02-30', '--to', '2024-01-01'], /--from takes a day/, 2],
      [['target', 'study', '--from', '2023-01-01', '--to', '2023-02-27', '--out', 'bad.json'], /no two month ends/, 2],
      [['target', 'study', '--events', 'none.ndjson', ...months, '--out', 'bad.json'], /none\.ndjson/, 2],
    ];
    const ran = await vigil(refusals.map(([args]) => args));
    for (const [place, [args, words, code]] of refusals.entries()) {
      expect({ args, code: ran[place]?.code }).toEqual({ args, code });
      expect(linesOf(ran[place]?.stderr ?? '').at(-1)).toMatch(words);
    }
    for (const file of ['bad.json', 'bad.txt']) expect(existsSync(join(files.path, file))).toBe(false);
  });
});
