import { z } from 'zod';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { tables } from './tables.ts';

/**
 * A backup is gzip over lines of JSON: a header, every row as `{"table":{...}}`, a trailer. The trailer's digest is
 * SHA-256 over every byte before its line, so a file that was cut off or changed is found.
 */
export const BackupHeader = z.object({
  vigil: z.literal('backup'),
  /** Of the file; the rows are as the migrations make them. */
  format: z.int(),
  madeAt: z.iso.datetime(),
  migrations: z.array(z.string()).min(1),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

export const BackupTrailer = z.object({
  /** Rows of each table. */
  counts: z.partialRecord(z.enum(tables), z.int()),
  /** The last record's sequence (0 = none) and the chain's hash after it. */
  head: z.object({ seq: z.int(), hash: z.string() }),
  sha256: z.string(),
});
export type BackupTrailer = z.infer<typeof BackupTrailer>;

export const FORMAT = 1;

/** How a backup's faults are said. */
export const backupProblems = {
  foreign: { zh: '它不是由 vigil backup 生成的', en: 'it was not made by vigil backup' },
  newer: {
    zh: '它由更新版本的 Vigil 生成，请升级 Vigil',
    en: 'it was made by a newer Vigil; update Vigil',
  },
  cut: { zh: '文件被截断', en: 'it was cut off' },
  damaged: { zh: '内容损坏或被改动', en: 'its content was damaged or changed' },
  line: (line: number): Text => ({ zh: `第 ${line} 行无法识别`, en: `line ${line} cannot be read` }),
} as const;

/** A file that is no whole backup. */
export const badBackup = (file: string, problem: Text, cause?: unknown): AppError =>
  appError('bad_backup', { file, problem }, { cause });
