import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/domain/model.ts';
import { pairModels } from '../../src/model/compare-models.ts';
import { writeComparison } from '../../src/usecases/compare-models.ts';
import { writeComparisonPage } from '../../training/report/comparison.ts';
import { createTerm, createWholeModel } from '../factories/model.ts';

const label = { zh: '<b>额度</b>', en: '<script>limit</script>' };

/** Two models with markup for words, pairs that differ and a triple that only B has. */
const compared = () => {
  const one = createWholeModel();
  const inputs = one.inputs.map((input) => ({ ...input, label }));
  const cells = (count: number, step: number) => Array.from({ length: count }, (_, cell) => cell * step);
  const a: Model = { ...one, inputs };
  const b: Model = {
    ...one,
    version: '2',
    fingerprint: 'other',
    inputs,
    terms: [
      ...one.terms.slice(0, 3),
      createTerm({ inputs: [2, 1], shape: [3, 4], microLogits: cells(12, 50_000) }),
      createTerm({ inputs: [0, 1, 2], shape: [5, 4, 3], microLogits: cells(60, 10_000) }),
    ],
    references: one.references.map((window) => ({ ...window, microLogits: [...window.microLogits, 0] })),
  };
  return writeComparison(pairModels(a, b));
};

describe('the page of a comparison', () => {
  it('never takes a text for markup', async () => {
    const page = await writeComparisonPage(compared(), 'zh');
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('<b>额度');
    expect(page).toContain('&lt;script&gt;limit');
    expect(page).toContain('id="zh" checked');
  });

  it('draws the difference of a pair whose inputs stand in another order, and lists the triple', async () => {
    const comparison = compared();
    expect(comparison.models.terms.map(({ inputs, in: presence, bins }) => [inputs.length, presence, bins])).toEqual(
      expect.arrayContaining([
        [2, 'both', 'same'],
        [3, 'b', 'own'],
      ]),
    );
    const page = await writeComparisonPage(comparison, 'en');
    expect(page).toContain('Differences of joint effects');
    expect(page).not.toContain('NaN');
  });

  it('is the same to the last bit again', async () => {
    expect(await writeComparisonPage(compared(), 'en')).toBe(await writeComparisonPage(compared(), 'en'));
  });
});
