import { existsSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { readFault } from '../domain/issue.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { describeFault } from './system-fault.ts';

/**
 * Reads a JSON file and checks it against a schema.
 * @throws file_unreadable, bad_json, bad_artifact naming the place in the file
 */
export const readJson = <Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> =>
  parseArtifact(readText(file), file, schema);

/** Parses the text of a file and checks it against a schema. @throws bad_json, bad_artifact naming the place in the file */
export const parseArtifact = <Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): z.output<Schema> => {
  const data = parseJson(text, file);
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw appError('bad_artifact', { file, ...readFault(parsed.error, data) });
};

/** Reads a text file whole. @throws file_missing, file_unreadable */
export const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw appError('file_missing', { file, places: '.' }, { cause });
    throw appError('file_unreadable', { file, problem: describeFault(cause) }, { cause });
  }
};

/**
 * Reads a file of one JSON object a line; a file that is not there has none.
 * @throws file_unreadable, bad_json, bad_artifact naming the line
 */
export const readJsonLines = <Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema>[] => {
  if (!existsSync(file)) return [];
  const lines = readText(file)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const data = parseJson(line, file);
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    const place = { zh: `第 ${index + 1} 行`, en: `line ${index + 1}` };
    throw appError('bad_artifact', { file, place, problem: readFault(parsed.error, data).problem });
  });
};

/** Parses JSON. @throws bad_json */
export const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw appError('bad_json', { file, problem: describeSyntax((cause as Error).message, text) }, { cause });
  }
};

/** Words the parser's complaint: where it stands, counted from 1, where the parser tells. */
const describeSyntax = (message: string, text: string): Text => {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return text.trim() === '' ? emptyText : { zh: '语法错误，或内容不完整', en: message };
  const before = text.slice(0, Number(position)).split('\n');
  return { zh: `第 ${before.length} 行第 ${(before.at(-1)?.length ?? 0) + 1} 列处语法错误`, en: message };
};

const emptyText: Text = { zh: '内容为空', en: 'there is nothing in it' };
