import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds } from '../../training/dataset/folds.ts';
import { at } from '../reference/exact.ts';

/** Within each class, rows in the order of the hex SHA-256 of `SET:ROW`; rank r goes to fold r mod `count`. */
const dealPlainly = (set: string, labels: readonly number[], count: number): number[] => {
  const digest = (row: number) => createHash('sha256').update(`${set}:${row}`).digest('hex');
  return labels.map((label, row) => {
    const classmates = labels.flatMap((other, place) => (other === label ? [digest(place)] : []));
    return classmates.filter((other) => other < digest(row)).length % count;
  });
};

const labelsArbitrary = fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 120 });
const setArbitrary = fc.constantFrom('taiwan', 'german', 'made-up', 'made-up:inner', '');

describe('assignFolds', () => {
  it('deals each class out in the order of its hashes', () => {
    fc.assert(
      fc.property(setArbitrary, labelsArbitrary, fc.integer({ min: 2, max: 20 }), (set, labels, count) => {
        expect([...assignFolds(set, { labels }, count)]).toEqual(dealPlainly(set, labels, count));
      }),
      { numRuns: 200 },
    );
  });

  it('makes five folds where nothing else is asked for', () => {
    const labels = Array.from({ length: 1_000 }, (_, row) => (row % 7 === 0 ? 1 : 0));
    expect([...assignFolds('german', { labels })]).toEqual(dealPlainly('german', labels, 5));
  });

  it('gives every fold the same number of each class, but for one', () => {
    fc.assert(
      fc.property(setArbitrary, labelsArbitrary, fc.integer({ min: 2, max: 20 }), (set, labels, count) => {
        const folds = assignFolds(set, { labels }, count);
        for (const label of [0, 1, 2]) {
          const sizes = Array.from(
            { length: count },
            (_, fold) => labels.filter((other, row) => other === label && folds[row] === fold).length,
          );
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the folds of one class when labels of another change', () => {
    const labels = Array.from({ length: 300 }, (_, row) => row % 3);
    const merged = labels.map((label) => (label === 2 ? 1 : label));
    const [before, after] = [assignFolds('made-up', { labels }), assignFolds('made-up', { labels: merged })];
    for (const [row, label] of labels.entries()) if (label === 0) expect(at(after, row)).toBe(at(before, row));
  });

  it('keeps all rows of a customer in one fold, and deals customers as it would deal their first rows', () => {
    const rowsArbitrary = fc.array(fc.record({ label: fc.constantFrom(0, 0, 1, 2), customer: fc.nat(40) }), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(setArbitrary, rowsArbitrary, fc.integer({ min: 2, max: 20 }), (set, rows, count) => {
        const [labels, customers] = [rows.map(({ label }) => label), rows.map(({ customer }) => customer)];
        const folds = assignFolds(set, { labels, customers }, count);
        const own = rows.map(({ customer }) =>
          rows.filter((row) => row.customer === customer).map(({ label }) => label),
        );
        const grave = own.map((all) => ([1, 0] as const).find((label) => all.includes(label)) ?? 2);
        const digest = (row: number) => createHash('sha256').update(`${set}:${row}`).digest('hex');
        const firsts = [...rows.keys()].filter((row) => customers.indexOf(customers[row] ?? -1) === row);
        const expected = rows.map(({ customer }) => {
          const first = customers.indexOf(customer);
          const before = firsts.filter((row) => grave[row] === grave[first] && digest(row) < digest(first));
          return before.length % count;
        });
        expect([...folds]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same with a customer for each row as without', () => {
    fc.assert(
      fc.property(setArbitrary, labelsArbitrary, fc.integer({ min: 0, max: 1_000 }), (set, labels, shift) => {
        const customers = labels.map((_, row) => (row + shift) % 1_009);
        expect(assignFolds(set, { labels, customers })).toEqual(assignFolds(set, { labels }));
      }),
    );
  });
});
