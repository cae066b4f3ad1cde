import { basename } from 'node:path';
import { Dictionary } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import { createPlainNumber } from '../../src/features/number-format.ts';
import { chooseLabel } from './choose-label.ts';
import { draftColumn, same, type TalliedColumn } from './draft-column.ts';
import { draftTarget } from './draft-target.ts';
import { noteForm } from './form-notes.ts';
import { checkNamed, findLabel } from './header.ts';
import { listLeftOut } from './left-out.ts';
import { openTable } from './open-table.ts';
import { type FileForm, type FormWish, sniffForm } from './sniff.ts';
import { ColumnTally, MISSING } from './tally.ts';

/** A file that has no dictionary yet, and what is said of its form. */
export interface DescribeRequest extends FormWish {
  readonly path: string;
  readonly name: string;
  /** The label's column; in a file without header column_1, column_2, ... or the number alone. Undefined chooses. */
  readonly label: string | undefined;
  /** The label's value that means bad; undefined guesses. */
  readonly bad: string | undefined;
}

/** Something the draft decided that a person should look at: of a column, or of the whole file (null). */
export interface DraftNote {
  readonly column: string | null;
  readonly note: Text;
}

/** A drafted dictionary and what was guessed in it. */
export interface Described {
  readonly dictionary: Dictionary;
  readonly notes: readonly DraftNote[];
}

/**
 * Drafts a dictionary for a file: its form, types, categories, suspected special codes, protected columns by their name;
 * ids, constants, dates and free text are left out with the reason. A person should read it before a model is used.
 * Every row is looked at, also those that training will hold out, but what is drafted of a column never rests on the
 * label: no direction, group or order of categories is guessed from it.
 * @throws bad_arguments where nobody named the label and none stands out, bad_header where its column is absent, bad_dictionary where it has not two values, no_inputs where
 * nothing is left
 */
export const describeFile = async (request: DescribeRequest): Promise<Described> => {
  const form = await sniffForm(request.path, request, new Set(MISSING));
  checkNamed(request, form);
  const columns = await tallyColumns(request, form);
  const label =
    request.label === undefined
      ? chooseLabel(request.path, columns)
      : findLabel({ path: request.path, label: request.label }, columns, form.file.header);
  const drafts = columns.flatMap((column) => (column === label ? [] : [draftColumn(column)]));
  const notes = [
    ...noteForm(request, form),
    ...drafts.flatMap(({ shown, notes }) => notes.map((note) => ({ column: shown, note }))),
  ];
  if (request.label === undefined) notes.push({ column: label.shown, note: chosenLabel });
  const target = draftTarget(request, label, notes);
  const features = drafts.flatMap(({ column }) => ('why' in column ? [] : [column]));
  if (features.length === 0) {
    const left = drafts.flatMap(({ shown, column }) => ('why' in column ? [{ name: shown, why: column.why }] : []));
    throw appError('no_inputs', { columns: listLeftOut(left) });
  }
  const dictionary = Dictionary.parse({
    schema: 1,
    name: request.name,
    set: request.name,
    title: same(titleOf(request.path)),
    source: { citation: 'supplied by the user', licence: 'not stated' },
    file: {
      path: basename(request.path),
      ...form.file,
      missing: [...new Set([...MISSING, ...drafts.flatMap(({ words }) => words)])],
    },
    target,
    groups: features.map(({ name, label }) => ({ name, code: `R_${name.toUpperCase()}`, label })),
    columns: drafts.map(({ column }) => column),
  });
  return { dictionary, notes };
};

const chosenLabel: Text = {
  zh: '视为要预测的列；可用 --label 指定',
  en: 'is taken for the column to predict; say --label to choose',
};

/** Counts what every row of a file holds, column by column. */
const tallyColumns = async (
  { path, encoding }: DescribeRequest,
  { file, units }: Pick<FileForm, 'file' | 'units'>,
): Promise<TalliedColumn[]> => {
  const { header, batches, types } = await openTable(path, { ...file, encoding, usualEncoding: file.encoding });
  const names = nameAll(header);
  const [asWritten, asDeclared] = [createPlainNumber(file), createPlainNumber({})];
  const columns = header.map((source, place): TalliedColumn => {
    const name = names[place] as string;
    const label = file.header ? same(source) : { zh: `第 ${source} 列`, en: `Column ${source}` };
    const declared = types?.[place] ?? null;
    const tally = new ColumnTally(declared?.kind === 'number' ? asDeclared : asWritten);
    return { source, name, label, shown: file.header ? source : name, declared, unit: units[place] ?? null, tally };
  });
  for await (const { rows } of batches) {
    for (const cells of rows)
      for (const [place, { tally }] of columns.entries()) tally.add((cells[place] as string).trim());
  }
  return columns;
};

/** A data set's title: its file's name without endings. */
const titleOf = (path: string): string => basename(path).replace(/(?<=.)\..*$/, '');

/** Our own names: snake_case of the header, or its place where nothing Latin is left; never twice the same. */
const nameAll = (header: readonly string[]): string[] => {
  const used = new Set<string>();
  return header.map((source, place) => {
    const plain = source
      .normalize('NFKD')
      .replace(/\p{Mark}/gu, '')
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '');
    const base = plain === '' ? `column_${place + 1}` : plain;
    let name = base;
    for (let more = 2; used.has(name); more++) name = `${base}_${more}`;
    used.add(name);
    return name;
  });
};
