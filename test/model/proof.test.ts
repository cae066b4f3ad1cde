import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Input, Model, Term } from '../../src/domain/model.ts';
import { AppError } from '../../src/errors.ts';
import { proveMonotone } from '../../src/model/proof.ts';
import { repairMonotone } from '../../src/model/repair.ts';
import { createCode, createInput } from '../factories/model.ts';
import { at } from '../reference/exact.ts';
import { cellFor, countAllBins, leastJointStep, repairPlainly } from '../reference/monotone.ts';

type Tables = Pick<Model, 'inputs' | 'terms'>;

const numberInput = fc
  .record({
    edges: fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 0, maxLength: 3 }),
    codes: fc.constantFrom<Input['codes']>(
      [],
      [createCode({ value: -99 })],
      [createCode({ value: -98, orderedAs: 0 })],
      [createCode({ value: -98, orderedAs: 0 }), createCode({ value: -99 })],
    ),
    direction: fc.constantFrom<Input['direction']>('increasing', 'increasing', 'decreasing', null),
  })
  .map((parts) => createInput({ ...parts, edges: parts.edges.sort((a, b) => a - b) }));

const categoryInput = fc.integer({ min: 1, max: 2 }).map((groups) =>
  createInput({
    edges: null,
    categories: Array.from({ length: groups + 1 }, (_, index) => ({ value: `v${index}`, bin: index % groups })),
  }),
);

const inputsArbitrary = fc
  .array(fc.oneof({ arbitrary: numberInput, weight: 4 }, { arbitrary: categoryInput, weight: 1 }), {
    minLength: 2,
    maxLength: 5,
  })
  .map((inputs) => inputs.map((input, index) => ({ ...input, name: `input_${index}` })));

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

const termOver = (inputs: readonly Input[], chosen: number[], cell: fc.Arbitrary<number>): fc.Arbitrary<Term> => {
  const shape = chosen.map((input) => countAllBins(at(inputs, input)));
  return fc
    .array(cell, { minLength: size(shape), maxLength: size(shape) })
    .map((microLogits) => ({ inputs: chosen, shape, microLogits, se: microLogits.map(() => 0) }));
};

/** Cells are drawn small; own terms rise steeply enough that some models pass and some do not. */
const modelWith = (most: number): fc.Arbitrary<Tables> =>
  inputsArbitrary.chain((inputs) => {
    const places = [...inputs.keys()];
    const cell = fc.integer({ min: -most, max: most });
    const several = fc
      .shuffledSubarray(places, { minLength: 1, maxLength: Math.min(3, places.length) })
      .chain((chosen) => termOver(inputs, chosen, cell));
    const own = fc
      .subarray(places)
      .chain((chosen) => fc.tuple(...chosen.map((input) => termOver(inputs, [input], cell))));
    return fc
      .tuple(own, fc.array(several, { maxLength: 4 }))
      .chain(([single, joint]) =>
        fc.shuffledSubarray([...single, ...joint], { minLength: single.length + joint.length }),
      )
      .map((terms) => ({ inputs, terms }));
  });

const directedInputs = ({ inputs }: Tables) => [...inputs.keys()].filter((index) => at(inputs, index).direction);

describe('proveMonotone', () => {
  it('finds for every input with a direction exactly the least joint step over all bins of all partners', () => {
    fc.assert(
      fc.property(modelWith(5), (model) => {
        const expected = directedInputs(model).map((index) => ({
          input: at(model.inputs, index).name,
          ...leastJointStep(model, index),
          exact: true,
        }));
        expect(proveMonotone(model)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('never claims more than the truth where a group is too large to minimise, and says that it is a bound', () => {
    const count = 220;
    const inputs = ['x', 'a', 'b', 'c'].map((name, index) =>
      createInput({
        name,
        direction: index === 0 ? 'increasing' : null,
        edges: Array.from({ length: index === 0 ? 1 : count - 2 }, (_, edge) => edge),
      }),
    );
    const pairs = [
      [0, 1, 2],
      [0, 2, 3],
      [0, 1, 3],
    ];
    const terms = pairs.map((chosen, place): Term => {
      const shape = chosen.map((input) => countAllBins(at(inputs, input)));
      const microLogits = Array.from(
        { length: size(shape) },
        (_, cell) => ((cell * 7919 + place * 104_729) % 2003) - 1001,
      );
      return { inputs: chosen, shape, microLogits, se: [] };
    });
    const [proof] = proveMonotone({ inputs, terms });
    expect(proof?.exact).toBe(false);
    const ownMinima = terms.map(({ microLogits, shape }) => {
      const stride = size(shape.slice(1));
      const steps = Array.from({ length: stride }, (_, cell) => at(microLogits, stride + cell) - at(microLogits, cell));
      return steps.reduce((least, step) => Math.min(least, step));
    });
    expect(proof?.leastStep).toBe(ownMinima.reduce((sum, least) => sum + least, 0));
    const partner = fc.integer({ min: 0, max: count - 1 });
    fc.assert(
      fc.property(partner, partner, partner, (a, b, c) => {
        const score = (bin: number) => terms.reduce((sum, term) => sum + cellFor(term, [bin, a, b, c]), 0);
        expect(score(1) - score(0)).toBeGreaterThanOrEqual(proof?.leastStep ?? Number.NaN);
      }),
      { numRuns: 500 },
    );
  });
});

describe('repairMonotone', () => {
  const refusal = (model: Tables): string | null => {
    try {
      repairMonotone(model);
      return null;
    } catch (error) {
      if (error instanceof AppError && error.code === 'repair_too_large') return String(error.values.input);
      throw error;
    }
  };

  /** Small repairs, and repairs about as large as the limit. */
  const models = fc.constantFrom(5, 300, 600).chain(modelWith);

  it('gives exactly the cells of the repair formula, records each bin it moved, and refuses above 1,000 micro-logits', () => {
    fc.assert(
      fc.property(models, (model) => {
        const expected = repairPlainly(model);
        expect(refusal(model)).toBe(expected.refused);
        if (expected.refused !== null) return;
        const { model: repaired, repairs } = repairMonotone(model);
        expect(repaired.terms.map((term) => term.microLogits)).toEqual(expected.cells);
        const inOrder = (list: typeof expected.repairs) =>
          [...list].sort((a, b) => a.input.localeCompare(b.input) || a.bin - b.bin);
        expect(inOrder(repairs)).toEqual(inOrder(expected.repairs));
      }),
      { numRuns: 600 },
    );
  });

  it('repairs by exactly 1,000 micro-logits but not by 1,001', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 990, max: 1010 }),
        fc.constantFrom('increasing', 'decreasing'),
        (fall, direction) => {
          const microLogits = direction === 'increasing' ? [fall, 0, 0] : [0, fall, 0];
          const model = {
            inputs: [createInput({ direction })],
            terms: [{ inputs: [0], shape: [3], microLogits, se: [0, 0, 0] }],
          };
          expect(refusal(model)).toBe(fall > 1000 ? 'input_0' : null);
        },
      ),
    );
  });

  it('leaves every input that has an own term proved monotone, by brute force and by the proof', () => {
    fc.assert(
      fc.property(models, (model) => {
        fc.pre(refusal(model) === null);
        const repaired = repairMonotone(model).model;
        const mended = directedInputs(model).filter((index) =>
          model.terms.some(({ inputs }) => inputs.length === 1 && inputs[0] === index),
        );
        for (const index of mended) {
          expect(leastJointStep(repaired, index).leastStep).toBeGreaterThanOrEqual(0);
          const proof = proveMonotone(repaired).find(({ input }) => input === at(model.inputs, index).name);
          expect(proof?.leastStep).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('moves nothing but ordered bins of own terms of inputs with a direction, only upward, and never the model it was given', () => {
    fc.assert(
      fc.property(models, (model) => {
        fc.pre(refusal(model) === null);
        const before = structuredClone(model);
        const repaired = repairMonotone(model).model;
        expect(model).toEqual(before);
        for (const [place, term] of model.terms.entries()) {
          const after = at(repaired.terms, place);
          const input = term.inputs.length === 1 ? at(model.inputs, at(term.inputs, 0)) : null;
          const ordered = input?.direction ? (input.edges?.length ?? -1) + 1 : 0;
          expect({ ...after, microLogits: [] }).toEqual({ ...term, microLogits: [] });
          expect(after.microLogits.slice(ordered)).toEqual(term.microLogits.slice(ordered));
          for (const [bin, cell] of term.microLogits.entries())
            expect(after.microLogits[bin]).toBeGreaterThanOrEqual(cell);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing when it is applied again', () => {
    fc.assert(
      fc.property(models, (model) => {
        fc.pre(refusal(model) === null);
        const once = repairMonotone(model).model;
        expect(repairMonotone(once)).toEqual({ model: once, repairs: [] });
      }),
      { numRuns: 300 },
    );
  });
});
