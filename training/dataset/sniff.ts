import type { Dictionary } from '../../src/domain/dictionary.ts';
import { AppError, appError } from '../../src/errors.ts';
import { parseScaled } from '../../src/features/column.ts';
import { createPlainNumber, type NumberFormat } from '../../src/features/number-format.ts';
import { parseRecords, readHead } from '../../src/store/csv.ts';
import type { EncodingWish } from '../../src/store/encoding.ts';
import { tellTableForm } from '../../src/store/table-form.ts';
import { openTable } from './open-table.ts';
import { sniffUnits } from './sniff-units.ts';

/** What is said of a file's form; what is not said is told from the file. */
export type FormWish = Partial<Pick<Dictionary['file'], 'separator' | 'header' | 'decimal' | 'thousands'>> &
  Pick<EncodingWish, 'encoding'>;

/** How a file without a dictionary is written, as a dictionary says it. */
export interface FileForm {
  readonly file: Pick<Dictionary['file'], 'separator' | 'header' | 'encoding' | 'decimal' | 'thousands' | 'units'>;
  /** Records of the file's start, its header included. */
  readonly records: readonly (readonly string[])[];
  /** The unit beside the numbers of each column; null where there is none. */
  readonly units: readonly (string | null)[];
  /** Whether the first record looks like names of columns; null where it cannot be told. */
  readonly looksNamed: boolean | null;
}

/** Most characters of a file's start that are looked at. */
const HEAD = 2 ** 18;
/** Lines that are taken back to find one that no quoted cell runs through. */
const MOST_TRIES = 50;
/** Tried in this order: of two that fit equally, the one less usual in numbers and texts. */
const SEPARATORS = ['\t', ';', '|', ','];

/**
 * Tells from a file's start what nobody said of it: encoding, separator, how numbers are written, and whether the first
 * record names the columns.
 * @throws file_unreadable, bad_arguments, and bad_row where it cannot be read with the separator that was said
 */
export const sniffForm = async (path: string, wish: FormWish, missing: ReadonlySet<string>): Promise<FileForm> => {
  if (tellTableForm(path) !== 'delimited') return sniffTable(path, wish, missing);
  const head = await readHead(path, wish);
  const { separator, records } = chooseSeparator(path, wholeRecords(head?.text ?? ''), wish.separator);
  const { format, units } = sniffNumbers(columnsOf(records, missing), wish);
  const looksNamed = looksLikeNames(records, format, missing);
  return {
    file: {
      separator,
      header: wish.header ?? true,
      ...(head === null || head.encoding === 'utf-8' ? {} : { encoding: head.encoding }),
      ...format,
    },
    records,
    units,
    looksNamed,
  };
};

/** Rows of a file's start that are looked at where it is no text. */
const HEAD_ROWS = 2_000;

/** Tells of a file that names and types its columns how numbers are written in its columns of text. */
const sniffTable = async (path: string, wish: FormWish, missing: ReadonlySet<string>): Promise<FileForm> => {
  if (wish.separator !== undefined || wish.header !== undefined) {
    throw appError('bad_arguments', {
      problem: {
        zh: `--separator、--header 和 --no-header 用于分隔文本，而 ${path} 是 ARFF 或 Parquet`,
        en: `--separator, --header and --no-header go with delimited text, and ${path} is ARFF or Parquet`,
      },
    });
  }
  const { header, types, batches } = await openTable(path, { separator: ',', header: true, encoding: wish.encoding });
  const rows: (readonly string[])[] = [];
  for await (const batch of batches) if (rows.push(...batch.rows.slice(0, HEAD_ROWS)) >= HEAD_ROWS) break;
  const texts = columnsOf([header, ...rows], missing).map((cells, place) =>
    types?.[place]?.kind === 'text' ? cells : [],
  );
  const { format, units } = sniffNumbers(texts, wish);
  return { file: { separator: ',', header: true, ...format }, records: [header], units, looksNamed: null };
};

/** At most the first part of a text, cut where no quote is open. */
const wholeRecords = (text: string): string => {
  let end = text.length > HEAD ? text.lastIndexOf('\n', HEAD) + 1 : text.length;
  for (let tries = 0; tries < MOST_TRIES && (text.slice(0, end).split('"').length - 1) % 2 === 1; tries++) {
    end = text.lastIndexOf('\n', end - 2) + 1;
  }
  return text.slice(0, end);
};

type Records = readonly (readonly string[])[];

/**
 * The separator that was said, else the one that cuts every line into the same number of cells (a space only where no
 * other does), or the first into most.
 */
const chooseSeparator = (path: string, text: string, said: string | undefined) => {
  const read = (separator: string) => parseRecords(text, separator, { file: path, firstRow: 0 });
  if (said !== undefined) return { separator: said, records: read(said) };
  const tried = SEPARATORS.map((separator) => ({ separator, records: tryTo(() => read(separator)) ?? [] }));
  const widthOf = ({ records }: { records: Records }) => records[0]?.length ?? 0;
  const even = tried.filter((each) => each.records.every((cells) => cells.length === widthOf(each)));
  const widest = (some: typeof tried) =>
    some.reduce((best, each) => (widthOf(each) > widthOf(best) ? each : best), { separator: ',', records: [['']] });
  const best = widest(even);
  if (widthOf(best) > 1) return best;
  const spaced = { separator: ' ', records: tryTo(() => read(' ')) ?? [] };
  const isEven = spaced.records.length > 1 && spaced.records.every((cells) => cells.length === widthOf(spaced));
  return isEven && widthOf(spaced) > 2 ? spaced : widest(tried);
};

const tryTo = <Result>(work: () => Result): Result | null => {
  try {
    return work();
  } catch (fault) {
    if (fault instanceof AppError) return null;
    throw fault;
  }
};

/** Known cells of each column, without the first record. */
const columnsOf = (records: Records, missing: ReadonlySet<string>): string[][] =>
  (records[0] ?? []).map((_, place) =>
    records.slice(1).flatMap((cells) => {
      const cell = cells[place]?.trim() ?? '';
      return missing.has(cell) ? [] : [cell];
    }),
  );

/** Numbers in any way of writing them. */
const NUMBER_LIKE = /^[+-]?\d[\d.,' \u00a0\u202f\u2019]*(?:[eE][+-]?\d+)?$/;
const UP_TO_999 = /^[+-]?\d{1,3}$/;

/** What a mark can be: `decimal` says that it is the decimal mark alone, `grouped` that it may stand between thousands. */
const patternsOf = (mark: string, decimal: string) => ({
  decimal: new RegExp(`^[+-]?(?:\\d+[${mark}](?:\\d{1,2}|\\d{4,})|(?:0|\\d{4,})[${mark}]\\d+)$`),
  grouped: new RegExp(`^[+-]?[1-9]\\d{0,2}(?:[${mark}]\\d{3})+(?:[${decimal}]\\d*)?$`),
  surelyGrouped: new RegExp(`^[+-]?[1-9]\\d{0,2}(?:[${mark}]\\d{3})+(?:[${mark}]\\d{3}|[${decimal}]\\d+)$`),
});
const comma = patternsOf(',', '.');
const point = patternsOf('.', ',');
const groupedBy = {
  ',': comma.grouped,
  '.': point.grouped,
  ' ': patternsOf(' \u00a0\u202f', '.,').grouped,
  "'": patternsOf("'\u2019", '.,').grouped,
};

/** The decimal mark beside a thousands separator that could be one itself. */
const besides: Readonly<Partial<Record<string, '.' | ','>>> = { ',': '.', '.': ',' };

/** How numbers are written, and the unit of each column. */
const sniffNumbers = (columns: readonly (readonly string[])[], wish: NumberFormat) => {
  const units = columns.map(sniffUnits);
  const bare = columns.map((cells, place) => ((units[place] as string[]).length > 0 ? cells.map(toBare) : cells));
  const all = [...new Set(units.flat())].sort();
  return {
    format: { ...sniffPlain(bare, wish), ...(all.length === 0 ? {} : { units: all }) } satisfies NumberFormat,
    units: units.map(([unit = null]) => unit),
  };
};

/** A cell from its first digit to its last. */
const toBare = (cell: string): string => /[+-]?\d(.*\d)?/.exec(cell)?.[0] ?? cell;

/**
 * How numbers are written, by the cells of columns that hold nothing else. A comma or a point is the decimal mark where
 * it can be nothing else; where all there is are cells such as 1,234 the comma is taken for a thousands separator, and
 * so is the point of 1.234 beside cells up to 999 without one.
 */
const sniffPlain = (columns: readonly (readonly string[])[], wish: NumberFormat): NumberFormat => {
  const numbers = columns.filter((cells) => cells.length > 0 && cells.every((cell) => NUMBER_LIKE.test(cell)));
  const marked = numbers.flatMap((cells) => cells.filter((cell) => /[^\d+-]/.test(cell)));
  const count = (...patterns: readonly RegExp[]) =>
    marked.filter((cell) => patterns.some((pattern) => pattern.test(cell))).length;
  const thousandsOnly = numbers.filter(
    (cells) =>
      cells.some((cell) => UP_TO_999.test(cell)) &&
      cells.every((cell) => UP_TO_999.test(cell) || point.grouped.test(cell)),
  );
  const commas =
    count(comma.decimal, point.surelyGrouped) + thousandsOnly.flat().filter((cell) => cell.includes('.')).length;
  const guessed = commas > count(point.decimal, comma.surelyGrouped) ? ',' : '.';
  const decimal = wish.decimal ?? (wish.thousands === undefined ? guessed : (besides[wish.thousands] ?? guessed));
  const plain: NumberFormat = decimal === ',' ? { decimal } : {};
  if (wish.thousands !== undefined) return { ...plain, thousands: wish.thousands };
  const formats = ([decimal === ',' ? '.' : ',', ' ', "'"] as const)
    .filter((thousands) => count(groupedBy[thousands]) > 0)
    .map((thousands) => ({ ...plain, thousands }));
  const fits = (format: NumberFormat) => countNumbers(marked, format);
  return formats.reduce((best: NumberFormat, format) => (fits(format) > fits(best) ? format : best), plain);
};

const countNumbers = (cells: readonly string[], format: NumberFormat): number => {
  const toPlain = createPlainNumber(format);
  return cells.filter((cell) => parseScaled(toPlain(cell), 0) !== undefined).length;
};

/**
 * Whether the first record looks like names: in columns of numbers a name is no number, in columns of recurring texts it
 * is none of them. Null where nothing speaks for either.
 */
const looksLikeNames = (records: Records, format: NumberFormat, missing: ReadonlySet<string>): boolean | null => {
  const toPlain = createPlainNumber(format);
  const isNumber = (cell: string) => parseScaled(toPlain(cell), 0) !== undefined;
  const votes = columnsOf(records, missing).map((cells, place): number => {
    const first = records[0]?.[place]?.trim() ?? '';
    if (cells.length < 2 || missing.has(first)) return 0;
    if (cells.every(isNumber)) return isNumber(first) ? -1 : 1;
    const recurs = new Set(cells).size <= cells.length / 2;
    return recurs ? (cells.includes(first) ? -1 : 1) : 0;
  });
  const sum = votes.reduce((total, vote) => total + vote, 0);
  return sum === 0 ? null : sum > 0;
};
