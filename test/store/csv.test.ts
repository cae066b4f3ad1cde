import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvFormat, openCsv, readCsvBlocks } from '../../src/store/csv.ts';
import { at } from '../reference/exact.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const MEBIBYTE = 2 ** 20;

const read = async (path: string, format: Partial<CsvFormat> = {}) => {
  const { header, batches } = await openCsv(path, { separator: ',', header: true, encoding: 'utf-8', ...format });
  const rows: (readonly string[])[] = [];
  let blocks = 0;
  for await (const batch of batches) {
    expect(batch.firstRow).toBe(rows.length + 1);
    for (const row of batch.rows) rows.push(row);
    blocks++;
  }
  return { header, rows, blocks };
};

const readText = (text: string | Uint8Array, format: Partial<CsvFormat> = {}) =>
  read(files.write('t.csv', text), format);

/** GB 18030 of a few characters (two bytes each, the last four), written by hand: Node has no encoder. */
const gb18030 = Buffer.concat([
  Buffer.from([0xd0, 0xd5, 0xc3, 0xfb]), // 姓名
  Buffer.from(',n\n'),
  Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]), // 张三
  Buffer.from(',1\n'),
  Buffer.from([0x81, 0x30, 0x81, 0x30]), // U+0080
  Buffer.from(',2\n'),
]);

describe('openCsv', () => {
  it('keeps separators, doubled quotes and newlines of quoted cells', async () => {
    const { header, rows } = await readText('a,b\n"x,y","say ""no"""\n"two\nlines","two\r\nlines"\n"",\n');
    expect(header).toEqual(['a', 'b']);
    expect(rows).toEqual([
      ['x,y', 'say "no"'],
      ['two\nlines', 'two\r\nlines'],
      ['', ''],
    ]);
  });

  it.each([
    ['line feeds', 'a,b\n1,2\n3,4\n'],
    ['carriage returns and line feeds', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['carriage returns', 'a,b\r1,2\r3,4\r'],
    ['first one way, then another', 'a,b\r\n1,2\n3,4\n'],
    ['no end of the last line', 'a,b\n1,2\n3,4'],
    ['blank lines between and after', 'a,b\n\n1,2\n\n\n3,4\n\n'],
    ['blank lines before the header', '\n\na,b\n1,2\n3,4\n'],
  ])('reads the same rows from lines ended by %s', async (_, text) => {
    expect(await readText(text)).toMatchObject({
      header: ['a', 'b'],
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    });
  });

  it('does not take a byte order mark into the first column name', async () => {
    expect((await readText('\uFEFFa,b\n1,2\n')).header).toEqual(['a', 'b']);
    expect((await readText('\uFEFF"a",b\n1,2\n')).header).toEqual(['a', 'b']);
    expect((await read(files.write('bom.csv.gz', gzipSync('\uFEFFa,b\n1,2\n')))).header).toEqual(['a', 'b']);
  });

  it('reads other separators, and a file without a header under column numbers', async () => {
    expect(await readText('a;b\n1,5;2\n', { separator: ';' })).toMatchObject({
      header: ['a', 'b'],
      rows: [['1,5', '2']],
    });
    expect(await readText('a\tb\n1\t2\n', { separator: '\t' })).toMatchObject({
      header: ['a', 'b'],
      rows: [['1', '2']],
    });
    expect(await readText('A11 6 x\nA12 7 y\n', { separator: ' ', header: false })).toMatchObject({
      header: ['1', '2', '3'],
      rows: [
        ['A11', '6', 'x'],
        ['A12', '7', 'y'],
      ],
    });
  });

  it('trims column names and names the unnamed by their place', async () => {
    expect((await readText(' a ,,"b c ", \n1,2,3,4\n')).header).toEqual(['a', '(unnamed 2)', 'b c', '(unnamed 4)']);
  });

  it('refuses a column name that appears twice, also when only spaces tell them apart', async () => {
    for (const text of ['a,b,a\n1,2,3\n', 'a,b, a\n1,2,3\n']) {
      const fault = await faultOf(() => readText(text));
      expect(fault.code).toBe('bad_header');
      expect(fault.message).toMatch(/t\.csv.*column a appears twice/);
    }
  });

  it('says that an empty file is empty', async () => {
    for (const text of ['', '\n', '\r\n\r\n', '\uFEFF']) {
      const fault = await faultOf(() => readText(text));
      expect(fault.code).toBe('bad_header');
      expect(fault.message).toMatch(/t\.csv.*empty/);
    }
  });

  it('reads a header without rows as no rows', async () => {
    for (const text of ['a,b\n', 'a,b', 'a,b\r\n']) {
      expect(await readText(text)).toMatchObject({ header: ['a', 'b'], rows: [] });
    }
  });

  it('names the file and the row of a record with too few or too many cells', async () => {
    for (const [text, row, cells] of [
      ['a,b\n1,2\n3\n5,6\n', 2, 1],
      ['a,b\n1,2\n3,4\n5,6,7\n', 3, 3],
      ['a,b\n"1\n1",2\n3,4,5\n', 2, 3],
    ] as const) {
      const fault = await faultOf(() => readText(text));
      expect(fault.code).toBe('bad_row');
      expect(fault.values).toMatchObject({ file: expect.stringMatching(/t\.csv$/), row });
      expect(fault.message).toContain(`${cells} cells`);
      expect(fault.detail('zh')).toContain(`${cells} 个`);
    }
  });

  it('names the row of a ragged record also far behind the first block', async () => {
    const rows = Array.from({ length: 200_000 }, (_, row) => [`value ${row}`, row]);
    const text = `${toCsv([['a', 'b'], ...rows])}1,2,3\n`;
    expect(text.length).toBeGreaterThan(2 * MEBIBYTE);
    const fault = await faultOf(() => readText(text));
    expect(fault.code).toBe('bad_row');
    expect(fault.values.row).toBe(200_001);
  });

  it('names the file and the row of a quote that is never closed', async () => {
    const fault = await faultOf(() => readText('a,b\n1,2\n"3,4\n5,6\n'));
    expect(fault.code).toBe('bad_row');
    expect(fault.values).toMatchObject({ file: expect.stringMatching(/t\.csv$/), row: 2 });
  });

  it('gives up on a quote that is never closed before it has read a large file whole', async () => {
    const fault = await faultOf(() => readText(`a,b\n"3,4\n${'5,6\n'.repeat(3 * MEBIBYTE)}`));
    expect(['file_unreadable', 'bad_row']).toContain(fault.code);
    expect(fault.values.file).toMatch(/t\.csv$/);
    expect(fault.message).toMatch(/quote|never closed/i);
  });

  it.each(['19" screen', '19"" screen', 'a"b"c', '" screen', 'a "b, c"', 'a""'])(
    'treats quotes that do not enclose a cell the same in a small file and in a large one: %s',
    async (cell) => {
      const outcome = async (rows: number) => {
        try {
          const read = await readText(`a,b\n${cell},1\n${`${'5'.repeat(1_000)},6\n`.repeat(rows)}`);
          return { rows: read.rows.length - rows, first: read.rows[0] };
        } catch {
          return 'refused';
        }
      };
      expect(await outcome(10_000)).toEqual(await outcome(3));
    },
  );

  it('refuses what is not UTF-8 and says so, wherever in the file it stands', async () => {
    const latin = Buffer.concat([Buffer.from('a,b\n'), Buffer.from([0xe9]), Buffer.from(',2\n')]);
    const late = Buffer.concat([
      Buffer.from(`a,b\n${'1,2\n'.repeat(MEBIBYTE)}`),
      Buffer.from([0xe9, 0x2c, 0x32, 0x0a]),
    ]);
    for (const bytes of [latin, late, gb18030]) {
      const fault = await faultOf(() => readText(bytes));
      expect(fault.code).toBe('file_not_utf8');
      expect(fault.values.file).toMatch(/t\.csv$/);
    }
  });

  it('reads GB 18030 where it is named, and refuses bytes that are not of the encoding named', async () => {
    expect(await readText(gb18030, { encoding: 'gb18030' })).toMatchObject({
      header: ['姓名', 'n'],
      rows: [
        ['张三', '1'],
        ['\u0080', '2'],
      ],
    });
    const fault = await faultOf(() => readText(Buffer.from([0x61, 0xff, 0x0a]), { encoding: 'gb18030' }));
    expect(fault.code).toBe('file_unreadable');
    expect(fault.message).toMatch(/t\.csv.*gb18030/);
  });

  it('refuses an encoding that there is not', async () => {
    const fault = await faultOf(() => readText('a\n1\n', { encoding: 'klingon' }));
    expect(fault.code).toBe('bad_arguments');
    expect(fault.message).toContain('klingon');
  });

  it('names a file that is missing, and a folder in its place', async () => {
    const missing = await faultOf(() => read(`${files.path}/nowhere.csv`));
    expect(missing.values.file).toMatch(/nowhere\.csv$/);
    expect(missing.message).toMatch(/no such file|not found/);
    expect((await faultOf(() => read(`${files.path}/nowhere.csv.gz`))).values.file).toMatch(/nowhere\.csv\.gz$/);
    const folder = await faultOf(() => read(files.path));
    expect(folder.values.file).toBe(files.path);
    expect(folder.message).toContain('it is a folder');
  });
});

describe('compressed files', () => {
  const text = toCsv([['a', 'b'], ...Array.from({ length: 150_000 }, (_, row) => [`name "${row}"`, row])]);

  it('are read as what they hold', async () => {
    expect(text.length).toBeGreaterThan(2 * MEBIBYTE);
    const packed = await read(files.write('whole.csv.gz', gzipSync(text)));
    expect(packed.rows).toEqual((await readText(text)).rows);
    expect(packed.blocks).toBeGreaterThan(2);
  });

  it('that are cut short, damaged or not compressed at all are refused by name', async () => {
    const whole = gzipSync(text);
    const damaged = Buffer.from(whole);
    damaged.fill(0, whole.length >> 1, (whole.length >> 1) + 64);
    for (const [name, bytes] of [
      ['cut.csv.gz', whole.subarray(0, whole.length - 20)],
      ['half.csv.gz', whole.subarray(0, whole.length >> 1)],
      ['damaged.csv.gz', damaged],
      ['plain.csv.gz', Buffer.from('a,b\n1,2\n')],
    ] as const) {
      const file = files.write(name, bytes);
      const fault = await faultOf(() => read(file));
      expect(fault.kind).toBe('invalid');
      expect(fault.values.file).toBe(file);
    }
  });

  it('may hold several members, one after the other', async () => {
    const file = files.write('members.csv.gz', Buffer.concat([gzipSync('a,b\n1,'), gzipSync('2\n3,4\n')]));
    expect((await read(file)).rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });
});

/** Cells of letters, of what a delimited file treats specially, and of Chinese; no byte order marks within the text. */
const cellArbitrary = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((cell) => cell.replaceAll('\uFEFF', '')),
  fc.string({
    unit: fc.constantFrom(',', ';', '"', '\n', '\r', '\r\n', ' ', 'a', '违', '😀', '\0', "'"),
    maxLength: 8,
  }),
);

const tableArbitrary = fc
  .integer({ min: 2, max: 5 })
  .chain((columns) =>
    fc.array(fc.array(cellArbitrary, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 20 }),
  );

const formatArbitrary = fc.record({
  newline: fc.constantFrom('\n', '\r\n'),
  separator: fc.constantFrom(',', ';', '\t', '|'),
  quoteAll: fc.boolean(),
  compressed: fc.boolean(),
});

const nameColumns = (columns: number) => Array.from({ length: columns }, (_, index) => `c${index}`);

describe('tables written to a file and read back', () => {
  it('are the same, whatever their cells hold', async () => {
    await fc.assert(
      fc.asyncProperty(tableArbitrary, formatArbitrary, async (table, { quoteAll, compressed, ...format }) => {
        const header = nameColumns(at(table, 0).length);
        const text = toCsv([header, ...table], { ...format, alsoQuote: () => quoteAll });
        const file = compressed ? files.write('p.csv.gz', gzipSync(text)) : files.write('p.csv', text);
        const found = await read(file, { separator: format.separator });
        expect(found.header).toEqual(header);
        expect(found.rows).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same wherever the borders of the blocks fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        tableArbitrary,
        formatArbitrary,
        fc.integer({ min: 0, max: 2_000 }),
        async (table, { quoteAll, compressed, ...format }, padding) => {
          const columns = at(table, 0).length;
          const once = toCsv(table, { ...format, alsoQuote: () => quoteAll });
          const times = Math.ceil((1.2 * MEBIBYTE) / Buffer.byteLength(once));
          const padded = ['x'.repeat(padding), ...new Array<string>(columns - 1).fill('')];
          const text = toCsv([nameColumns(columns), padded], format) + once.repeat(times);
          const file = compressed
            ? files.write('big.csv.gz', gzipSync(text, { level: 1 }))
            : files.write('big.csv', text);
          const found = await read(file, { separator: format.separator });
          expect(found.blocks).toBeGreaterThan(1);
          expect(found.rows.length).toBe(1 + table.length * times);
          expect(found.rows[0]).toEqual(padded);
          const wrong = found.rows.findIndex(
            (row, place) =>
              place > 0 && row.some((cell, column) => cell !== at(at(table, (place - 1) % table.length), column)),
          );
          expect(wrong).toBe(-1);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('readCsvBlocks', () => {
  it('cuts a file into blocks that are its bytes, each ended by a whole record', async () => {
    const text = toCsv(Array.from({ length: 120_000 }, (_, row) => [`"${row}"\n"`, '余额', row]));
    const file = files.write('blocks.csv', text);
    const blocks: Buffer[] = [];
    let [before, size] = [0, 0];
    for await (const { bytes, bytesRead } of readCsvBlocks(file, { separator: ',' })) {
      blocks.push(Buffer.from(bytes));
      size += bytes.length;
      expect(bytesRead).toBeGreaterThanOrEqual(Math.max(before, size));
      before = bytesRead;
    }
    expect(Buffer.concat(blocks).equals(Buffer.from(text))).toBe(true);
    expect(before).toBe(size);
    expect(blocks.length).toBeGreaterThan(2);
    for (const block of blocks) expect(block.toString().split('"').length % 2).toBe(1);
    for (const block of blocks) expect(block.at(-1)).toBe(0x0a);
  });
});
