import { describe, expect, it } from 'vitest';
import type { Input, Model, Term } from '../../src/domain/model.ts';
import { listEffectFindings } from '../../src/explanation/comparison/effect-words.ts';
import { wordOtherwise } from '../../src/explanation/comparison/setting-words.ts';
import { countBins } from '../../src/model/bins.ts';
import { compareModels, pairModels } from '../../src/model/compare-models.ts';
import { createCode, createInput, createModel, createModelColumn, createTerm } from '../factories/model.ts';

const usage = (change: Partial<Input> = {}): Input => {
  const input = createInput({
    name: 'limit_usage',
    label: { zh: '额度使用率', en: 'Limit usage' },
    decimals: 2,
    edges: [80, 95],
    ...change,
  });
  return { ...input, counts: Array.from({ length: countBins(input) }, () => 1) };
};

const modelOf = (inputs: readonly Input[], terms: readonly Term[], change: Partial<Model> = {}): Model =>
  createModel({
    columns: inputs.map(({ decimals, codes }) => createModelColumn({ decimals, codes })),
    inputs: [...inputs],
    terms: [...terms],
    references: [{ rows: 1, microLogits: terms.map(() => 0) }],
    ...change,
  });

const findings = (a: Model, b: Model, locale: 'zh' | 'en' = 'en'): string[] =>
  listEffectFindings(compareModels(pairModels(a, b))).map(({ text }) => text[locale]);

const term = (...microLogits: number[]) => createTerm({ microLogits });

describe('the words of a comparison', () => {
  it('name a range of values, the difference in log-odds and in odds, and whose risk is higher', () => {
    const a = modelOf([usage()], [term(-100_000, 0, 0, 0)]);
    const b = modelOf([usage()], [term(-100_000, 310_000, -250_000, 0)]);
    expect(findings(a, b)).toEqual([
      'Limit usage (limit_usage) from 0.8 to below 0.95: B sees 0.31 log-odds (odds x1.36) more risk than A',
      'Limit usage (limit_usage) from 0.95 on: B sees 0.25 log-odds (odds x0.78) less risk than A',
    ]);
    expect(findings(a, b, 'zh')).toEqual([
      '额度使用率（limit_usage）从 0.8 到 0.95 以下：B 比 A 高 0.31 对数几率（几率 x1.36）',
      '额度使用率（limit_usage）0.95 及以上：B 比 A 低 0.25 对数几率（几率 x0.78）',
    ]);
    expect(findings(b, a)[0]).toMatch(/B sees 0\.31 log-odds \(odds x0\.73\) less risk than A$/);
  });

  it('join neighbouring bins that differ in one direction, over the edges of both', () => {
    const a = modelOf([usage()], [term(0, 0, 0, 0)]);
    const b = modelOf([usage({ edges: [50, 80, 90] })], [term(0, 0, 200_000, 400_000, 0)]);
    expect(findings(a, b)).toEqual([
      'Limit usage (limit_usage) from 0.8 on: B sees 0.20 to 0.40 log-odds (odds x1.22 to x1.49) more risk than A',
    ]);
  });

  it('tell codes and missing by their names', () => {
    const codes = [createCode({ value: -100, label: { zh: '未开户', en: 'no account' } })];
    const a = modelOf([usage({ codes })], [term(0, 0, 0, 0, 0)]);
    const b = modelOf([usage({ codes })], [term(0, 0, 0, 300_000, -300_000)]);
    expect(findings(a, b).toSorted()).toEqual([
      'Limit usage (limit_usage) missing: B sees 0.30 log-odds (odds x1.35) more risk than A',
      'Limit usage (limit_usage) no account: B sees 0.30 log-odds (odds x0.74) less risk than A',
    ]);
  });

  it('say of categories which of them, though each model groups them its own way', () => {
    const work = (bins: Readonly<Record<string, number>>) =>
      usage({
        decimals: 0,
        edges: null,
        categories: Object.entries(bins).map(([value, bin]) => ({ value, bin })),
      });
    const a = modelOf([work({ x: 0, y: 0, z: 1 })], [term(0, 0, 0, 0)]);
    const b = modelOf([work({ x: 0, y: 1, z: 1 })], [term(0, 200_000, 0, 0)]);
    expect(findings(a, b).toSorted()).toEqual([
      'Limit usage (limit_usage) y: B sees 0.20 log-odds (odds x1.22) more risk than A',
      'Limit usage (limit_usage) z: B sees 0.20 log-odds (odds x1.22) more risk than A',
    ]);
  });

  it('say which tables were compared whole, which over merged bins, and what only one model looks at', () => {
    const other = (edges: number[]) =>
      usage({ name: 'age', label: { zh: '年龄', en: 'Age' }, decimals: 0, edges, source: { column: 'age' } });
    const pair = (bins: number, top: number) =>
      createTerm({
        inputs: [0, 1],
        shape: [4, bins],
        microLogits: Array.from({ length: 4 * bins }, (_, cell) => (cell === 4 * bins - 1 ? top : 0)),
      });
    const a = modelOf([usage(), other([30])], [pair(3, 0)]);
    expect(findings(a, modelOf([usage(), other([30])], [pair(3, 200_000)]))).toEqual([
      expect.stringMatching(
        /^Limit usage \(limit_usage\) x Age \(age\) together \(same bins, whole tables compared\).*missing, Age missing: B sees 0\.20/,
      ),
    ]);
    expect(findings(a, modelOf([usage(), other([30, 40])], [pair(4, 200_000)]))).toEqual([
      expect.stringContaining('together (compared over merged bins)'),
    ]);
    expect(
      findings(modelOf([usage()], [term(0, 0, 0, 0)]), modelOf([usage(), other([30])], [pair(3, 200_000)])),
    ).toEqual([
      expect.stringMatching(/^Only B joins Limit usage \(limit_usage\) x Age \(age\): \+0\.00 to \+0\.20 log-odds/),
    ]);
  });

  it('do not say that a model looks at nothing of what it knows in pairs', () => {
    const pair = createTerm({ inputs: [0, 1], shape: [4, 4], microLogits: Array.from({ length: 16 }, () => 0) });
    const inputs = [usage(), usage({ name: 'other', source: { column: 'other' } })];
    const a = modelOf(inputs, [pair]);
    expect(findings(a, modelOf(inputs, [pair, term(0, 0, 300_000, 0)]))).toEqual([
      expect.stringMatching(/^Only B gives Limit usage \(limit_usage\) an effect of its own: \+0\.00 to \+0\.30/),
    ]);
    expect(
      findings(a, modelOf([...inputs, usage({ name: 'third' })], [pair, { ...term(0, 0, 300_000, 0), inputs: [2] }])),
    ).toEqual([expect.stringMatching(/^Only B looks at Limit usage \(third\)/)]);
  });

  it('measure effects from the mean of each model, so that a constant moved into the intercept is no difference', () => {
    const a = modelOf([usage()], [term(0, 100_000, 200_000, 0)]);
    const b = modelOf([usage()], [term(500_000, 600_000, 700_000, 500_000)], {
      intercept: { microLogits: -500_000, se: 0 },
      references: [{ rows: 9, microLogits: [500_000] }],
    });
    expect(findings(a, b)).toEqual([]);
    expect(compareModels(pairModels(a, b)).level).toEqual({ a: 0, b: 0, difference: 0 });
  });

  it('say what else differs', () => {
    const a = modelOf([usage({ direction: 'increasing' })], [term(0, 0, 0, 0)]);
    const b = modelOf([usage()], [term(0, 0, 0, 0)], { learner: 'boosted', scale: { offsetMilli: 1, factorMilli: 2 } });
    const told = compareModels(pairModels(a, b)).otherwise.map(wordOtherwise);
    expect(told.map(({ en }) => en)).toEqual([
      'Different learners: A scorecard, B boosted',
      'Different scales, so their points cannot be compared: A 501.862 / 28.854, B 0.001 / 0.002',
      'A different direction of risk is kept (limit_usage): A higher = riskier, B none',
    ]);
    expect(told.at(-1)?.zh).toBe('要求的风险方向不同 (limit_usage)：A 越高风险越大，B 无');
  });
});
