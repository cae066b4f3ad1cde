import { createHash } from 'node:crypto';
import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import { numberFaults, parseScaled } from '../../src/features/column.ts';
import { type CsvBatch, checkWidths, nameColumns, readChunks } from '../../src/store/csv.ts';
import { createDecode, type EncodingWish } from '../../src/store/encoding.ts';
import { LineFault, readValue, splitName, splitPieces, unquote } from './arff-line.ts';
import type { DeclaredType, TableFile } from './table.ts';

/** Lines of a file that were read together. */
interface Lines {
  readonly lines: readonly string[];
  readonly bytesRead: number;
}

interface Attribute {
  readonly name: string;
  readonly type: DeclaredType;
  /** What a sparse row that leaves it out means: 0, the first value of a category, else not known. */
  readonly unsaid: string;
}

const unsupported: Text = {
  zh: '属性类型应为 numeric、real、integer、string、date 或 {取值,...}',
  en: 'the type of an attribute must be numeric, real, integer, string, date or {values}',
};
const noName: Text = { zh: '属性没有名称', en: 'the attribute has no name' };
const openBrace: Text = { zh: '花括号没有闭合', en: 'a brace is never closed' };
const strayLine: Text = {
  zh: '数据之前只应有 @relation、@attribute 和 @data',
  en: 'only @relation, @attribute and @data may come before the data',
};
const noData: Text = { zh: '没有 @data 行，文件可能不完整', en: 'there is no @data line; the file may be cut off' };
const noAttributes: Text = { zh: '没有 @attribute 行', en: 'there is no @attribute line' };

/**
 * Opens an ARFF file (Weka's attribute-relation file format; also gzip by its .gz ending): dense and sparse rows, quotes,
 * comments, `?` for what is not known. Rows are counted from 1 after @data, lines from 1.
 * @throws file_unreadable, bad_header naming the line, bad_row and bad_cell naming row and column
 */
export const openArff = async (path: string, wish: EncodingWish): Promise<TableFile> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const blocks = readLines(path, wish, (seen) => {
    hash.update(seen);
    bytes += seen.length;
  });
  const { attributes, rest } = await readHeader(path, blocks);
  const header = nameColumns(
    attributes.map(({ name }) => name),
    path,
  );
  return {
    header,
    types: attributes.map(({ type }) => type),
    batches: readBatches({ path, attributes }, rest, blocks),
    digest: () => ({ sha256: hash.copy().digest('hex'), bytes }),
  };
};

async function* readLines(path: string, wish: EncodingWish, see: (bytes: Buffer) => void): AsyncGenerator<Lines> {
  const decode = createDecode(path);
  let carry = Buffer.alloc(0);
  let bytesRead = 0;
  for await (const chunk of readChunks(path, wish, see)) {
    const data = Buffer.concat([carry, chunk.bytes]);
    const end = data.lastIndexOf(0x0a) + 1;
    bytesRead = chunk.bytesRead;
    if (end > 0) yield { lines: decode(data.subarray(0, end - 1)).split(/\r\n?|\n/), bytesRead };
    carry = data.subarray(end);
  }
  if (carry.length > 0) yield { lines: decode(carry).split(/\r\n?|\n/), bytesRead };
}

const isSilent = (line: string): boolean => /^\s*(%|$)/.test(line);

/** Reads the lines up to @data. */
const readHeader = async (path: string, blocks: AsyncGenerator<Lines>) => {
  const attributes: Attribute[] = [];
  let line = 0;
  for (let block = await blocks.next(); !block.done; block = await blocks.next()) {
    const { lines, bytesRead } = block.value;
    for (const [index, text] of lines.entries()) {
      line++;
      if (isSilent(text) || /^\s*@relation\b/i.test(text)) continue;
      if (/^\s*@data\s*(%.*)?$/i.test(text)) {
        if (attributes.length === 0) throw appError('bad_header', { file: path, problem: noAttributes });
        return { attributes, rest: { lines: lines.slice(index + 1), bytesRead } };
      }
      attributes.push(atLine(path, line, () => readAttribute(text)));
    }
  }
  throw appError('bad_header', { file: path, problem: noData });
};

const atLine = <Result>(file: string, line: number, read: () => Result): Result => {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof LineFault)) throw cause;
    const { zh, en } = cause.problem;
    throw appError(
      'bad_header',
      { file, problem: { zh: `第 ${line} 行：${zh}`, en: `line ${line}: ${en}` } },
      { cause },
    );
  }
};

const readAttribute = (line: string): Attribute => {
  const [, text] = /^\s*@attribute\s+(.*)$/i.exec(line) ?? [];
  if (text === undefined) throw new LineFault(/^\s*@attribute\s*$/i.test(line) ? noName : strayLine);
  const { name, rest } = splitName(text.trim());
  if (name === '') throw new LineFault(noName);
  if (!rest.startsWith('{')) return { name, ...readType(rest) };
  const end = rest.lastIndexOf('}');
  if (end < 0) throw new LineFault(openBrace);
  const values = splitPieces(rest.slice(1, end)).map((piece) => unquote(piece).trim());
  return { name, type: { kind: 'category', values }, unsaid: values[0] ?? '' };
};

const readType = (text: string): Omit<Attribute, 'name'> => {
  const [word = ''] = text.toLowerCase().split(/\s+/);
  if (['numeric', 'real', 'integer'].includes(word)) return { type: { kind: 'number', values: null }, unsaid: '0' };
  if (word === 'string') return { type: { kind: 'text', values: null }, unsaid: '' };
  if (word === 'date') return { type: { kind: 'date', values: null }, unsaid: '' };
  throw new LineFault(unsupported);
};

interface Sheet {
  readonly path: string;
  readonly attributes: readonly Attribute[];
}

async function* readBatches(sheet: Sheet, first: Lines, blocks: AsyncGenerator<Lines>): AsyncGenerator<CsvBatch> {
  const readCells = createCellReader(sheet);
  let firstRow = 1;
  const read = ({ lines, bytesRead }: Lines): CsvBatch => {
    const rows = lines.filter((line) => !isSilent(line)).map((line, index) => readCells(line, firstRow + index));
    const batch = { firstRow, rows, bytesRead };
    firstRow += rows.length;
    return batch;
  };
  try {
    yield read(first);
    for await (const block of blocks) yield read(block);
  } finally {
    await blocks.return(undefined);
  }
}

/** A reader of one row's cells, which must be what the attributes say. */
const createCellReader = ({ path, attributes }: Sheet) => {
  const isKnown = attributes.map(({ type }) => createCheck(type));
  return (line: string, row: number): string[] => {
    const cells = readRow(line, attributes, { path, row });
    checkWidths([cells], attributes.length, { file: path, firstRow: row });
    for (const [place, cell] of cells.entries()) {
      const problem = cell === '' ? null : (isKnown[place]?.(cell) ?? null);
      if (problem) {
        throw appError('bad_cell', {
          file: path,
          row,
          column: (attributes[place] as Attribute).name,
          value: cell,
          problem,
        });
      }
    }
    return cells.map((cell) => (/^nan$/i.test(cell) ? '' : cell));
  };
};

const readRow = (line: string, attributes: readonly Attribute[], place: { path: string; row: number }): string[] => {
  try {
    const text = line.trim();
    return text.startsWith('{') ? readSparse(text, attributes) : splitPieces(text).map(readValue);
  } catch (cause) {
    if (!(cause instanceof LineFault)) throw cause;
    throw appError('bad_row', { file: place.path, row: place.row, problem: cause.problem }, { cause });
  }
};

/** A row that says only some attributes, by their place from 0. @throws LineFault */
const readSparse = (text: string, attributes: readonly Attribute[]): string[] => {
  const end = text.lastIndexOf('}');
  if (end < 0) throw new LineFault(openBrace);
  const cells = attributes.map(({ unsaid }) => unsaid);
  for (const piece of splitPieces(text.slice(1, end))) {
    if (piece === '') continue;
    const [, place = '', value = ''] = /^(\d+)\s+(.+)$/.exec(piece) ?? [];
    if (place === '' || Number(place) >= attributes.length) {
      throw new LineFault({
        zh: `稀疏行中的“${piece}”应为“序号 取值”，序号为 0 到 ${attributes.length - 1}`,
        en: `"${piece}" in a sparse row must be a place from 0 to ${attributes.length - 1} and a value`,
      });
    }
    cells[Number(place)] = readValue(value.trim());
  }
  return cells;
};

const INFINITE_OR_NAN = /^([+-]?inf(inity)?|nan)$/i;

/** Says what is wrong with a cell of a type; null where nothing is. */
const createCheck = ({ kind, values }: DeclaredType): ((cell: string) => Text | null) => {
  if (kind === 'number') {
    return (cell) =>
      parseScaled(cell, 0) === undefined && !INFINITE_OR_NAN.test(cell) ? numberFaults.notNumber : null;
  }
  if (values === null) return () => null;
  const known = new Set(values);
  const listed = values.slice(0, 10).join(', ') + (values.length > 10 ? ', ...' : '');
  const problem = { zh: `不在声明的取值中：${listed}`, en: `not among the declared values ${listed}` };
  return (cell) => (known.has(cell) ? null : problem);
};
