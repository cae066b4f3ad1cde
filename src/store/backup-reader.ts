import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { AppError, appError } from '../errors.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import { BackupHeader, BackupTrailer, backupProblems, badBackup, FORMAT } from './backup-format.ts';
import { listMigrations } from './migrate.ts';
import { parseRow, type Row } from './rows.ts';
import { describeFault } from './system-fault.ts';

const CHUNK_BYTES = 2 ** 20;
/** Characters of the longest line; a longer one is no row of ours. */
const LONGEST_LINE = 2 ** 28;

/** A backup whose header was read. */
export interface OpenedBackup {
  readonly header: BackupHeader;
  /** Bytes of the file, and how many of them were read so far. */
  readonly size: number;
  bytesRead(): number;
  /** Every row, in pages; after the last one the trailer has been checked. */
  readonly pages: AsyncGenerator<Row[]>;
  /** What the trailer said; to be asked after the last page. */
  trailer(): BackupTrailer;
  /** Lets go of the file before its end. */
  close(): Promise<unknown>;
}

/**
 * Opens a backup. Memory does not grow with it.
 * @throws file_missing, file_unreadable, bad_backup where it is none, is newer than this code, was cut off or changed
 */
export const openBackup = async (file: string): Promise<OpenedBackup> => {
  const size = sizeOf(file);
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const lines = readLines(file, source);
  const { value: first = [] } = await lines.next();
  const header = readHeader(file, first[0] ?? '');
  const reader = createRowReader(file, first[0] ?? '');
  return {
    header,
    size,
    bytesRead: () => source.bytesRead,
    pages: reader.read(first.slice(1), lines),
    trailer: reader.trailer,
    close: () => lines.return(undefined),
  };
};

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch (cause) {
    throw appError('file_missing', { file, places: '.' }, { cause });
  }
};

const Header = z.object({ header: BackupHeader });
const Trailer = z.object({ trailer: BackupTrailer });

const readHeader = (file: string, line: string): BackupHeader => {
  const parsed = Header.safeParse(parseLine(line));
  if (!parsed.success) throw badBackup(file, backupProblems.foreign, parsed.error);
  const { header } = parsed.data;
  const known = listMigrations();
  const isKnown = header.migrations.every((name, index) => name === known[index]);
  if (header.format !== FORMAT || !isKnown) throw badBackup(file, backupProblems.newer);
  return header;
};

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/** Parses rows, counting and digesting them, and holds the trailer against that. */
const createRowReader = (file: string, header: string) => {
  const digest = createHash('sha256').update(`${header}\n`);
  const counts: Partial<Record<string, number>> = {};
  let number = 1;
  let trailer: BackupTrailer | null = null;
  const take = (line: string): Row[] => {
    number++;
    if (trailer) throw badBackup(file, backupProblems.line(number));
    if (line.startsWith('{"trailer":')) {
      trailer = checkTrailer(line);
      return [];
    }
    const row = parseRow(line);
    if (!row) throw badBackup(file, backupProblems.line(number));
    digest.update(`${line}\n`);
    counts[row.table] = (counts[row.table] ?? 0) + 1;
    return [row];
  };
  const checkTrailer = (line: string): BackupTrailer => {
    const found = Trailer.safeParse(parseLine(line)).data?.trailer;
    if (!found) throw badBackup(file, backupProblems.line(number));
    const isCounted = toCanonicalJson(found.counts) === toCanonicalJson(counts);
    if (!isCounted || found.sha256 !== digest.digest('hex')) throw badBackup(file, backupProblems.damaged);
    return found;
  };
  const known = (): BackupTrailer => {
    if (trailer) return trailer;
    throw badBackup(file, backupProblems.cut);
  };
  return {
    trailer: known,
    async *read(first: readonly string[], lines: AsyncGenerator<string[]>): AsyncGenerator<Row[]> {
      yield first.flatMap(take);
      for await (const page of lines) yield page.flatMap(take);
      known();
    },
  };
};

/** The lines of a gzip file, in pages of what one chunk completed. */
async function* readLines(file: string, source: ReturnType<typeof createReadStream>): AsyncGenerator<string[]> {
  const unpacked = source.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  source.on('error', (cause) => unpacked.destroy(cause));
  let rest = '';
  try {
    for await (const chunk of unpacked.setEncoding('utf8')) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw badBackup(file, backupProblems.damaged);
      if (lines.length > 0) yield lines;
    }
  } catch (cause) {
    throw toReadFault(file, cause);
  } finally {
    source.destroy();
  }
  if (rest !== '') throw badBackup(file, backupProblems.cut);
}

const toReadFault = (file: string, cause: unknown): unknown => {
  if (cause instanceof AppError) return cause;
  const { code, message, syscall } = cause as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return badBackup(file, backupProblems.cut, cause);
  if (message === 'incorrect header check') return badBackup(file, backupProblems.foreign, cause);
  if (code?.startsWith('Z_')) return badBackup(file, backupProblems.damaged, cause);
  return syscall ? appError('file_unreadable', { file, problem: describeFault(cause) }, { cause }) : cause;
};
