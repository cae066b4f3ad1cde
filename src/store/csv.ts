import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';
import type { Text } from '../domain/text.ts';
import { AppError, appError } from '../errors.ts';
import {
  checkEncoding,
  createDecode,
  createTranscoder,
  type Decode,
  type EncodingWish,
  hasUtf8Mark,
  type Transcoder,
  tellEncoding,
} from './encoding.ts';
import { describeFault } from './system-fault.ts';

/** How a delimited file is written; where no encoding is wished for, its bytes tell. */
export interface CsvFormat extends EncodingWish {
  readonly separator: string;
  /** Whether the first record names the columns; without it they are called "1", "2", ... */
  readonly header: boolean;
}

/** A run of bytes of a file, as UTF-8. */
interface Chunk {
  readonly bytes: Buffer;
  readonly bytesRead: number;
  /** What the file is written in. */
  readonly encoding: string;
}

/** A run of whole records as UTF-8, undecoded. */
export interface CsvBlock extends Chunk {
  /** Bytes of the file read so far (of a compressed file: before unpacking). */
  readonly bytesRead: number;
}

/** Records of one block; `firstRow` counts data rows from 1. */
export interface CsvBatch {
  readonly firstRow: number;
  readonly rows: readonly (readonly string[])[];
  readonly bytesRead: number;
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const CARRIAGE = 0x0d;
/** A record longer than this is taken for an unclosed quote. */
const LONGEST_RECORD = 8 * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;

/** Sees the bytes of a file as they are read (of a compressed file: before unpacking). */
type SeeBytes = (bytes: Buffer) => void;

const unclosedQuote: Text = { zh: '有引号一直没有闭合', en: 'a quoted cell is never closed' };
const strayQuote: Text = { zh: '引号之后还有别的内容', en: 'something follows a closing quote' };
export const emptyFile: Text = { zh: '文件为空', en: 'the file is empty' };

/** Columns that are named where one is absent. */
const MOST_NAMED = 10;

/** Says that a file lacks a column, and which it has. */
export const columnAbsent = (column: string, names: readonly string[]): Text => {
  const listed = names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ', ...' : '');
  return { zh: `缺少列 ${column}；现有 ${listed}`, en: `column ${column} is absent; there are ${listed}` };
};

/** Reads a file (also gzip, by its .gz ending) in chunks of UTF-8. @throws file_unreadable, bad_arguments */
export async function* readChunks(path: string, wish: EncodingWish, see?: SeeBytes): AsyncGenerator<Chunk> {
  checkEncoding(wish.encoding);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const seen = see ? file.pipe(createTap(see)) : file;
  const source = path.endsWith('.gz') ? seen.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : seen;
  file.on('error', (cause) => source.destroy(cause));
  let encoding: string | undefined;
  let transcoder: Transcoder | undefined;
  try {
    for await (const chunk of source) {
      encoding ??= tellEncoding(chunk as Buffer, wish);
      transcoder ??= createTranscoder(path, encoding);
      yield { bytes: transcoder.push(chunk as Buffer), bytesRead: file.bytesRead, encoding };
    }
    if (encoding && transcoder) yield { bytes: transcoder.end(), bytesRead: file.bytesRead, encoding };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw appError('file_unreadable', { file: path, problem: describeFault(cause) }, { cause });
  } finally {
    file.destroy();
  }
}

/** Passes bytes on as they are and shows them on their way. */
const createTap = (see: SeeBytes): Transform =>
  new Transform({
    transform(bytes: Buffer, _, done) {
      see(bytes);
      done(null, bytes);
    },
  });

/**
 * Reads a delimited file in blocks of whole records, without holding the file.
 * @throws file_unreadable, bad_arguments where there is no such encoding
 */
export async function* readCsvBlocks(
  path: string,
  { separator, ...wish }: Pick<CsvFormat, 'separator'> & EncodingWish,
  see?: SeeBytes,
): AsyncGenerator<CsvBlock> {
  let last: Chunk | undefined;
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, wish, see)) {
    const data = carry.length === 0 ? chunk.bytes : Buffer.concat([carry, chunk.bytes]);
    const end = lastBoundary(data, separator.charCodeAt(0));
    if (end > 0) yield { ...chunk, bytes: data.subarray(0, end) };
    last = chunk;
    carry = data.subarray(end);
    if (carry.length > LONGEST_RECORD) throw appError('file_unreadable', { file: path, problem: unclosedQuote });
  }
  if (last && carry.length > 0) yield { ...last, bytes: carry };
}

/** The start of a file as text, whole lines of it, and what it is written in; null where the file is empty. */
export const readHead = async (
  path: string,
  wish: EncodingWish,
): Promise<{ text: string; encoding: string } | null> => {
  for await (const { bytes, encoding } of readChunks(path, wish)) {
    const text = new TextDecoder().decode(bytes);
    return { text: text.slice(0, text.lastIndexOf('\n') + 1) || text, encoding };
  }
  return null;
};

/** Whether a line ends at a byte: a newline, or a carriage return that no newline follows. */
const endsLine = (data: Buffer, index: number): boolean => {
  if (data[index] === NEWLINE) return true;
  return data[index] === CARRIAGE && index + 1 < data.length && data[index + 1] !== NEWLINE;
};

/** Just after the first or the last line end outside quotes; 0 where there is none. A quote opens only where a cell begins. */
const findBoundary = (data: Buffer, separator: number, which: 'first' | 'last'): number => {
  let boundary = 0;
  let quoted = false;
  let cellBegins = true;
  for (let index = hasUtf8Mark(data) ? 3 : 0; index < data.length; index++) {
    const byte = data[index] as number;
    if (byte === QUOTE) {
      if (quoted && data[index + 1] === QUOTE) index++;
      else if (quoted || cellBegins) quoted = !quoted;
      cellBegins = false;
      continue;
    }
    if (quoted) continue;
    const ends = endsLine(data, index);
    cellBegins = ends || byte === separator || byte === CARRIAGE;
    if (!ends) continue;
    boundary = index + 1;
    if (which === 'first') return boundary;
  }
  return boundary;
};

/** Just after the last line end outside quotes; files without quotes are not searched byte by byte. */
const lastBoundary = (data: Buffer, separator: number): number => {
  if (data.indexOf(QUOTE) >= 0) return findBoundary(data, separator, 'last');
  const carriage = data.length < 2 ? -1 : data.lastIndexOf(CARRIAGE, data.length - 2);
  return Math.max(data.lastIndexOf(NEWLINE), carriage >= 0 && endsLine(data, carriage) ? carriage : -1) + 1;
};

/** Cuts the first record off a block: its bytes, and the rest. */
export const splitFirstRecord = (data: Buffer, separator: string): { first: Buffer; rest: Buffer } => {
  const end = findBoundary(data, separator.charCodeAt(0), 'first') || data.length;
  return { first: data.subarray(0, end), rest: data.subarray(end) };
};

/** Line ends outside quotes as newlines, so that a file may mix them; what is quoted stays as it is. */
const unifyLineEnds = (text: string, separator: string): string => {
  if (!text.includes('\r')) return text;
  if (!text.includes('"')) return text.replaceAll(/\r\n?/g, '\n');
  let unified = '';
  let quoted = false;
  let cellBegins = true;
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') {
      if (quoted && text[index + 1] === '"') index++;
      else if (quoted || cellBegins) quoted = !quoted;
      cellBegins = false;
      continue;
    }
    if (quoted) continue;
    cellBegins = character === separator || character === '\n' || character === '\r';
    if (character !== '\r') continue;
    unified += `${text.slice(from, index)}\n`;
    if (text[index + 1] === '\n') index++;
    from = index + 1;
  }
  return unified + text.slice(from);
};

/**
 * Parses a block's records; lines may end in either way, and those with nothing on them are skipped.
 * @param place says where the block is, for the fault: file and number of its first row
 */
export const parseRecords = (
  text: string,
  separator: string,
  place: { readonly file: string; readonly firstRow: number },
): string[][] => {
  const lines = unifyLineEnds(text, separator);
  const { data, errors } = Papa.parse<string[]>(lines, { delimiter: separator, newline: '\n', skipEmptyLines: true });
  const [fault] = errors;
  if (!fault) return data;
  const problem = fault.code === 'MissingQuotes' ? unclosedQuote : strayQuote;
  throw appError('bad_row', { file: place.file, row: place.firstRow + (fault.row ?? 0), problem });
};

/** What a file was when it was read: SHA-256 (hex) and number of its bytes as they lie on disk. */
export interface FileDigest {
  readonly sha256: string;
  readonly bytes: number;
}

/** A delimited file: its column names, and its records in batches. */
export interface CsvFile {
  readonly header: readonly string[];
  readonly batches: AsyncGenerator<CsvBatch>;
  /** Digest of what was read so far: of the whole file once the batches are at their end. */
  digest(): FileDigest;
}

/**
 * Opens a delimited file. Every record must have as many cells as the header.
 * @throws file_unreadable, bad_header, bad_row
 */
export const openCsv = async (path: string, format: CsvFormat): Promise<CsvFile> => {
  const decode = createDecode(path);
  const hash = createHash('sha256');
  let bytesSeen = 0;
  const blocks = readCsvBlocks(path, format, (bytes) => {
    hash.update(bytes);
    bytesSeen += bytes.length;
  });
  const first = await blocks.next();
  if (first.done) throw appError('bad_header', { file: path, problem: emptyFile });
  const records = parseRecords(decode(first.value.bytes), format.separator, {
    file: path,
    firstRow: format.header ? 0 : 1,
  });
  const [leading] = records;
  if (!leading) throw appError('bad_header', { file: path, problem: emptyFile });
  const header = format.header ? nameColumns(leading, path) : leading.map((_, index) => String(index + 1));
  const batches = readBatches(
    { path, format, decode, columns: header.length },
    { first: first.value, records, blocks },
  );
  return { header, batches, digest: () => ({ sha256: hash.copy().digest('hex'), bytes: bytesSeen }) };
};

/** Column names as the file gives them; a column without one is called "(unnamed N)". */
export const nameColumns = (cells: readonly string[], path: string): string[] => {
  const names = cells.map((cell, index) => cell.trim() || `(unnamed ${index + 1})`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw appError('bad_header', {
    file: path,
    problem: { zh: `列 ${twice} 出现两次`, en: `column ${twice} appears twice` },
  });
};

interface Opened {
  readonly first: CsvBlock;
  readonly records: string[][];
  readonly blocks: AsyncGenerator<CsvBlock>;
}

async function* readBatches(
  { path, format, decode, columns }: { path: string; format: CsvFormat; decode: Decode; columns: number },
  { first, records, blocks }: Opened,
): AsyncGenerator<CsvBatch> {
  const start = format.header ? records.slice(1) : records;
  yield { firstRow: 1, rows: checkWidths(start, columns, { file: path, firstRow: 1 }), bytesRead: first.bytesRead };
  let firstRow = 1 + start.length;
  for await (const { bytes, bytesRead } of blocks) {
    const place = { file: path, firstRow };
    const rows = checkWidths(parseRecords(decode(bytes), format.separator, place), columns, place);
    yield { firstRow, rows, bytesRead };
    firstRow += rows.length;
  }
}

/** Refuses a record that has not as many cells as the header. */
export const checkWidths = (
  rows: string[][],
  columns: number,
  place: { readonly file: string; readonly firstRow: number },
): string[][] => {
  const ragged = rows.findIndex((row) => row.length !== columns);
  if (ragged < 0) return rows;
  const cells = rows[ragged]?.length ?? 0;
  const problem = {
    zh: `有 ${cells} 个单元格，表头有 ${columns} 个`,
    en: `it has ${cells} cells, the header has ${columns}`,
  };
  throw appError('bad_row', { file: place.file, row: place.firstRow + ragged, problem });
};
