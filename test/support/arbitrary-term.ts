import fc from 'fast-check';
import type { Term } from '../../src/domain/model.ts';
import { at } from '../reference/exact.ts';

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

const cells = (shape: readonly number[], cell: fc.Arbitrary<number>) =>
  fc.array(cell, { minLength: size(shape), maxLength: size(shape) });

/** A term over one to three of the inputs that have so many bins, its cells up to `most` from 0. */
export const termOver = (counts: readonly number[], most = 100_000_000): fc.Arbitrary<Term> =>
  fc.shuffledSubarray([...counts.keys()], { minLength: 1, maxLength: Math.min(3, counts.length) }).chain((inputs) => {
    const shape = inputs.map((input) => at(counts, input));
    return fc.record({
      inputs: fc.constant(inputs),
      shape: fc.constant(shape),
      microLogits: cells(shape, fc.integer({ min: -most, max: most })),
      se: cells(shape, fc.integer({ min: 0, max: 10_000_000 })),
    });
  });
