import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../src/domain/dictionary.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { drawBootstrap } from '../../training/learners/interval.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { createDictionary, createIgnoredColumn, createNumberColumn } from '../factories/frame.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';
import { trainSample } from '../support/sample.ts';

const files = useFolder();
const columns = [createNumberColumn({ name: 'x' }), createNumberColumn({ name: 'z' }), createIgnoredColumn('who')];
const dictionaryOf = (change: Partial<Dictionary>): Dictionary => createDictionary({ columns, ...change });

/** Customers of eight rows each: x is drawn once for each of them and so is the outcome, by z alone. */
const writePanel = (): string => {
  const random = createRandom(4);
  const rows = Array.from({ length: 120 }, (_, customer) => {
    const [x, z] = [random.whole(0, 100_000), random.whole(0, 9)];
    const label = random.uniform() < 0.05 + 0.05 * z ? '1' : '0';
    return Array.from({ length: 8 }, () => [String(x), String(z), `C${customer}`, label]);
  });
  return files.write('panel.csv', toCsv([['x', 'z', 'who', 'y'], ...rows.flat()]));
};

describe('rows of which a customer has several', () => {
  it('are numbered by customer, whatever the order, and refused where one has none', async () => {
    const write = (ids: readonly string[]) =>
      files.write('ids.csv', toCsv([['x', 'z', 'who', 'y'], ...ids.map((id) => ['1', '2', id, '0'])]));
    const dictionary = dictionaryOf({ customer: 'who' });
    const frame = await loadFrame(dictionary, write(['b', 'a', ' b ', 'c', 'a']));
    expect([...(frame.customers ?? [])]).toEqual([0, 1, 0, 2, 1]);
    expect((await loadFrame(dictionaryOf({}), write(['b', 'b']))).customers).toBeUndefined();
    const fault = await faultOf(() => loadFrame(dictionary, write(['b', ''])));
    expect(fault).toMatchObject({ code: 'bad_cell' });
    expect(fault.detail('en')).toContain('row 2, column who');
  });

  it.each([
    ['missing', 'there is no column missing'],
    ['x', 'x must have the role id or ignored'],
  ])('cannot be told apart by %s', async (customer, problem) => {
    const fault = await faultOf(() => loadFrame(dictionaryOf({ customer }), writePanel()));
    expect(fault).toMatchObject({ code: 'bad_dictionary' });
    expect(fault.detail('en')).toContain(problem);
  });

  it('are drawn together in a bootstrap sample, as many customers as there are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 60 }), fc.nat(1_000), (of, seed) => {
        const sample = {
          labels: new Uint8Array(of.length),
          weights: new Float64Array(of.length).fill(1),
          customers: Float64Array.from(of),
        };
        const { weights } = drawBootstrap(sample, seed);
        const times = new Map(of.map((customer, row) => [customer, weights[row] ?? 0]));
        expect([...weights]).toEqual(of.map((customer) => times.get(customer)));
        expect([...times.values()].reduce((sum, each) => sum + each, 0)).toBe(times.size);
        const alone = drawBootstrap({ labels: sample.labels, weights: sample.weights }, seed);
        expect(alone.weights.reduce((sum, each) => sum + each, 0)).toBe(of.length);
      }),
    );
  });

  it('are no witness for one another: what tells a customer from others alone tells nothing of rows held out', async () => {
    const path = writePanel();
    const settings = TrainingSettings.parse({ intervalRefits: 2, coverageRefits: 1, validation: { replicates: 20 } });
    const trainAs = async (change: Partial<Dictionary>) =>
      trainSample(await loadFrame(dictionaryOf(change), path), { learner: 'boosted', settings });
    const [whole, split] = [await trainAs({ customer: 'who' }), await trainAs({})];
    const aucOf = ({ figures }: typeof whole) => figures[0]?.figures.auc ?? 0;
    expect(aucOf(split) - aucOf(whole)).toBeGreaterThan(0.03);
    const held = (whole.lineage.data as { holdout: { rows: number } }).holdout.rows;
    expect(held % 8).toBe(0);
    const widthOf = ({ validation }: typeof whole) => {
      const { lower, upper } = validation.discrimination[0]?.auc ?? {};
      return (upper ?? 0) - (lower ?? 0);
    };
    expect(widthOf(whole)).toBeGreaterThan(1.5 * widthOf(split));
    const holdout = (trained: typeof whole) => (trained.lineage.data as { holdout: object }).holdout;
    expect(holdout(whole)).toMatchObject({ fold: 0, customer: 'who', rows: expect.any(Number) });
    expect(holdout(split)).not.toHaveProperty('customer');
  });
});
