import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { type AppError, appError } from '../errors.ts';
import { toLocalActor } from '../model/registry.ts';
import { toUnwritable } from '../store/writing.ts';
import type { Imported, PlacedEvent } from '../usecases/import-events.ts';
import type { EventSource } from '../usecases/record-events.ts';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';

/** What both commands that import events are told. */
export interface ImportOptions {
  readonly refused?: string;
  readonly actor?: string;
}

/** What is imported, and how it is read. */
export interface ImportRun {
  readonly file: string;
  readonly source: Exclude<EventSource, 'live'>;
  readonly read: (onRead: (bytes: number) => void) => AsyncIterable<readonly PlacedEvent[]>;
}

/** Refused rows that are told at once; the report has them all. */
const MOST_TOLD = 20;

/**
 * Imports a file's events with progress and a report of what is refused.
 * @throws rows_refused where some were, import_stopped where Ctrl-C stopped it; what is fit is stored either way
 */
export const runImport = async (
  console: Console,
  { file, source, read }: ImportRun,
  { refused: report, actor }: ImportOptions,
): Promise<void> => {
  const refusals = openReport(console, report);
  const size = statSync(file).size;
  let isStopped = false;
  const imported = await withProgress(console, 'import', ({ signal, onProgress }) =>
    withDatabase(console, async (database) => {
      const { importEvents } = await import('../usecases/import-events.ts');
      const pages = read((bytes) => onProgress(Math.min(bytes, size), size));
      const importing = { actor: toLocalActor(actor), now: () => new Date(), source, signal, onRefused: refusals.note };
      const counts = await importEvents(database, pages, importing);
      isStopped = signal.aborted;
      return counts;
    }),
  ).finally(refusals.close);
  finish(console, { file, imported, isStopped });
};

const finish = (
  { result, say }: Console,
  { file, imported, isStopped }: { file: string; imported: Imported; isStopped: boolean },
): void => {
  const { recorded, unchanged, refused } = imported;
  result(
    { file, ...imported },
    say({
      zh: `新增 ${recorded} 个事件，${unchanged} 个无变化，${refused} 个被拒绝。`,
      en: `Events recorded: ${recorded}, unchanged: ${unchanged}, refused: ${refused}.`,
    }),
  );
  const stored = recorded + unchanged;
  if (isStopped) throw appError('import_stopped', { file, stored });
  if (refused > 0) throw appError('rows_refused', { file, refused, stored });
};

/** Tells the first refusals, and writes all of them into a file where one is named. @throws file_unwritable */
const openReport = ({ warn, config }: Console, file: string | undefined) => {
  let told = 0;
  const descriptor = file === undefined ? null : openForWriting(file);
  return {
    note(row: number, fault: AppError): void {
      if (told++ < MOST_TOLD) warn(fault);
      if (descriptor === null) return;
      const line = { row, column: fault.values.column ?? null, code: fault.code, detail: fault.detail(config.locale) };
      writeSync(descriptor, `${JSON.stringify(line)}\n`);
    },
    close(): void {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
};

const openForWriting = (file: string): number => {
  try {
    return openSync(file, 'w', 0o600);
  } catch (cause) {
    throw toUnwritable(file, cause);
  }
};
