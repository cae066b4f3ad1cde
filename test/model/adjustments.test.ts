import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adjustment, AdjustmentContent } from '../../src/domain/adjustment.ts';
import type { Model } from '../../src/domain/model.ts';
import {
  findAdjustmentFall,
  findAdjustmentFaults,
  isSealedAdjustment,
  reachesSegment,
  toAdjustmentTerms,
} from '../../src/model/adjustments.ts';
import { createAdjustment, createAdjustmentContent } from '../factories/adjustment.ts';
import { createWholeModel } from '../factories/model.ts';
import { leastJointStep } from '../reference/monotone.ts';
import { arbitraryAdjustments } from '../support/arbitrary-adjustment.ts';
import { arbitraryModel } from '../support/arbitrary-model.ts';

const whole = createWholeModel();

describe('an adjustment', () => {
  it('is sealed by its fingerprint, and has an end', () => {
    const adjustment = createAdjustment(whole);
    expect(Adjustment.parse(adjustment)).toEqual(adjustment);
    expect(isSealedAdjustment(adjustment)).toBe(true);
    expect(isSealedAdjustment({ ...adjustment, to: '2027-01-01' })).toBe(false);
    const { to: _, ...endless } = createAdjustmentContent();
    expect(AdjustmentContent.safeParse(endless).success).toBe(false);
    const cell = (microLogits: number) =>
      createAdjustmentContent({ tables: [{ inputs: [], microLogits: [microLogits] }] });
    expect(AdjustmentContent.safeParse(cell(3_000_000)).success).toBe(true);
    expect(AdjustmentContent.safeParse(cell(-3_000_001)).success).toBe(false);
    expect(AdjustmentContent.safeParse(cell(0.5)).success).toBe(false);
  });

  it('touches everybody, or only its segments', () => {
    expect([null, 'a', 'b'].map((segment) => reachesSegment({ segments: null }, segment))).toEqual([true, true, true]);
    expect([null, 'a', 'b'].map((segment) => reachesSegment({ segments: ['a'] }, segment))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it.each([
    ['of another model', { ...createAdjustment(createWholeModel({ version: '9' })) }],
    ['over an input that is not there', createAdjustment(whole, { tables: [{ inputs: ['none'], microLogits: [1] }] })],
    ['over an input twice', createAdjustment(whole, { tables: [{ inputs: ['half', 'half'], microLogits: [1] }] })],
    ['with too few cells', createAdjustment(whole, { tables: [{ inputs: ['half'], microLogits: [1, 0] }] })],
    ['that changes nothing', createAdjustment(whole, { tables: [{ inputs: ['half'], microLogits: [0, 0, 0] }] })],
    ['that expires before it holds', createAdjustment(whole, { to: '2026-06-01' })],
    ['with a segment twice', createAdjustment(whole, { segments: ['a', 'a'] })],
    [
      'with two tables over the same inputs',
      createAdjustment(whole, {
        tables: [
          { inputs: ['half', 'work'], microLogits: Array.from({ length: 12 }, () => 1) },
          { inputs: ['work', 'half'], microLogits: Array.from({ length: 12 }, () => 1) },
        ],
      }),
    ],
  ])('%s does not fit', (_, adjustment) => {
    expect(findAdjustmentFaults(whole, adjustment)).toHaveLength(1);
  });

  it('fits where it fits', () => {
    fc.assert(
      fc.property(
        arbitraryModel('m').chain((model) =>
          fc.record({ model: fc.constant(model), adjustments: arbitraryAdjustments(model) }),
        ),
        ({ model, adjustments }) => {
          for (const adjustment of adjustments) {
            const isIdle = adjustment.tables.every(({ microLogits }) => microLogits.every((cell) => cell === 0));
            expect(findAdjustmentFaults(model, adjustment).length).toBe(isIdle ? 1 : 0);
          }
        },
      ),
    );
  });
});

/** Every choice of some things. */
const choices = <Thing>(things: readonly Thing[]): Thing[][] =>
  things.reduce<Thing[][]>((found, thing) => found.concat(found.map((chosen) => chosen.concat([thing]))), [[]]);

/** Whether model and adjustments fall anywhere, by trying every combination of bins. */
const falls = (model: Model, adjustments: readonly Adjustment[]): boolean => {
  const terms = [...model.terms, ...adjustments.flatMap((each) => toAdjustmentTerms(model, each))];
  return model.inputs.some((input, x) => input.direction && leastJointStep({ ...model, terms }, x).leastStep < 0);
};

/** A model with directions, steep enough that some adjustments pass. */
const directed = arbitraryModel('m').map((model) => ({
  ...model,
  inputs: model.inputs.map((input) => (input.edges ? { ...input, direction: 'increasing' as const } : input)),
  terms: model.inputs.flatMap((input, place) =>
    input.edges
      ? [
          {
            inputs: [place],
            shape: [input.counts.length],
            microLogits: input.counts.map((_, bin) => 4 * bin),
            se: input.counts.map(() => 0),
          },
        ]
      : [],
  ),
}));

describe('the proof of an adjustment', () => {
  it('holds for every choice of the others, and refuses only where a choice of them falls', () => {
    const cases = directed.chain((model) =>
      fc.record({ model: fc.constant(model), all: arbitraryAdjustments(model, { count: 3, most: 3 }) }),
    );
    fc.assert(
      fc.property(cases, ({ model, all }) => {
        const [own, ...others] = all;
        if (!own) return;
        const fall = findAdjustmentFall(model, own, others);
        const isFalling = choices(others).some((chosen) => falls(model, [own, ...chosen]));
        if (isFalling) expect(fall).not.toBeNull();
        const hasOneTable = others.every(({ tables }) => tables.length === 1);
        if (hasOneTable && fall) expect(isFalling).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  const steps = (...microLogits: number[]) => ({ tables: [{ inputs: ['amount'], microLogits }] });
  const falling = createAdjustment(whole, { name: 'falling', ...steps(0, 600, 0, 0, 0) });

  it('names the input and the bin at which the score would fall', () => {
    expect(findAdjustmentFall(whole, falling, [])).toMatchObject({
      proof: { input: 'amount', atBin: 1, leastStep: -100 },
      beside: [],
    });
    expect(findAdjustmentFall(whole, createAdjustment(whole, steps(0, 500, 0, 0, 0)), [])).toBeNull();
    expect(findAdjustmentFall(whole, createAdjustment(whole, steps(0, 0, 0, 900, -900)), [])).toBeNull();
  });

  it('does not let another adjustment make up for a fall, since that one may be withdrawn', () => {
    const lifting = createAdjustment(whole, { name: 'lifting', ...steps(0, 0, 900, 0, 0) });
    expect(findAdjustmentFall(whole, falling, [lifting])).not.toBeNull();
    expect(findAdjustmentFall(whole, lifting, [])).toBeNull();
  });

  it('is joint over what can be in force on one day for one segment, and over nothing else', () => {
    const half = (name: string, change: object = {}) =>
      createAdjustment(whole, { name, ...steps(0, 300, 0, 0, 0), ...change });
    const first = half('first');
    expect(findAdjustmentFall(whole, half('second'), [])).toBeNull();
    expect(findAdjustmentFall(whole, half('second'), [first])).toMatchObject({ beside: ['first'] });
    const later = { from: '2026-07-01', to: '2026-08-01' };
    expect(findAdjustmentFall(whole, half('second', later), [first])).toBeNull();
    const [north, south] = [half('north', { segments: ['north'] }), half('south', { segments: ['south'] })];
    expect(findAdjustmentFall(whole, north, [south])).toBeNull();
    expect(findAdjustmentFall(whole, first, [north])).toMatchObject({ beside: ['north'] });
    expect(findAdjustmentFall(whole, north, [first])).toMatchObject({ beside: ['first'] });
    const third = (name: string, change: object) =>
      createAdjustment(whole, { name, ...steps(0, 200, 0, 0, 0), ...change });
    const [june, july] = [third('june', {}), third('july', later)];
    const both = third('both', { from: '2026-06-01', to: '2026-08-01' });
    expect(findAdjustmentFall(whole, both, [june, july])).toBeNull();
    const middle = third('middle', { from: '2026-06-15', to: '2026-07-15' });
    expect(findAdjustmentFall(whole, both, [june, middle])).toMatchObject({ beside: ['june', 'middle'] });
  });
});
