import type { NumberFormat } from '../../src/features/number-format.ts';
import { toCsv } from './csv.ts';

/** A way of writing the same table. */
export interface Form extends NumberFormat {
  readonly separator: string;
  readonly header: boolean;
  readonly encoding: 'utf-8' | 'utf-8 marked' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252';
}

/** A comma-separated UTF-8 file with a header and decimal points. */
export const plainForm: Form = { separator: ',', header: true, encoding: 'utf-8' };

/** A decimal number as a form writes it: its plain text with the form's marks. */
export const writeNumber = (plain: string, { decimal = '.', thousands }: NumberFormat): string => {
  const [whole = '', fraction] = plain.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, thousands ?? '');
  return fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`;
};

/** A table whose cells are numbers or texts, written in a form. */
export const writeForm = (
  names: readonly string[],
  rows: readonly (readonly (number | string)[])[],
  form: Form,
): Buffer => {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? writeNumber(String(cell), form) : cell)),
  );
  return encode(toCsv(form.header ? [names, ...cells] : cells, { separator: form.separator }), form.encoding);
};

/** The bytes of a text; UTF-16 gets the mark that it always has in files. */
export const encode = (text: string, encoding: Form['encoding']): Buffer => {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-8 marked':
      return Buffer.from(`\uFEFF${text}`);
    case 'utf-16le':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    default:
      return encodeByTable(text, encoding);
  }
};

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** Node decodes these but does not encode them: the table is the decoder, read backwards. */
const encodeByTable = (text: string, encoding: string): Buffer => {
  const table = tables.get(encoding) ?? readBackwards(encoding);
  tables.set(encoding, table);
  return Buffer.from(
    [...text].flatMap((character) => {
      const bytes = table.get(character);
      if (!bytes) throw new Error(`${character} is not in ${encoding}`);
      return bytes;
    }),
  );
};

const readBackwards = (encoding: string): ReadonlyMap<string, readonly number[]> => {
  const decoder = new TextDecoder(encoding);
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, step) => from + step);
  const pairs = span(0x81, 0xfe).flatMap((lead) => span(0x40, 0xfe).map((trail) => [lead, trail]));
  const codes = [...pairs, ...span(0, 0xff).map((byte) => [byte])];
  return new Map(codes.map((bytes) => [decoder.decode(Uint8Array.from(bytes)), bytes]));
};
