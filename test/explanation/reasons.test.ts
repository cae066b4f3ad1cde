import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttribution, createAttributor } from '../../src/explanation/attribution.ts';
import { nameScoreReasons } from '../../src/explanation/reasons.ts';
import { createInput, createTerm } from '../factories/model.ts';
import { at } from '../reference/exact.ts';
import { type Compared, divideScore, namePlainReasons } from '../reference/reasons.ts';

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** Up to seven groups, so that more than four may add risk; small differences, so that ties are common. */
const comparedArbitrary: fc.Arbitrary<Compared> = fc
  .record({
    groups: fc.integer({ min: 1, max: 7 }),
    inputs: fc.integer({ min: 1, max: 9 }),
    most: fc.constantFrom(2, 10, 100_000_000),
  })
  .chain((sizes) => {
    const value = fc.integer({ min: -sizes.most, max: sizes.most });
    const places = Array.from({ length: sizes.inputs }, (_, index) => index);
    return fc.record({
      groupOf: fc.array(fc.integer({ min: 0, max: sizes.groups - 1 }), {
        minLength: sizes.inputs,
        maxLength: sizes.inputs,
      }),
      terms: fc.array(
        fc.record({
          inputs: fc.shuffledSubarray(places, { minLength: 1, maxLength: Math.min(3, sizes.inputs) }),
          cell: value,
          reference: value,
        }),
        { minLength: 1, maxLength: 12 },
      ),
      groups: fc.constant(sizes.groups),
    });
  })
  .map(({ groupOf, terms, groups }) => ({
    model: {
      groups: Array.from({ length: groups }, (_, index) => ({
        name: `group_${index}`,
        code: `G${index}`,
        label: { zh: '组', en: 'group' },
      })),
      inputs: groupOf.map((group, index) => createInput({ name: `input_${index}`, group: `group_${group}` })),
      terms: terms.map(({ inputs, cell }) => createTerm({ inputs, shape: inputs.map(() => 1), microLogits: [cell] })),
    },
    cells: terms.map(({ cell }) => cell),
    references: terms.map(({ reference }) => reference),
  }));

const attribute = ({ model, cells, references }: Compared, into = createAttribution(model)) => {
  const attributor = createAttributor(model, { target: sum(references), microLogits: references, outsideGrid: false });
  attributor.attribute(Float64Array.from(cells), into);
  return into;
};

describe('createAttributor', () => {
  it('divides each term among the distinct groups of its inputs and, within a group, among its inputs', () => {
    fc.assert(
      fc.property(comparedArbitrary, (compared) => {
        const { parts, groups } = attribute(compared);
        expect({ parts: [...parts], groups: [...groups] }).toEqual(divideScore(compared));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives parts and group sums that are integers and add up to exactly score minus reference', () => {
    fc.assert(
      fc.property(comparedArbitrary, (compared) => {
        const { parts, groups } = attribute(compared);
        const difference = sum(compared.cells) - sum(compared.references);
        expect(sum(parts)).toBe(difference);
        expect(sum(groups)).toBe(difference);
        expect([...parts, ...groups].every(Number.isSafeInteger)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('gives every group the sum of the parts of its inputs', () => {
    fc.assert(
      fc.property(comparedArbitrary, (compared) => {
        const { parts, groups } = attribute(compared);
        const { model } = compared;
        for (const [place, { name }] of model.groups.entries()) {
          expect(sum(parts.filter((_, input) => at(model.inputs, input).group === name))).toBe(groups[place]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on what the room held before', () => {
    fc.assert(
      fc.property(comparedArbitrary, fc.integer(), (compared, rubbish) => {
        const room = createAttribution(compared.model);
        room.parts.fill(rubbish);
        room.groups.fill(rubbish);
        expect(attribute(compared, room)).toEqual(attribute(compared));
      }),
      { numRuns: 200 },
    );
  });

  it('gives the remainder to the first groups in dictionary order and within a group to the first inputs in term order', () => {
    const model = {
      groups: ['first', 'second'].map((name) => ({ name, code: name.toUpperCase(), label: { zh: '组', en: name } })),
      inputs: [
        createInput({ name: 'a', group: 'second' }),
        createInput({ name: 'b', group: 'first' }),
        createInput({ name: 'c', group: 'second' }),
      ],
      terms: [createTerm({ inputs: [2, 0, 1], shape: [1, 1, 1], microLogits: [7] })],
    };
    const divided = attribute({ model, cells: [7], references: [0] });
    expect([...divided.groups]).toEqual([4, 3]);
    expect([...divided.parts]).toEqual([1, 4, 2]);
    const below = attribute({ model, cells: [-7], references: [0] });
    expect([...below.groups]).toEqual([-3, -4]);
    expect([...below.parts]).toEqual([-2, -3, -2]);
  });
});

describe('nameScoreReasons', () => {
  it('names the reasons and mitigating factors of the definition, each by the input with the largest part', () => {
    fc.assert(
      fc.property(comparedArbitrary, (compared) => {
        const named = nameScoreReasons(compared.model, attribute(compared));
        const expected = namePlainReasons(compared.model, divideScore(compared));
        const asScore = <Plain>(reasons: readonly Plain[]) => reasons.map((reason) => ({ kind: 'score', ...reason }));
        expect(named.reasons).toEqual(asScore(expected.reasons));
        expect(named.mitigating).toEqual(asScore(expected.mitigating));
      }),
      { numRuns: 1000 },
    );
  });

  it('never names a group that adds nothing, nor more than four reasons', () => {
    fc.assert(
      fc.property(comparedArbitrary, (compared) => {
        const { reasons, mitigating } = nameScoreReasons(compared.model, attribute(compared));
        expect(reasons.length).toBeLessThanOrEqual(4);
        expect(reasons.every(({ microLogits }) => (microLogits ?? 0) > 0)).toBe(true);
        expect(mitigating.every(({ microLogits }) => (microLogits ?? 0) < 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
