import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedInput, MergedBin } from '../../src/domain/comparison.ts';
import { ModelComparison } from '../../src/domain/comparison.ts';
import type { Model } from '../../src/domain/model.ts';
import { compareModels, pairModels } from '../../src/model/compare-models.ts';
import { createRowDifference } from '../../src/model/row-difference.ts';
import { arbitraryModel, arbitraryRow, type DrawnRow, scoreDrawn } from '../support/arbitrary-model.ts';

/** The merged bin that holds a value, by what the bin says of itself. */
const holds = (bin: MergedBin, input: ComparedInput, value: number | string | null): boolean => {
  if (value === null || Number.isNaN(value)) return bin.kind === 'missing';
  if (typeof value === 'string') {
    const isNamed = input.bins.some(({ categories }) => categories.includes(value));
    return isNamed ? bin.categories.includes(value) : bin.kind === 'other';
  }
  if (input.bins.some(({ codes }) => codes.includes(value))) return bin.codes.includes(value);
  return bin.kind === 'values' && (bin.from ?? -99) <= value && value < (bin.below ?? 99);
};

const placeOf = (input: ComparedInput, row: DrawnRow): number => {
  const value = row[input.name as keyof DrawnRow];
  const found = input.bins.flatMap((bin, place) => (holds(bin, input, value) ? [place] : []));
  expect(found).toHaveLength(1);
  return found[0] as number;
};

const pairs = fc.tuple(arbitraryModel('one'), arbitraryModel('two'));

describe('two models side by side', () => {
  it('put every value into one merged bin, which is one bin of each', () => {
    fc.assert(
      fc.property(pairs, arbitraryRow, ([a, b], row) => {
        const paired = pairModels(a, b);
        const own = { a: scoreDrawn(a, row).bins, b: scoreDrawn(b, row).bins };
        for (const { input, places } of paired.inputs) {
          const bin = input.bins[placeOf(input, row)];
          for (const side of ['a', 'b'] as const) {
            const place = places[side];
            expect(bin?.[side]).toBe(place === null ? null : own[side][place]);
          }
        }
      }),
    );
  });

  it('differ by the level and the cells a row lies in, to the last unit', () => {
    fc.assert(
      fc.property(pairs, arbitraryRow, ([a, b], row) => {
        const compared = ModelComparison.parse(compareModels(pairModels(a, b)));
        const places = compared.inputs.map((input) => placeOf(input, row));
        const sum = compared.terms.reduce((total, { inputs, difference }) => {
          const cell = inputs.reduce(
            (index, input) => index * (compared.inputs[input]?.bins.length ?? 0) + (places[input] as number),
            0,
          );
          return total + (difference[cell] as number);
        }, compared.level.difference);
        expect(sum).toBe(scoreDrawn(b, row).microLogits - scoreDrawn(a, row).microLogits);
      }),
    );
  });

  it('are zero everywhere where they are one model', () => {
    fc.assert(
      fc.property(arbitraryModel('one'), (model) => {
        const { level, terms, otherwise } = compareModels(pairModels(model, model));
        expect({ level: level.difference, otherwise }).toEqual({ level: 0, otherwise: [] });
        expect(terms.flatMap(({ difference }) => difference).filter((value) => value !== 0)).toEqual([]);
        expect(terms.every(({ in: presence, bins }) => presence === 'both' && bins === 'same')).toBe(true);
      }),
    );
  });

  it('differ by the opposite when they change places', () => {
    const byBins = ([a, b]: readonly [Model, Model]) => {
      const { inputs, terms, level } = compareModels(pairModels(a, b));
      const cells = terms.flatMap((term) => {
        const names = term.inputs.map((input) => inputs[input]?.name ?? '');
        return term.difference.map((value, cell) => {
          let rest = cell;
          const at = term.inputs.toReversed().map((input) => {
            const bins = inputs[input]?.bins ?? [];
            const { a: own, b: other } = bins[rest % bins.length] as MergedBin;
            rest = Math.floor(rest / bins.length);
            return a.name === 'one' ? [own, other] : [other, own];
          });
          return {
            key: JSON.stringify(
              Object.entries(Object.fromEntries(names.toReversed().map((name, i) => [name, at[i]]))).sort(),
            ),
            value,
          };
        });
      });
      return { level: level.difference, cells: new Map(cells.map(({ key, value }) => [key, value])) };
    };
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [there, back] = [byBins([a, b]), byBins([b, a])];
        expect(back.level + there.level).toBe(0);
        expect([...back.cells.keys()].sort()).toEqual([...there.cells.keys()].sort());
        for (const [key, value] of there.cells) expect((back.cells.get(key) ?? Number.NaN) + value).toBe(0);
      }),
    );
  });

  it('are told apart for a row input by input, and the parts sum to the difference of the scores', () => {
    fc.assert(
      fc.property(pairs, arbitraryRow, ([a, b], row) => {
        const [ofA, ofB] = [scoreDrawn(a, row), scoreDrawn(b, row)];
        const [there, back] = [pairModels(a, b), pairModels(b, a)];
        const { level, parts } = createRowDifference(there)(ofA.cells, ofB.cells);
        const opposite = createRowDifference(back)(ofB.cells, ofA.cells);
        expect(parts.reduce((sum, part) => sum + part, level)).toBe(ofB.microLogits - ofA.microLogits);
        expect(opposite.level + level).toBe(0);
        for (const [place, { input }] of there.inputs.entries()) {
          const other = back.inputs.findIndex(({ input: { name } }) => name === input.name);
          expect((opposite.parts[other] as number) + (parts[place] as number)).toBe(0);
        }
      }),
    );
  });

  it('take an input that they read from different columns for two', () => {
    const [model] = fc.sample(arbitraryModel('one'), { seed: 3, numRuns: 1 }) as [Model];
    const other = { ...model, columns: model.columns.map((column) => ({ ...column, source: 'ELSEWHERE' })) };
    const { inputs, otherwise, terms } = compareModels(pairModels(model, other));
    expect(inputs.map(({ name, in: presence }) => [name, presence])).toEqual(
      (['a', 'b'] as const).flatMap((side) => model.inputs.map(({ name }) => [name, side])),
    );
    expect(otherwise.map(({ what, name }) => [what, name])).toEqual(model.inputs.map(({ name }) => ['reading', name]));
    expect(terms.some(({ in: presence }) => presence === 'both')).toBe(false);
  });
});
