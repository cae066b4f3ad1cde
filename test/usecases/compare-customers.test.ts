import { describe, expect, it } from 'vitest';
import { createCustomerCollector } from '../../src/usecases/compare-labels.ts';
import { createDictionary, createIgnoredColumn, createNumberColumn } from '../factories/frame.ts';

const columns = [createNumberColumn({ name: 'x' }), createIgnoredColumn('who')];
const dictionary = createDictionary({ columns, customer: 'who' });
const file = {
  file: 'rows.csv',
  format: { separator: ',', header: true, missing: ['', 'NA'] },
  names: ['x', 'who', 'y'],
} as const;

const collect = (whose: readonly string[], told: Parameters<typeof createCustomerCollector>[1] = dictionary) => {
  const collector = createCustomerCollector({ ...file, format: { ...file.format, missing: ['', 'NA'] } }, told);
  for (const [index, who] of whose.entries()) collector.add(['1', who, '0'], index + 1);
  return collector.finish();
};

describe('whose the rows of a compared file are', () => {
  it('is told by the column of customers, whatever the order, and a row that tells none stands for itself', () => {
    expect([...(collect(['b', 'a', ' b ', 'NA', 'a', '', '4']) ?? [])]).toEqual([0, 1, 0, 2, 1, 3, 4]);
  });

  it('is not known without a dictionary, without such a column in it, or without it in the file', () => {
    expect(collect(['a', 'a'], null)).toBeNull();
    expect(collect(['a', 'a'], createDictionary({ columns }))).toBeNull();
    const absent = createCustomerCollector(
      { ...file, format: { ...file.format, missing: [] }, names: ['x'] },
      dictionary,
    );
    absent.add(['1'], 1);
    expect(absent.finish()).toBeNull();
  });
});
