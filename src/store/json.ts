import { existsSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { appError } from '../errors.ts';

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
  const parsed = schema.safeParse(parseJson(text, file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the top';
  throw appError('bad_artifact', { file, place, problem: issue?.message ?? 'it does not fit' });
};

/** Reads a text file whole. @throws file_missing, file_unreadable */
export const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT') throw appError('file_missing', { file, places: '.' }, { cause });
    throw appError('file_unreadable', { file, problem: code }, { cause });
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
    const parsed = schema.safeParse(parseJson(line, file));
    if (parsed.success) return parsed.data;
    throw appError('bad_artifact', {
      file,
      place: `line ${index + 1}`,
      problem: parsed.error.issues[0]?.message ?? 'it does not fit',
    });
  });
};

/** Parses JSON. @throws bad_json */
export const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw appError('bad_json', { file, problem: (cause as Error).message }, { cause });
  }
};
