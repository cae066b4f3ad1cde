import { isUtf8 } from 'node:buffer';
import { EventItem } from '../domain/event.ts';
import { readFault } from '../domain/issue.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { readChunks } from '../store/csv.ts';
import type { PlacedEvent } from './import-events.ts';

/** A file of events, one a line, and who hears how far it was read. */
export interface EventsFile {
  readonly file: string;
  readonly onRead: (bytes: number) => void;
  /** Whether every line has been checked before, so that it is only parsed now. */
  readonly isChecked?: boolean;
}

/** Reads the events of a file of JSON lines (also gzip), each with its line; blank lines are left out. @throws file_unreadable */
export async function* readEventsFile({
  file,
  onRead,
  isChecked = false,
}: EventsFile): AsyncGenerator<readonly PlacedEvent[]> {
  let held = Buffer.alloc(0);
  let row = 0;
  const readLines = (lines: readonly string[]): PlacedEvent[] =>
    lines.flatMap((line) => {
      row++;
      return line.trim() === '' ? [] : [{ row, event: isChecked ? JSON.parse(line) : readLine(line, { file, row }) }];
    });
  for await (const { bytes, bytesRead } of readChunks(file, { encoding: 'utf-8' })) {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const whole = toText(Buffer.concat([held, bytes.subarray(0, end)]), file);
    held = end === 0 ? Buffer.concat([held, bytes]) : Buffer.from(bytes.subarray(end));
    if (end === 0) continue;
    yield readLines(whole.slice(0, -1).split('\n'));
    onRead(bytesRead);
  }
  yield readLines([toText(held, file)]);
}

const NEWLINE = 0x0a;
const MARK = '\uFEFF';

/** @throws file_not_utf8 */
const toText = (bytes: Buffer, file: string): string => {
  if (!isUtf8(bytes)) throw appError('file_not_utf8', { file });
  return bytes.toString().replace(MARK, '');
};

const brokenText: Text = { zh: '文本含有半个字符', en: 'a text holds half a character' };

const readLine = (line: string, place: { readonly file: string; readonly row: number }): EventItem | AppError => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const problem = { zh: '不是合法的 JSON', en: `it is no JSON: ${(cause as Error).message}` };
    return appError('bad_row', { ...place, problem });
  }
  if (!isWhole(line, value)) return appError('bad_row', { ...place, problem: brokenText });
  const { data, error } = EventItem.safeParse(value);
  return data ?? appError('bad_row', { ...place, problem: toClause(error, value) });
};

/** What is wrong with an event, and where in it. */
export const toClause = (error: Parameters<typeof readFault>[0] | undefined, value: unknown): Text => {
  const { place, problem } = readFault(error ?? { issues: [] }, value);
  const at = typeof place === 'string' ? { zh: place, en: place } : place;
  return { zh: `${at.zh} ${problem.zh}`, en: `${at.en}: ${problem.en}` };
};

/** Whether no text is cut within a character, which only an escape can do. */
const isWhole = (line: string, value: unknown): boolean =>
  !/\\ud[89a-f]/i.test(line) || !/\\ud[89a-f]/i.test(JSON.stringify(value));
