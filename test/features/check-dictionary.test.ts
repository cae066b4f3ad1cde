import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../src/domain/dictionary.ts';
import { resolveFeatures } from '../../src/features/definition.ts';
import { listDictionaries } from '../../src/store/dictionaries.ts';
import {
  createCategoryColumn,
  createDictionary,
  createIgnoredColumn,
  createNumberColumn,
  createSpecialCode,
} from '../factories/frame.ts';
import { faultOf } from '../support/fault.ts';

const { target, groups } = createDictionary();
const [group] = groups;
if (!group) throw new Error('no group');
const same = (text: string) => ({ zh: text, en: text });
const derived = (numerator: Dictionary['derived'][number]['derivation']['numerator']) => ({
  name: 'made',
  version: 1,
  label: same('made'),
  reason: same('made'),
  unit: null,
  direction: null,
  derivation: { decimals: 0, numerator },
});

describe('a dictionary is refused', () => {
  it.each<[string, Partial<Dictionary>, string, string]>([
    [
      'where its periods are in no column',
      { periods: { column: 'when', fitTo: 1, calibrateTo: 2 } },
      'periods.column',
      'there is no column when',
    ],
    [
      'where the day of an outcome is in no column',
      {
        dates: { observed: 'seen', outcome: 'done' },
        columns: [createNumberColumn({ name: 'x' }), createIgnoredColumn('seen')],
      },
      'dates.outcome',
      'there is no column done',
    ],
    [
      'where the day of observation is a feature',
      {
        dates: { observed: 'x', outcome: 'done' },
        columns: [createNumberColumn({ name: 'x' }), createIgnoredColumn('done')],
      },
      'dates.observed',
      'x must have the role ignored',
    ],
    [
      'where nothing says the day of observation',
      {
        dates: { observed: null, outcome: 'done' },
        columns: [createNumberColumn({ name: 'x' }), createIgnoredColumn('done')],
      },
      'dates.observed',
      'the day of observation must be said once, by target.observationDate or by dates.observed',
    ],
    [
      'where its periods are a feature',
      { periods: { column: 'x', fitTo: 1, calibrateTo: 2 } },
      'periods.column',
      'x must have the role ignored',
    ],
    [
      'where a column has a code twice',
      {
        columns: [createNumberColumn({ name: 'x', codes: [-9, -8, -9].map((value) => createSpecialCode({ value })) })],
      },
      'columns.x.codes',
      '-9 is there twice',
    ],
    [
      'where two codes are one number in the column’s decimals',
      {
        columns: [createNumberColumn({ name: 'x', codes: [-9, -9.001].map((value) => createSpecialCode({ value })) })],
      },
      'columns.x.codes',
      '-9 is there twice',
    ],
    [
      'where a category is there twice',
      {
        columns: [
          createCategoryColumn({
            name: 'x',
            categories: ['a', 'b', 'a'].map((value) => ({ value, label: same(value) })),
          }),
        ],
      },
      'columns.x.categories',
      'a is there twice',
    ],
    ['where two groups have one name', { groups: [group, { ...group, code: 'B' }] }, 'groups', 'all is there twice'],
    ['where two groups have one code', { groups: [group, { ...group, name: 'b' }] }, 'groups', 'ALL is there twice'],
    [
      'where two columns have one name',
      { columns: [createNumberColumn({ name: 'x' }), createNumberColumn({ name: 'x', source: 'z' })] },
      'columns',
      'x is there twice',
    ],
    [
      'where two columns have one source',
      { columns: [createNumberColumn({ name: 'x' }), createNumberColumn({ name: 'z', source: 'x' })] },
      'columns.z',
      'its source x is that of another column',
    ],
    [
      'where a value is good and bad',
      { target: { ...target, good: ['0', '2'], bad: ['1', '2'] } },
      'target',
      "the label's value 2 is given two meanings",
    ],
    [
      'where a value is bad and left out',
      { target: { ...target, excluded: ['1'] } },
      'target',
      "the label's value 1 is given two meanings",
    ],
    [
      'where the label is a feature',
      { columns: [createNumberColumn({ name: 'x' }), createNumberColumn({ name: 'y' })] },
      'columns.y',
      'the label must not be a feature',
    ],
    [
      'where a column is in no group',
      { columns: [createNumberColumn({ name: 'x', group: 'none' })] },
      'columns.x.group',
      'there is no group none',
    ],
    [
      'where nothing is plausible',
      { columns: [createNumberColumn({ name: 'x', minimum: 5, maximum: 4 })] },
      'columns.x.minimum',
      'the minimum is above the maximum',
    ],
    [
      'where a series names a category',
      {
        columns: [createNumberColumn({ name: 'x' }), createCategoryColumn({ name: 'c' })],
        series: [{ name: 's', label: same('s'), columns: ['x', 'c'] }],
      },
      'series.s',
      'c is no number column',
    ],
    [
      'where a population names what there is not',
      { populations: [{ name: 'p', label: same('p'), where: [{ column: 'late', atMost: 1 }] }] },
      'populations.p',
      'there is no column late',
    ],
    [
      'where thousands are set apart by the decimal mark',
      { file: { ...createDictionary().file, decimal: ',', thousands: ',' } },
      'file.thousands',
      'it is the decimal mark too',
    ],
  ])('%s, naming the place', async (_, change, place, problem) => {
    const fault = await faultOf(() => resolveFeatures(createDictionary(change)));
    expect({ code: fault.code, place: fault.values.place }).toEqual({ code: 'bad_dictionary', place });
    expect(fault.message).toContain(`wrong at ${place}: ${problem}.`);
    expect(fault.detail('zh')).toMatch(/有误：.*\p{Script=Han}/u);
  });

  it.each<[string, Dictionary['derived'][number]['derivation']['numerator'], string]>([
    ['a column that there is not', { column: 'none' }, 'there is no column none'],
    ['a category', { add: [1, { column: 'c' }] }, 'c is no number column'],
    ['a series that there is not', { sum: { series: 's' } }, 'there is no series s of that length'],
  ])('where a derived feature names %s', async (_, numerator, problem) => {
    const columns = [createNumberColumn({ name: 'x' }), createCategoryColumn({ name: 'c' })];
    const fault = await faultOf(() => resolveFeatures(createDictionary({ columns, derived: [derived(numerator)] })));
    expect(fault.code).toBe('bad_derivation');
    expect(fault.message).toBe(`Derived feature made is ill defined: ${problem}.`);
  });
});

it('every dictionary that ships is accepted', () => {
  const { found, faults } = listDictionaries();
  expect(faults).toEqual([]);
  expect(found.length).toBeGreaterThanOrEqual(5);
  for (const { dictionary } of found) expect(resolveFeatures(dictionary).features.length).toBeGreaterThan(0);
});
