import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../src/domain/dictionary.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { readDay } from '../../training/dataset/read-dates.ts';
import { createDictionary, createIgnoredColumn, createNumberColumn } from '../factories/frame.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const header = ['x', 'seen', 'done', 'y'];
const columns = [createNumberColumn({ name: 'x' }), createIgnoredColumn('seen'), createIgnoredColumn('done')];
const dated = (change: Partial<Dictionary> = {}) =>
  createDictionary({ columns, dates: { observed: 'seen', outcome: 'done' }, ...change });
const load = (days: readonly (readonly [seen: string, done: string])[], dictionary = dated()) =>
  loadFrame(
    dictionary,
    files.write('book.csv', toCsv([header, ...days.map(([seen, done]) => ['1', seen, done, '0'])])),
  );

describe('a day', () => {
  it.each([
    ['2026-03-31', '2026-03-31'],
    ['2026/3/5', '2026-03-05'],
    ['2026.03.05', '2026-03-05'],
    ['2026年3月5日', '2026-03-05'],
    ['2026-03-05T08:30:00Z', '2026-03-05'],
    ['2024-02-29 00:00', '2024-02-29'],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['2026-00-10', null],
    ['2026-03/05', null],
    ['05-03-2026', null],
    ['20260305', null],
    ['soon', null],
  ])('%s is read as %s', (text, day) => {
    expect(readDay(text)).toBe(day);
  });
});

describe('the days of rows', () => {
  it('may be equal, rise, or lack that of an outcome that is open', async () => {
    const { rows } = await load([
      ['2025-12-31', '2025-12-31'],
      ['2025/12/9', '2025-12-10'],
      ['2025-12-31', ''],
    ]);
    expect(rows).toBe(3);
  });

  it('are refused by row and both columns where an outcome was seen before the observation', async () => {
    const days: [string, string][] = [
      ...Array.from({ length: 20_000 }, (): [string, string] => ['2025-12-31', '2026-01-31']),
    ];
    const fault = await faultOf(() => load([...days, ['2025-12-31', '2025-12-30'], ['2025-12-31', '2025-12-29']]));
    expect(fault.code).toBe('bad_row');
    expect(fault.message).toMatch(
      /book\.csv, row 20001: the day of the outcome, done \(2025-12-30\), is before the day of observation, seen \(2025-12-31\)/,
    );
    expect(fault.detail('zh')).toContain('结果日 done（2025-12-30）早于观察日 seen（2025-12-31）');
  });

  it('are held against the observation date of the target where rows have none', async () => {
    const { target } = createDictionary();
    const dictionary = dated({
      target: { ...target, observationDate: '2026-01-01' },
      dates: { observed: null, outcome: 'done' },
    });
    expect((await load([['', '2026-01-01']], dictionary)).rows).toBe(1);
    const fault = await faultOf(() => load([['', '2025-12-31']], dictionary));
    expect(fault.message).toMatch(/row 1: .*done \(2025-12-31\).*target\.observationDate \(2026-01-01\)/);
  });

  it.each([
    ['', '2026-01-31', 'seen', ''],
    ['31.12.2025', '2026-01-31', 'seen', '31.12.2025'],
    ['2025-12-31', 'soon', 'done', 'soon'],
    ['2025-12-31', '2026-02-30', 'done', '2026-02-30'],
  ])('are refused where they are none: "%s", "%s"', async (seen, done, column, value) => {
    const fault = await faultOf(() =>
      load([
        ['2025-12-31', '2026-01-31'],
        [seen, done],
      ]),
    );
    expect({ code: fault.code, values: fault.values }).toMatchObject({
      code: 'bad_cell',
      values: { row: 2, column, value },
    });
  });

  it('are refused where their column is not in the file', async () => {
    const path = files.write(
      'bare.csv',
      toCsv([
        ['x', 'seen', 'y'],
        ['1', '2025-12-31', '0'],
      ]),
    );
    expect(await faultOf(() => loadFrame(dated(), path))).toMatchObject({ code: 'bad_header' });
  });
});
