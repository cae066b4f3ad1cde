import { basename } from 'node:path';
import { type MappedTable, Mapping } from '../domain/mapping.ts';
import { appError } from '../errors.ts';
import { readJson } from './json.ts';

/** Reads a mapping file. @throws file_missing, bad_json, bad_artifact */
export const readMapping = (file: string): Mapping => readJson(file, Mapping);

/**
 * The table of a mapping that a file holds: the one that is asked for, else the one named as the file is without its
 * endings, else the only one.
 * @throws bad_mapping where there is none
 */
export const pickTable = (
  { tables }: Mapping,
  { mappingFile, file, wanted }: { mappingFile: string; file: string; wanted: string | undefined },
): MappedTable => {
  const name = wanted ?? basename(file).split('.')[0] ?? '';
  const [only, more] = tables;
  const found = tables.find((table) => table.name === name) ?? (wanted === undefined && !more ? only : undefined);
  if (found) return found;
  const listed = tables.map((table) => table.name).join(', ');
  const problem = {
    zh: `没有名为 ${name} 的表，可用 --table 指定：${listed}`,
    en: `there is no table ${name}; name one with --table: ${listed}`,
  };
  throw appError('bad_mapping', { file: mappingFile, place: 'tables', problem });
};
