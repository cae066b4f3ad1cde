import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import { columnAbsent } from '../../src/store/csv.ts';
import type { DescribeRequest } from './describe.ts';
import type { TalliedColumn } from './draft-column.ts';
import type { FileForm } from './sniff.ts';

/** Says what to do where a first line looks like data. */
export const looksHeaderless = (width: number): Text => ({
  zh: `第一行看起来是数据而不是列名；若文件没有表头，请加 --no-header，各列即为 column_1 到 column_${width}`,
  en: `its first line looks like data, not names; if it has no header, say --no-header: its columns are then column_1 to column_${width}`,
});

/** Refuses a first line that looks like data where its cells cannot serve as names. @throws bad_header */
export const checkNamed = ({ path, label, header }: DescribeRequest, { records, looksNamed }: FileForm): void => {
  if (header !== undefined || looksNamed !== false) return;
  const names = (records[0] ?? []).map((cell) => cell.trim());
  if (label !== undefined && names.includes(label) && new Set(names).size === names.length) return;
  throw appError('bad_header', { file: path, problem: looksHeaderless(names.length) });
};

/** The label's column, by its name in the file or by ours where it has none. @throws bad_header naming the columns there are */
export const findLabel = (
  { path, label }: Pick<DescribeRequest, 'path'> & { readonly label: string },
  columns: readonly TalliedColumn[],
  isNamed: boolean,
): TalliedColumn => {
  const found = columns.find(({ source, name }) => source === label || (!isNamed && name === label));
  if (found) return found;
  const names = columns.map(({ shown }) => shown);
  throw appError('bad_header', { file: path, problem: columnAbsent(label, names) });
};
