import { beforeAll, describe, expect, it } from 'vitest';
import { sealPolicy } from '../../src/store/policies.ts';
import { writeReport } from '../../training/report/report.ts';
import { words } from '../../training/report/words.ts';
import type { Trained } from '../../training/train.ts';
import type { CellRows } from '../../training/validation/cell-rows.ts';
import { createTerm } from '../factories/model.ts';
import { createPolicy } from '../factories/policy.ts';
import { loadSample, sampleDictionary, trainSample } from '../support/sample.ts';

const dictionary = sampleDictionary;
let trained: Trained;
let page: string;

beforeAll(async () => {
  trained = await trainSample(await loadSample());
  page = await writeReport({ ...trained, dictionary, locale: 'zh' });
});

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const articles = (text: string) => text.split('<article').slice(1);

describe('the report', () => {
  it('says everything in both languages, and opens in the one asked for', async () => {
    const [zh = '', en = ''] = articles(page);
    for (const word of Object.values(words)) {
      expect(en.includes(`<h2>${escaped(word.en)}</h2>`)).toBe(zh.includes(`<h2>${escaped(word.zh)}</h2>`));
    }
    const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;
    for (const what of [/<h2>/g, /<svg/g, /<tr>/g]) expect(count(zh, what)).toBe(count(en, what));
    expect(page).toContain('id="zh" checked');
    expect(await writeReport({ ...trained, dictionary, locale: 'en' })).toContain('id="en" checked');
  });

  it('shows every verdict, every input with its effect, and the scorecard', () => {
    const [zh = '', en = ''] = articles(page);
    for (const { message } of trained.validation.gates) {
      expect(zh).toContain(escaped(message.zh));
      expect(en).toContain(escaped(message.en));
    }
    for (const { name } of trained.model.inputs) expect(en).toContain(`(${name})</figcaption>`);
    expect(en).toContain(trained.model.fingerprint);
  });

  it('shows fairness under the tiers of the policy made for the model, where there is one', async () => {
    const policy = sealPolicy(createPolicy({ name: 'shown', version: '3' }));
    const under = await trainSample(await loadSample(), { policy });
    const [zh = '', en = ''] = articles(await writeReport({ ...under, dictionary, locale: 'zh' }));
    expect(en).toContain('shown@3: Under the tiers of the policy');
    expect(zh).toContain('shown@3: 按策略的等级');
    for (const cutOff of ['10.00%', '30.00%']) {
      expect(en).toContain(` or higher is adverse (PD ≥ ${cutOff})`);
      expect(zh).toContain(`及以上视为不利 (PD ≥ ${cutOff})`);
    }
    expect(page).not.toContain('Under the tiers of the policy');
    expect(under.model).toEqual(trained.model);
  });

  it('needs nothing from outside: no script, no link, no picture or style by address', () => {
    expect(page).not.toMatch(/<script|<link|<iframe|<img|@import|src=|url\((?!#)/);
    expect(page).toContain("default-src 'none'");
  });

  it('is the same to the last bit again', async () => {
    expect(await writeReport({ ...trained, dictionary, locale: 'zh' })).toBe(page);
  });

  it('never takes a text for markup', async () => {
    const label = { zh: '<b>坏</b>', en: '<script>bad</script>' };
    const { model } = trained;
    const inputs = model.inputs.map((input) => ({ ...input, label }));
    const hostile = await writeReport({ ...trained, model: { ...model, inputs }, dictionary, locale: 'en' });
    expect(hostile).not.toContain('<script>');
    expect(hostile).not.toContain('<b>坏');
    expect(hostile).toContain('&lt;script&gt;bad');
  });

  it('draws terms over two inputs as heat maps, and those over three in slices', async () => {
    const { model } = trained;
    const [a = 0, b = 0, c = 0] = model.inputs.map(({ counts }) => counts.length);
    const cells = (count: number) => Array.from({ length: count }, (_, cell) => 1000 * cell);
    const terms = [
      ...model.terms,
      createTerm({ inputs: [0, 1], shape: [a, b], microLogits: cells(a * b) }),
      createTerm({ inputs: [0, 1, 2], shape: [a, b, c], microLogits: cells(a * b * c) }),
    ];
    const drawn = await writeReport({ ...trained, model: { ...model, terms }, dictionary, locale: 'en' });
    const more = (drawn.match(/<svg/g)?.length ?? 0) - (page.match(/<svg/g)?.length ?? 0);
    expect(more).toBe(2 * (1 + a));
    expect(drawn).toContain(words.interactions.zh);
    expect(page).not.toContain(`<h2>${words.interactions.zh}</h2>`);
  });

  it('hatches the cells of heat maps that hold few rows, and says which rows were counted', async () => {
    const { model } = trained;
    const [a = 0, b = 0] = model.inputs.map(({ counts }) => counts.length);
    const cells = Array.from({ length: a * b }, (_, cell) => 1000 * cell);
    const terms = [...model.terms, createTerm({ inputs: [0, 1], shape: [a, b], microLogits: cells })];
    const drawWith = (rows: number, of: CellRows['of']) => {
      const counts = [...model.terms.map(() => null), cells.map((_, cell) => (cell === 0 ? 0 : rows))];
      const given = { ...trained, model: { ...model, terms }, cellRows: { of, counts }, dictionary };
      return writeReport({ ...given, locale: 'en' });
    };
    // Like shapes are one path, which begins anew for each.
    const hatched = (drawn: string) =>
      Array.from(
        drawn.matchAll(/<path d="([^"]*)"[^>]* fill="url\(#c\d+-p\d+\)"/g),
        ([, d]) => d?.match(/M/g)?.length,
      ).reduce((sum, shapes) => (sum ?? 0) + (shapes ?? 0), 0);
    const [many, few] = [await drawWith(30, 'training'), await drawWith(29, 'other')];
    // In each language: the cell without rows and two squares of the legend; then all cells.
    expect(hatched(many)).toBe(2 * (1 + 2));
    expect(hatched(few)).toBe(2 * (a * b + 2));
    expect(many).toContain('rows counted: the training rows.');
    expect(few).toContain('计数所用的行：训练数据之外的文件。');
    for (const word of ['少于 30 行', 'fewer than 30 rows', '没有数据', 'no row']) expect(few).toContain(word);
  });
});
