import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { Comparison, type RowsComparison } from '../../src/domain/comparison.ts';
import type { Model } from '../../src/domain/model.ts';
import { toCanonicalJson } from '../../src/fingerprint.ts';
import { sealModel } from '../../src/model/seal.ts';
import { parseRecords } from '../../src/store/csv.ts';
import { toLinedText, toModelText, writeModel } from '../../src/store/models.ts';
import { at } from '../reference/exact.ts';
import { linesOf, type Ran, runVigilEach } from '../support/cli.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';
import { loadSample, sampleDictionary, trainSample } from '../support/sample.ts';

const files = useFolder();
const models = join(files.path, 'models');
const sample = fileURLToPath(new URL('../../data/sample.csv', import.meta.url));
const parse = (file: string) => parseRecords(readFileSync(file, 'utf8'), ',', { file, firstRow: 0 });
const [header = [], ...rows] = parse(sample);

const withoutFingerprint = ({ fingerprint: _, ...model }: Model) => model;

/** The same model, but that the highest ordered bin of an input with a rising risk carries half a log-odds more. */
const steepen = (whole: Model): Model => {
  const model = withoutFingerprint(whole);
  const steep = model.inputs.findIndex(({ direction, edges }) => direction === 'increasing' && edges !== null);
  const top = at(model.inputs, steep).edges?.length ?? 0;
  const terms = model.terms.map((term) =>
    term.inputs.join() === String(steep)
      ? { ...term, microLogits: term.microLogits.map((cell, bin) => (bin === top ? cell + 500_000 : cell)) }
      : term,
  );
  return sealModel({ ...model, version: '2', terms });
};

const without = (column: string): string => {
  const place = header.indexOf(column);
  const cut = [header, ...rows].map((cells) => cells.filter((_, index) => index !== place));
  return files.write(`without-${column}.csv`, toCsv(cut));
};

const withLabels = (name: string, label: (own: string, row: number) => string): string => {
  const place = header.indexOf('defaulted');
  const changed = rows.map((cells, row) => cells.map((cell, index) => (index === place ? label(cell, row) : cell)));
  return files.write(name, toCsv([header, ...changed]));
};

const compare = (...args: string[]) => ['compare', ...args, '--models', models];
let ran: Ran[];
let steep: string;

beforeAll(async () => {
  const trained = await trainSample(await loadSample());
  const changed = steepen(trained.model);
  steep = at(
    trained.model.inputs,
    trained.model.inputs.findIndex(({ direction }) => direction === 'increasing'),
  ).name;
  for (const model of [trained.model, changed]) {
    writeModel(models, model, {
      'model.json': toModelText(model),
      'lineage.json': toLinedText(trained.lineage),
      'dictionary.json': toLinedText(sampleDictionary),
      'validation.json': toLinedText(trained.validation),
    });
  }
  const unheld = sealModel({ ...withoutFingerprint(changed), name: 'unheld', version: '1' });
  const { data, ...lineage } = trained.lineage as { data: Record<string, unknown> };
  writeModel(models, unheld, {
    'model.json': toModelText(unheld),
    'lineage.json': toLinedText({ ...lineage, data: { ...data, holdout: null } }),
    'dictionary.json': toLinedText(sampleDictionary),
  });
  const other = without('defaulted');
  ran = await runVigilEach(
    [
      compare('sample@1', 'sample@2'),
      compare('sample@1', 'sample@2', '--locale', 'zh'),
      compare('sample@1', 'sample@2', '--json'),
      compare('sample@1', 'sample@1'),
      compare('sample@1', 'sample@2', '--data', sample, '--json'),
      compare('sample@1', 'sample@2', '--data', sample, '--html', 'page.html'),
      compare('sample@1', 'sample@2', '--data', sample, '--locale', 'zh'),
      compare('sample@1', 'sample@2', '--data', other, '--json', '--movers', '1000'),
      compare(
        'sample@1',
        'sample@2',
        '--data',
        withLabels('half.csv', (own, row) => (row % 2 ? own : '')),
        '--json',
      ),
      compare('sample@1', 'unheld@1', '--data', sample),
      ['score', '--model', 'sample@1', '--models', models, '--in', other, '--out', 'one.csv'],
      compare('sample@1', 'sample@2', '--data', without('credit_limit')),
      compare(
        'sample@1',
        'sample@2',
        '--data',
        withLabels('odd.csv', (own, row) => (row === 7 ? 'x' : own)),
      ),
      compare('sample@1', 'nobody'),
      compare('sample@1', 'sample@2', '--data', 'nowhere.csv'),
      compare('sample@1', 'sample@2', '--data', files.write('empty.csv', '')),
      compare('sample@1', 'sample@2', '--data', files.write('bare.csv', toCsv([header]))),
      compare('sample@1', 'sample@2', '--data', sample, '--policy', 'nowhere.json'),
      compare('sample@1', 'sample@2', '--data', sample, '--missed-bad', '-1'),
      compare('sample@1'),
      compare('sample@1', 'sample@2', '--html', 'nowhere/page.html'),
      compare('sample@1', 'sample@2', '--missed-bad', '3'),
      compare('sample@1', 'sample@2', '--data', other, '--html', other),
    ],
    { cwd: files.path },
  );
});

const comparisonOf = (place: number): Comparison => Comparison.parse(JSON.parse(at(ran, place).stdout));
const rowsOf = (place: number): RowsComparison => comparisonOf(place).rows as RowsComparison;

describe('vigil compare', () => {
  it('says in both languages where two models believe differently', () => {
    const [english, chinese] = [at(ran, 0), at(ran, 1)];
    expect(english).toMatchObject({ code: 0, stderr: '' });
    expect(english.stdout).toMatch(
      new RegExp(`\\(${steep}\\) from .* on: B sees 0\\.50 log-odds \\(odds x1\\.65\\) more risk than A`),
    );
    expect(chinese.stdout).toMatch(new RegExp(`（${steep}）.*及以上：B 比 A 高 0\\.50 对数几率（几率 x1\\.65）`));
    expect(linesOf(chinese.stdout).filter((line) => /[a-z]{3,} [a-z]{3,}/.test(line))).toEqual([]);
  });

  it('prints one canonical JSON object, of one term that differs in one bin', () => {
    const { stdout } = at(ran, 2);
    const comparison = comparisonOf(2);
    expect(stdout).toBe(`${toCanonicalJson(comparison)}\n`);
    const different = comparison.models.terms.filter(({ difference }) => difference.some((value) => value !== 0));
    expect(different.map(({ difference }) => difference.filter((value) => value !== 0))).toEqual([[500_000]]);
    expect(comparison).toMatchObject({ rows: null, models: { level: { difference: 0 }, otherwise: [] } });
  });

  it('says of one model twice that it is the same', () => {
    expect(at(ran, 3).stdout).toContain('The two models are the same to the last bit.');
  });

  it('counts only the rows kept out of training where the file is that of the training', () => {
    const { kind, trainedOn, rows: count, worth, agreement, movers } = rowsOf(4);
    expect({ kind, trainedOn }).toEqual({ kind: 'held', trainedOn: { a: false, b: false } });
    expect(count).toBeGreaterThan(0.19 * rows.length);
    expect(count).toBeLessThan(0.21 * rows.length);
    expect(worth).toMatchObject({
      rows: count,
      money: { source: 'validation', costs: { missedBad: 5, falseAlarm: 1 } },
    });
    expect(agreement.spearman).toBeGreaterThan(0.9);
    for (const { row, id } of movers) expect(id).toBe(at(at(rows, row - 1), header.indexOf('customer_id')));
  });

  it('tells of the rows in both languages', () => {
    const [english, chinese] = [at(ran, 5), at(ran, 6)];
    for (const word of ['Agreement', 'Tiers', 'Who is hit', 'Protected groups', 'Top movers', 'AUC']) {
      expect(english.stdout).toContain(word);
    }
    expect(english.stdout).toContain('insufficient evidence');
    for (const word of ['一致性', '等级变化', '谁受影响', '受保护群体', '差异最大的客户']) {
      expect(chinese.stdout).toContain(word);
    }
    expect(linesOf(chinese.stdout).filter((line) => /[a-z]{3,} [a-z]{3,}/.test(line))).toEqual([]);
  });

  it('writes a page of both languages, with curves of both models, that asks nothing of any other place', () => {
    const page = readFileSync(join(files.path, 'page.html'), 'utf8');
    const [zh = '', en = ''] = page.split('<article').slice(1);
    const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;
    for (const what of [/<h2>/g, /<svg/g, /<tr>/g, /<li>/g]) {
      expect(count(zh, what)).toBeGreaterThan(0);
      expect(count(zh, what)).toBe(count(en, what));
    }
    for (const finding of comparisonOf(2).findings) expect(en).toContain(finding.en);
    expect(page).toContain('id="en" checked');
    expect(page).not.toMatch(/NaN|<script|<link|<iframe|<img|@import|src=|url\((?!#)/);
  });

  it('takes all rows of a file without outcomes, and says that nothing can be said of them', () => {
    const { kind, rows: count, worth, segments } = rowsOf(7);
    expect({ kind, count, worth }).toEqual({ kind: 'file', count: rows.length, worth: null });
    expect(segments.filter(({ protected: isProtected }) => isProtected).map(({ name }) => name)).toEqual(['age']);
  });

  it('counts outcomes where they are known, and every row for all else', () => {
    const { rows: count, worth } = rowsOf(8);
    expect({ count, known: worth?.rows }).toEqual({ count: rows.length, known: Math.floor(rows.length / 2) });
  });

  it('gives no verdict where rows that took no part in training cannot be had', () => {
    const { code, stdout } = at(ran, 9);
    expect(code).toBe(0);
    expect(stdout).toContain('B: was trained on these rows, which flatters it');
    expect(stdout).toContain('a model was trained on these rows, so no verdict');
    expect(stdout).not.toMatch(/B is (better|worse)/);
  });

  it('scores, tiers and acts as vigil score does', () => {
    const [names = [], ...scored] = parse(join(files.path, 'one.csv'));
    for (const { row, a } of rowsOf(7).movers) {
      const cell = (column: string) => at(at(scored, row - 1), names.indexOf(column));
      expect(a).toEqual({
        microLogits: Number(cell('micro_logits')),
        probability: Number(cell('probability')),
        tier: cell('tier'),
        action: cell('action'),
      });
    }
  });

  it('names what is wrong, each with its exit code', () => {
    const faults = ran.slice(11).map(({ code, stdout, stderr }) => ({ code, stdout, fault: linesOf(stderr).at(-1) }));
    const expected: readonly (readonly [number, RegExp])[] = [
      [2, /model sample@1 needs it: column credit_limit .*bad_header/],
      [2, /odd\.csv, row 8, column defaulted, value "x": the label must be one of/],
      [4, /Model nobody was not found/],
      [4, /File nowhere\.csv was not found/],
      [2, /empty\.csv.*bad_header/],
      [2, /bare\.csv cannot be read: it has no rows/],
      [4, /nowhere\.json/],
      [2, /--missed-bad takes a number of at least 0, not "-1"/],
      [2, /missing required argument 'b'/],
      [5, /Cannot write nowhere\/page\.html/],
      [2, /--missed-bad goes with --data/],
      [2, /--data and --html name the same file/],
    ];
    expect(faults).toEqual(
      expected.map(([code, fault]) => ({ code, stdout: '', fault: expect.stringMatching(fault) })),
    );
  });
});
