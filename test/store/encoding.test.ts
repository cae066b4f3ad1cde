import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCsv } from '../../src/store/csv.ts';
import { type EncodingWish, tellEncoding } from '../../src/store/encoding.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { encode, type Form } from '../support/forms.ts';

const files = useFolder();

const read = async (bytes: Buffer, wish: EncodingWish = {}): Promise<readonly (readonly string[])[]> => {
  const { header, batches } = await openCsv(files.write('t.csv', bytes), { separator: ',', header: true, ...wish });
  const rows = [header];
  for await (const batch of batches) for (const row of batch.rows) rows.push([...row]);
  return rows;
};

const chinese = '客户,职业,余额\n张三,公务员,1\n李四,个体经营,2\n';
const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

/** Lines of common Chinese and ASCII. */
const chineseText = fc
  .array(
    fc.string({ unit: fc.constantFrom(...'客户职业余额张三李四公务员个体经营是否违约一二三0123 '), minLength: 6 }),
    {
      minLength: 2,
      maxLength: 30,
    },
  )
  .map((lines) => lines.map((line) => `客户余额${line.trim()}\n`).join(''));

describe('a file that says nothing of its encoding', () => {
  it.each<Form['encoding']>(['utf-8', 'utf-8 marked', 'utf-16le', 'utf-16be', 'gb18030'])(
    'is read by its bytes: Chinese in %s',
    async (encoding) => {
      expect(await read(encode(chinese, encoding))).toEqual(rowsOf(chinese));
      fc.assert(
        fc.property(chineseText, (text) => {
          expect(tellEncoding(encode(text, encoding), {})).toBe(encoding.replace(' marked', ''));
        }),
        { numRuns: 200 },
      );
    },
  );

  it('is read by its bytes: Latin letters, also without a mark before UTF-16', async () => {
    const latin = 'Beschäftigung,Verzüge\nSelbständig,1\n';
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const) {
      expect(await read(encode(latin, encoding))).toEqual(rowsOf(latin));
    }
    for (const encoding of ['utf-16le', 'utf-16be'] as const) {
      expect(await read(encode(latin, encoding).subarray(2))).toEqual(rowsOf(latin));
    }
  });

  it('is the same over many chunks, wherever their borders fall between the bytes of a character', async () => {
    const text = `姓名,余额\n${Array.from({ length: 90_000 }, (_, row) => `张三${'甲'.repeat(row % 7)},${row}`).join('\n')}\n`;
    const expected = rowsOf(text);
    for (const encoding of ['utf-16le', 'utf-16be', 'gb18030'] as const) {
      const bytes = encode(text, encoding);
      expect(bytes.length).toBeGreaterThan(2 ** 20);
      expect(await read(bytes)).toEqual(expected);
    }
  });

  it('is read as usual where its bytes do not tell', () => {
    expect(tellEncoding(Buffer.from('a,b\n1,2\n'), {})).toBe('utf-8');
    expect(tellEncoding(Buffer.from('a,b\n1,2\n'), { usualEncoding: 'gb18030' })).toBe('gb18030');
    expect(tellEncoding(encode('é,b\n', 'windows-1252'), { usualEncoding: 'iso-8859-15' })).toBe('iso-8859-15');
  });

  it('is UTF-8 where it is valid as such, whatever is usual, but for Chinese that is so by chance', () => {
    expect(tellEncoding(Buffer.from(chinese), { usualEncoding: 'gb18030' })).toBe('utf-8');
    const chance = encode('隆,1\n', 'gb18030');
    expect(new TextDecoder('utf-8', { fatal: true }).decode(chance)).toBe('¡,1\n');
    expect(tellEncoding(chance, { usualEncoding: 'gb18030' })).toBe('gb18030');
  });

  it('is refused where it is damaged UTF-8 rather than read as something else', async () => {
    for (const text of [chinese, 'Beschäftigung,Verzüge\nSelbständig,1\n'.repeat(3), 'é,è\nà,ü\n']) {
      const bytes = Buffer.from(text);
      const places = [...bytes.keys()].filter((place) => (bytes[place] as number) >= 0xc2);
      for (const place of places) {
        const damaged = Buffer.concat([bytes.subarray(0, place + 1), bytes.subarray(place + 2)]);
        const { code } = await faultOf(() => read(damaged));
        expect({ place, code }).toEqual({ place, code: 'file_not_utf8' });
      }
    }
  });
});

describe('an encoding that is asked for', () => {
  it('is used, but for a mark that says otherwise', async () => {
    const bytes = encode(chinese, 'gb18030');
    expect(await read(bytes, { encoding: 'GBK' })).toEqual(rowsOf(chinese));
    expect((await faultOf(() => read(bytes, { encoding: 'utf-8' }))).code).toBe('file_not_utf8');
    expect(await read(encode(chinese, 'utf-16be'), { encoding: 'utf-16' })).toEqual(rowsOf(chinese));
    expect(await read(encode(chinese, 'utf-8 marked'), { encoding: 'gb18030' })).toEqual(rowsOf(chinese));
  });

  it('is refused where there is none of that name, also of a file that is marked', async () => {
    for (const encoding of ['utf-8', 'utf-8 marked'] as const) {
      const fault = await faultOf(() => read(encode(chinese, encoding), { encoding: 'klingon' }));
      expect(fault.code).toBe('bad_arguments');
      expect(fault.detail('zh')).toContain('没有名为 klingon 的编码');
    }
  });

  it('refuses a file that ends within a character', async () => {
    const fault = await faultOf(() => read(encode(chinese, 'gb18030').subarray(0, 1), { encoding: 'gb18030' }));
    expect(fault.code).toBe('file_unreadable');
    expect(fault.detail('zh')).toContain('不是 gb18030 编码');
  });
});
