import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawFields } from '../../src/decision/row.ts';
import type { Decision } from '../../src/domain/decision.ts';
import type { Model } from '../../src/domain/model.ts';
import { parseRecords } from '../../src/store/csv.ts';
import { readDictionary } from '../../src/store/dictionaries.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { toModelText, writeModel } from '../../src/store/models.ts';
import { explainRow } from '../../src/usecases/explain-row.ts';
import { acceptedFormat, type FileFormat, type OpenedPlan, openPlan } from '../../src/usecases/open-plan.ts';
import { createBlockScorer, type ScoreOptions, scoreText } from '../../src/usecases/score-block.ts';
import { scoreFile } from '../../src/usecases/score-file.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { fitModel } from '../../training/fit.ts';
import { defaultSettings } from '../../training/settings.ts';
import { createCategoryColumn, createFrame, createNumberColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { type Form, plainForm, writeForm, writeNumber } from '../support/forms.ts';
import { readGoldenLines } from '../support/golden.ts';
import { createRandom } from '../support/random.ts';

const files = useFolder();
const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** A morning in Shanghai that is still the day before in London. */
const now = '2026-05-31T20:00:00.000Z';
const day = '2026-06-01';

const store = (model: Model): OpenedPlan => {
  writeModel(files.path, model, { 'model.json': toModelText(model) });
  return openPlan({ model: model.name, modelFolders: [files.path], policy: undefined, day });
};

const fitOn = async (frame: Parameters<typeof fitModel>[0]['frame'], name: string): Promise<Model> => {
  const request = { frame, settings: defaultSettings, includeProtected: false, withInterval: false };
  return (await fitModel({ ...request, name, learner: 'scorecard', onProgress: () => undefined })).model;
};

const sampleFile = fromRoot('data/sample.csv');
const dictionary = readDictionary(fromRoot('data/sample/dictionary.json'));
const [header = [], ...rows] = parseRecords(readFileSync(sampleFile, 'utf8'), ',', { file: sampleFile, firstRow: 0 });
const sample = loadFrame(dictionary, sampleFile).then(async (frame) => store(await fitOn(frame, 'sample')));

/** A model of a category and an amount, the first two columns of their file. */
const shops = (() => {
  const random = createRandom(9);
  const work = Array.from({ length: 900 }, () => at(['a', 'b', 'c'], random.whole(0, 2)));
  const labels = work.map((value) => (random.uniform() < { a: 0.1, b: 0.3, c: 0.6 }[value as 'a' | 'b' | 'c'] ? 1 : 0));
  const x = labels.map((label) => 10 * label + random.whole(0, 30));
  const columns = [
    { column: createCategoryColumn({ name: 'work', source: '1' }), values: work },
    { column: createNumberColumn({ name: 'x', source: '2', decimals: 2 }), values: x },
  ];
  return fitOn(createFrame(columns, labels), 'shops').then(store);
})();

interface Scored {
  readonly text: string;
  readonly rows: Record<string, string>[];
}

/** What scoring added to each row, without the columns it carried through. */
const withoutInput = ({ rows }: Scored): Record<string, string>[] =>
  rows.map(({ work: _, x: __, 1: ___, 2: ____, 姓名: _____, ...added }) => added);

const readScored = (text: string): Scored => {
  const [names = [], ...cells] = parseRecords(text, ',', { file: 'scored', firstRow: 0 });
  return { text, rows: cells.map((row) => Object.fromEntries(names.map((name, place) => [name, at(row, place)]))) };
};

/** What a test says of scoring beside the format of the model's own files. */
type Said = Partial<Omit<ScoreOptions, 'format'> & FileFormat>;

const optionsOf = (
  opened: OpenedPlan,
  { reasons = 4, day: on = day, ...form }: Said = {},
): Omit<ScoreOptions, 'file'> => ({
  reasons,
  day: on,
  format: { ...acceptedFormat(opened), ...form },
});

/** Scores a file by workers. */
const scoreOne = async (opened: OpenedPlan, input: string, { encoding, ...more }: Said = {}): Promise<Scored> => {
  const output = join(files.path, 'scored.csv');
  await scoreFile({
    opened,
    input,
    output,
    encoding,
    options: optionsOf(opened, more),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return readScored(readFileSync(output, 'utf8'));
};

const scoreTable = (opened: OpenedPlan, table: readonly (readonly (string | number)[])[]): Promise<Scored> =>
  scoreOne(opened, files.write('rows.csv', toCsv(table)));

/** The same in this thread, without files. */
const scoreHere = (opened: OpenedPlan, names: readonly string[], lines: string, reasons = 4): Scored => {
  const options = { ...optionsOf(opened, { reasons }), file: 'rows.csv' };
  const scorer = createBlockScorer(opened.plan, names, options);
  const { text } = scoreText(scorer, lines, { parts: opened.parts, names, options });
  return readScored(`${scorer.header}\n${text}`);
};

const explain = (opened: OpenedPlan, fields: RawFields): Decision =>
  explainRow({ opened, fields, purpose: 'application', previous: null, now, timeZone: 'Asia/Shanghai' }).decision;

/** What a line of a scored file must say of a decision; the score's reasons are all named, whatever the rules say. */
const expectLine = (line: Record<string, string>, decision: Decision): void => {
  const { score } = decision;
  if (!score) throw new Error('no score');
  const named = [1, 2, 3, 4].map((place) => [line[`reason_${place}`], line[`reason_${place}_micro_logits`]]);
  const byScore = decision.reasons
    .filter(({ kind }) => kind === 'score')
    .map(({ code, microLogits }) => [code, String(microLogits)]);
  expect(line).toMatchObject({
    probability: score.probability.toFixed(9),
    points: String(score.points),
    micro_logits: String(score.microLogits),
    tier: decision.tier.final,
    action: decision.action,
    rules: decision.rules.hits.map(({ id }) => id).join(' '),
  });
  expect(named.slice(0, byScore.length)).toEqual(byScore);
  if (decision.reasons.every(({ kind }) => kind === 'score')) {
    expect(named.slice(byScore.length)).toEqual(new Array(4 - byScore.length).fill(['', '']));
  }
};

const TEXTS = new Set(['customer_id', 'employment']);
const toField = (name: string, cell: string): string | number | null => {
  if (cell === '') return null;
  return TEXTS.has(name) ? cell : Number(cell);
};

describe('a scored file', () => {
  it('says of 200 rows of the sample what explaining each of them says', async () => {
    const opened = await sample;
    const random = createRandom(4);
    const chosen = Array.from({ length: 200 }, () => at(rows, random.whole(0, rows.length - 1)));
    const scored = await scoreTable(opened, [header, ...chosen]);
    expect(scored.rows.length).toBe(200);
    const tiers = new Set<string>();
    for (const [place, row] of chosen.entries()) {
      const fields = Object.fromEntries(header.map((name, column) => [name, toField(name, at(row, column))]));
      const decision = explain(opened, fields);
      tiers.add(decision.tier.final);
      expectLine(at(scored.rows, place), decision);
    }
    expect([...tiers].sort()).toEqual(['high', 'low', 'medium']);
  });

  it('says of the golden inputs of the champion, under the policy with its rules, what explaining them says', async () => {
    const opened = openPlan({ model: 'taiwan-card', modelFolders: modelFolders(undefined), policy: undefined, day });
    const { columns } = opened.plan.features;
    const { name, version } = opened.plan.model;
    const inputs = readGoldenLines(`${name}@${version}`).map(({ fields }) =>
      columns.map((column) => fields[column.name] ?? null),
    );
    const names = columns.map(({ source }) => source);
    const scored = await scoreTable(opened, [names, ...inputs.map((values) => values.map((value) => value ?? ''))]);
    const fired = new Set<string>();
    for (const [place, values] of inputs.entries()) {
      const decision = explain(opened, Object.fromEntries(names.map((column, index) => [column, at(values, index)])));
      for (const { id } of decision.rules.hits) fired.add(id);
      expectLine(at(scored.rows, place), decision);
    }
    expect(fired.size).toBeGreaterThan(3);
  });

  it('is the same whether it is scored by workers or here', async () => {
    const opened = await sample;
    const names = header.filter((_, place) => place > 0);
    const few = rows.slice(0, 50).map((row) => row.slice(1));
    const here = scoreHere(opened, names, toCsv(few));
    expect((await scoreTable(opened, [names, ...few])).text).toBe(here.text);
  });

  it('names as many reasons as were asked for, the same ones', async () => {
    const opened = await sample;
    const few = toCsv(rows.slice(0, 30));
    const all = scoreHere(opened, header, few);
    for (const reasons of [0, 1, 2, 3]) {
      const fewer = scoreHere(opened, header, few, reasons);
      for (const [place, row] of fewer.rows.entries()) {
        expect(row).toEqual(
          Object.fromEntries(
            Object.entries(at(all.rows, place)).filter(([column]) => {
              const [, number] = /^reason_(\d)/.exec(column) ?? [];
              return number === undefined || Number(number) <= reasons;
            }),
          ),
        );
      }
    }
  });

  it('takes our column names and those of the source', async () => {
    const opened = await shops;
    const lines = toCsv([
      ['a', '0.10'],
      ['c', '0.35'],
    ]);
    expect(withoutInput(scoreHere(opened, ['work', 'x'], lines))).toEqual(
      withoutInput(scoreHere(opened, ['1', '2'], lines)),
    );
  });

  it('reads files without a header, compressed ones and other encodings', async () => {
    const opened = await shops;
    const text = toCsv([
      ['a', '0.10'],
      ['c', '0.35'],
    ]);
    const expected = scoreHere(opened, ['1', '2'], text);
    const bare = { header: false };
    expect(await scoreOne(opened, files.write('bare.csv', text), bare)).toEqual(expected);
    const marked = await scoreOne(opened, files.write('marked.csv', `\uFEFF${text}`), bare);
    expect(marked).toEqual({ ...expected, text: `\uFEFF${expected.text}` });
    const packed = await scoreOne(opened, files.write('packed.csv.gz', gzipSync(`work,x\n${text}`)));
    expect(withoutInput(packed)).toEqual(withoutInput(expected));
    const chinese = Buffer.concat([
      Buffer.from('work,x,'),
      Buffer.from([0xd0, 0xd5, 0xc3, 0xfb]),
      Buffer.from('\na,0.10,1\n'),
    ]);
    for (const encoding of [undefined, 'gb18030']) {
      const read = await scoreOne(opened, files.write('gb.csv', chinese), { encoding });
      expect(at(read.rows, 0)).toMatchObject({ 姓名: '1', work: 'a', x: '0.10' });
      expect(at(withoutInput(read), 0)).toEqual(at(withoutInput(expected), 0));
      expect(read.text).toMatch(/^\uFEFFwork,x,姓名,/);
    }
    const strict = await faultOf(() => scoreOne(opened, files.write('gb.csv', chinese), { encoding: 'utf-8' }));
    expect(strict.code).toBe('file_not_utf8');
  });

  it.each<[string, Partial<Form>]>([
    ['semicolons and decimal commas', { separator: ';', decimal: ',' }],
    ['thousands set apart', { thousands: ',' }],
    ['decimal commas between commas', { decimal: ',', thousands: '.' }],
    ['UTF-16', { encoding: 'utf-16le', separator: '\t' }],
    ['GB 18030', { encoding: 'gb18030', separator: ';', decimal: ',', thousands: ' ' }],
    ['no header', { header: false, decimal: ',', separator: ';' }],
  ])('scores the same rows the same where they are written with %s', async (_, form) => {
    const opened = await shops;
    const names = ['1', '2', '备注'];
    const table = [
      ['a', 0.1, '甲'],
      ['b', -1_234_567.89, '-5,5'],
      ['c', 1_234, '=1+1'],
    ];
    const plain = await scoreOne(opened, files.write('plain.csv', writeForm(names, table, plainForm)));
    const whole = { ...plainForm, ...form };
    const { separator, header, decimal, thousands } = whole;
    const input = files.write('form.csv', writeForm(names, table, whole));
    const { text } = await scoreOne(opened, input, { separator, header, decimal, thousands });
    expect(text.startsWith('\uFEFF')).toBe(whole.encoding !== 'utf-8');
    const [, ...lines] = parseRecords(text, separator, { file: 'scored', firstRow: 0 });
    const [, ...expected] = parseRecords(plain.text, ',', { file: 'scored', firstRow: 0 });
    const written = table.map(([, amount]) => writeNumber(String(amount), whole));
    expect(lines.map((cells) => cells.slice(0, 2))).toEqual(table.map(([work], row) => [work, at(written, row)]));
    expect(lines.map((cells) => cells[2])).toEqual(['甲', decimal === ',' ? '-5,5' : "'-5,5", "'=1+1"]);
    expect(
      lines.map((cells) => cells.slice(3).map((cell, place) => (place === 0 ? cell.replace(',', '.') : cell))),
    ).toEqual(expected.map((cells) => cells.slice(3)));
    if (decimal === ',') expect(lines.every((cells) => /^\d,\d{9}$/.test(cells[3] ?? ''))).toBe(true);
  });

  it('names the columns there are where one is absent', async () => {
    const input = files.write('other.csv', 'work;x\na;1\n');
    const fault = await faultOf(async () => scoreOne(await shops, input));
    expect(fault.message).toMatch(/other\.csv.*column work \(1\) is absent; there are work;x\.$/);
    expect(fault.detail('zh')).toContain('缺少列 work (1)；现有 work;x');
  });

  it('reads categories, numbers and missing values with spaces around them as loading for training does', async () => {
    const opened = await shops;
    const plain = [
      ['a', '0.10'],
      ['b', '0.25'],
      ['c', ''],
      ['', '0.35'],
      ['NA', 'NA'],
      ['never seen', '0.3'],
    ];
    const scores = ({ rows: scored }: Scored) => scored.map(({ micro_logits }) => micro_logits);
    const expected = scores(scoreHere(opened, ['work', 'x'], toCsv(plain)));
    expect(new Set(expected).size).toBeGreaterThan(3);
    for (const space of ['  ', '\t', '\u00A0', '\u3000']) {
      const padded = plain.map((row) => row.map((cell) => `${space}${cell}${space}`));
      expect({ space, scores: scores(scoreHere(opened, ['work', 'x'], toCsv(padded))) }).toEqual({
        space,
        scores: expected,
      });
    }
  });

  it('scores a category it never saw, and a missing one, as explaining does', async () => {
    const opened = await shops;
    const { rows: scored } = scoreHere(
      opened,
      ['work', 'x'],
      toCsv([
        ['never seen', '0.3'],
        ['', '0.3'],
      ]),
    );
    expectLine(at(scored, 0), explain(opened, { work: 'never seen', x: 0.3 }));
    expectLine(at(scored, 1), explain(opened, { work: null, x: 0.3 }));
  });

  it('says of any numbers what explaining them says', async () => {
    const opened = await shops;
    const cents = fc.oneof(fc.integer({ min: -1_000, max: 10_000 }), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));
    fc.assert(
      fc.property(fc.constantFrom('a', 'b', 'c', 'd'), cents, (work, integer) => {
        const x = integer / 100;
        const { rows: scored } = scoreHere(opened, ['work', 'x'], toCsv([[work, x]]));
        expectLine(at(scored, 0), explain(opened, { work, x }));
      }),
      { numRuns: 300 },
    );
  });

  it('names the row of a bad cell, counted over the blocks', async () => {
    const opened = await shops;
    const before = Array.from({ length: 150_000 }, (_, row) => [at(['a', 'b'], row % 2), row]);
    const table = [['work', 'x'], ...before, ['a', 'x']];
    expect(toCsv(table).length).toBeGreaterThan(2 ** 20);
    const fault = await faultOf(() => scoreTable(opened, table));
    expect(fault.code).toBe('bad_cell');
    expect(fault.values).toMatchObject({ row: 150_001, column: 'x', value: 'x' });
  });
});
