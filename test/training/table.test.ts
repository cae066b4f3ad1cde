import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../src/domain/dictionary.ts';
import { describeFile } from '../../training/dataset/describe.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { openTable } from '../../training/dataset/open-table.ts';
import { digestFrame } from '../../training/fit.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';

const files = useFolder();

/** Every row of a file, with its column names and what it says of them. */
const readAll = async (path: string) => {
  const { header, types, batches, digest } = await openTable(path, { separator: ',', header: true });
  const rows: (readonly string[])[] = [];
  for await (const batch of batches) rows.push(...batch.rows);
  return { header, kinds: types?.map(({ kind }) => kind) ?? null, rows, digest: digest() };
};

const arff = (attributes: readonly string[], data: readonly string[]): string =>
  ['@relation made-up', ...attributes.map((line) => `@attribute ${line}`), '@data', ...data, ''].join('\n');

const writeParquet = async (name: string, select: string): Promise<string> => {
  const path = join(files.path, name);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return path;
};

describe('an ARFF file', () => {
  it('says what its columns hold, in any way of writing it', async () => {
    const text = [
      '% a comment',
      "@RELATION 'made up'",
      '',
      '@attribute income numeric',
      "@ATTRIBUTE 'years of work' INTEGER",
      '@attribute home {rent, \'own house\',"co, op"}% where',
      '@attribute remark string',
      '@attribute opened date "yyyy-MM-dd"',
      '@Data',
      '% another',
      "1.5, 3 ,rent,'it\\'s, fine',2024-01-01",
      '?,?,?,?,? % unknown',
      "1e3\t-2\t'own house'\t13.5%\t2024-01-02",
      '',
      "{0 7, 3 'a b'}",
    ].join('\r\n');
    const { header, kinds, rows } = await readAll(files.write('all.arff', text));
    expect(header).toEqual(['income', 'years of work', 'home', 'remark', 'opened']);
    expect(kinds).toEqual(['number', 'number', 'category', 'text', 'date']);
    expect(rows).toEqual([
      ['1.5', '3', 'rent', "it's, fine", '2024-01-01'],
      ['', '', '', '', ''],
      ['1e3', '-2', 'own house', '13.5%', '2024-01-02'],
      ['7', '0', 'rent', 'a b', ''],
    ]);
  });

  it('gives back whatever text is quoted as Weka quotes it', async () => {
    const quote = (text: string) =>
      `'${text.replaceAll(/['"\\%\n\r\t]/g, (c) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c] ?? `\\${c}`)}'`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1, maxLength: 20 }), async (rows) => {
        const lines = rows.map((row) => row.map(quote).join(','));
        const read = await readAll(files.write('quoted.arff', arff(['a string', 'b string'], lines)));
        expect(read.rows).toEqual(rows.map((row) => row.map((text) => text.trim())));
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, string, string, number | string]>([
    ['a type there is not', arff(['x nummeric'], ['1']), 'bad_header', 'line 2'],
    ['a relational attribute', arff(['x relational'], ['1']), 'bad_header', 'line 2'],
    ['an attribute without name', arff(['x numeric', ''], ['1']), 'bad_header', 'line 3'],
    ['a brace that is never closed', arff(['x {a, b'], ['a']), 'bad_header', 'line 2'],
    ['a stray line before the data', '@relation r\n@attribute x real\n1,2\n@data\n1\n', 'bad_header', 'line 3'],
    ['no @data line', '@relation r\n@attribute x numeric\n', 'bad_header', '@data'],
    ['no attribute', '@relation r\n@data\n1\n', 'bad_header', '@attribute'],
    ['a name twice', arff(['x numeric', 'x numeric'], ['1,2']), 'bad_header', 'x appears twice'],
    ['a row cut off', arff(['x numeric', 'y numeric'], ['1,2', '3']), 'bad_row', 2],
    ['a quote that is never closed', arff(['x string'], ["'a'", "'b"]), 'bad_row', 2],
    ['a sparse row with a place there is not', arff(['x numeric'], ['{0 1}', '{5 1}']), 'bad_row', 2],
    ['a value that was not declared', arff(['x numeric', 'c {a,b}'], ['1,a', '?,b', '2,z']), 'bad_cell', 3],
    ['a word among numbers', arff(['x numeric'], ['1', 'one']), 'bad_cell', 2],
  ])('is refused for %s, naming the place', async (_, text, code, place) => {
    const fault = await faultOf(() => readAll(files.write('broken.arff', text)));
    expect(fault.code).toBe(code);
    if (typeof place === 'number') expect(fault.values.row).toBe(place);
    else expect(fault.detail('en')).toContain(place);
    expect(fault.detail('zh')).toMatch(/\p{Script=Han}/u);
  });
});

describe('a Parquet file', () => {
  const select = `SELECT i AS whole, i / 8 AS part, CAST(i AS DECIMAL(10, 2)) AS money, i % 2 = 0 AS flag,
    DATE '2024-01-01' + i::INT AS day, CASE WHEN i = 1 THEN NULL WHEN i = 2 THEN 'nan'::DOUBLE ELSE 1e-7 END AS tiny,
    'it''s ' || i AS text, [i] AS list, 'b'::BLOB AS bytes FROM range(3) AS r(i)`;

  it('says what its columns hold; what is null or NaN is not known', async () => {
    const { header, kinds, rows, digest } = await readAll(await writeParquet('all[1].parquet', select));
    expect(header).toEqual(['whole', 'part', 'money', 'flag', 'day', 'tiny', 'text', 'list', 'bytes']);
    expect(kinds).toEqual(['number', 'number', 'number', 'category', 'date', 'number', 'text', 'nested', 'text']);
    expect(rows.map((row) => row.slice(0, 8))).toEqual([
      ['0', '0.0', '0.00', 'true', '2024-01-01', '1e-07', "it's 0", '[0]'],
      ['1', '0.125', '1.00', 'false', '2024-01-02', '', "it's 1", '[1]'],
      ['2', '0.25', '2.00', 'true', '2024-01-03', '', "it's 2", '[2]'],
    ]);
    expect(digest.bytes).toBe(readFileSync(join(files.path, 'all[1].parquet')).length);
  });

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['of another kind', () => Buffer.from('a,b\n1,2\n'), /PAR1 is not at its start/],
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 20), /PAR1 is not at its end/],
    ['of nothing', () => Buffer.alloc(0), /PAR1 is not at its start/],
    ['with a damaged footer', (bytes) => damage(bytes, bytes.length - 60, 40), /footer/],
    ['with damaged rows', (bytes) => damage(bytes, 8, 400), /damaged after row 0/],
  ])('%s is refused', async (_, change, words) => {
    const whole = await writeParquet('whole.parquet', 'SELECT i, hash(i)::VARCHAR AS t FROM range(5000) AS r(i)');
    const path = files.write('broken.parquet', change(readFileSync(whole)));
    const fault = await faultOf(() => readAll(path));
    expect(fault.code).toBe('file_unreadable');
    expect(fault.detail('en')).toMatch(words);
  });
});

/** Bytes of which some are turned over. */
const damage = (bytes: Buffer, from: number, count: number): Buffer => {
  const changed = Buffer.from(bytes);
  for (let index = from; index < from + count; index++) changed[index] = (changed[index] as number) ^ 0xff;
  return changed;
};

describe('one table in three forms', () => {
  const random = createRandom(3);
  const rows = Array.from({ length: 400 }, (_, row) => [
    (random.bell() * 50).toFixed(3),
    ['rent', 'own house', 'free'][row % 3] as string,
    row % 5 === 0 ? '' : String(Math.floor(random.uniform() * 40)),
    random.uniform() < 0.3 ? 'bad' : 'good',
  ]);
  const names = ['ratio', 'home', 'years', 'class'];
  const csv = () => files.write('book.csv', toCsv([names, ...rows]));
  const asArff = () =>
    arff(
      ['ratio numeric', "home {free, 'own house', rent}", 'years integer', 'class {bad, good}'],
      rows.map((row) => row.map((cell) => (cell === '' ? '?' : cell.includes(' ') ? `'${cell}'` : cell)).join(',')),
    );
  const draft = (path: string) => describeFile({ path, name: 'book', label: 'class', bad: undefined });
  const withoutFile = ({ file: _, ...rest }: Dictionary) => rest;

  it('is described alike and holds the same, whatever it is read from', async () => {
    const paths = [
      csv(),
      files.write('book.arff', asArff()),
      files.write('book2.arff.gz', gzipSync(asArff())),
      await writeParquet('book.parquet', `SELECT * FROM read_csv('${csv()}', nullstr = '')`),
    ];
    const described = await Promise.all(paths.map(draft));
    const [first] = described;
    for (const { dictionary } of described) {
      expect(withoutFile({ ...dictionary, title: { zh: '', en: '' } })).toEqual(
        withoutFile({ ...(first as (typeof described)[0]).dictionary, title: { zh: '', en: '' } }),
      );
    }
    const frames = await Promise.all(paths.map((path) => loadFrame((first as (typeof described)[0]).dictionary, path)));
    expect(new Set(frames.map(digestFrame)).size).toBe(1);
    expect(new Set(frames.map(({ file }) => file.sha256)).size).toBe(4);
  });

  it('is read by a dictionary with a decimal comma where its numbers are numbers', async () => {
    const parquet = await writeParquet('book.parquet', `SELECT * FROM read_csv('${csv()}', nullstr = '')`);
    const { dictionary } = await draft(csv());
    const comma = { ...dictionary, file: { ...dictionary.file, decimal: ',' as const } };
    expect(digestFrame(await loadFrame(comma, parquet))).toBe(digestFrame(await loadFrame(dictionary, parquet)));
  });

  it('keeps the declared values of a category, also those no row holds, and takes them for no numbers', async () => {
    const text = arff(['x numeric', 'grade {1, 2, 3}', 'class {0, 1}'], ['5,1,0', '6,2,1', '7,1,0', '5,2,1', '9,1,0']);
    const { dictionary } = await describeFile({
      path: files.write('grades.arff', text),
      name: 'grades',
      label: 'class',
      bad: undefined,
    });
    const grade = dictionary.columns.find(({ name }) => name === 'grade');
    expect(grade).toMatchObject({ type: 'category', categories: [{ value: '1' }, { value: '2' }, { value: '3' }] });
  });

  it('refuses words on how text is delimited', async () => {
    writeFileSync(join(files.path, 'form.arff'), asArff());
    const request = { path: join(files.path, 'form.arff'), name: 'book', label: 'class', bad: undefined };
    expect((await faultOf(() => describeFile({ ...request, separator: ';' }))).code).toBe('bad_arguments');
  });
});
