import { OutcomeItem } from '../contract/outcomes.ts';
import { readIssue } from '../domain/issue.ts';
import type { Text } from '../domain/text.ts';
import { AppError, appError } from '../errors.ts';
import { columnAbsent, openCsv } from '../store/csv.ts';
import type { Database } from '../store/database.ts';
import { type RecordedOutcome, type Reporting, recordOutcomes } from './outcomes.ts';

/** A delimited file of outcomes. */
export interface OutcomesFile {
  readonly file: string;
  readonly separator: string;
}

/** Columns of the file, by the field of an outcome each holds. */
const columns = {
  outcomeId: 'outcome_id',
  customerId: 'customer_id',
  customerRef: 'customer_ref',
  observedOn: 'observed_on',
  defaulted: 'defaulted',
  amountMinor: 'loss_minor',
  currency: 'currency',
} as const;
type Field = keyof typeof columns;
const required: readonly Field[] = ['outcomeId', 'observedOn', 'defaulted'];

/** Most outcomes of one file, which are stored in one transaction. */
const MOST_ROWS = 50_000;
/** Faults of one file that are named. */
const MOST_FAULTS = 20;

/** Stores the outcomes of a file, all or none. @throws bad_header, bad_row, bad_cell, each with the others beside it */
export const recordOutcomesFile = async (
  database: Database,
  place: OutcomesFile,
  reporting: Omit<Reporting, 'placeOf'>,
): Promise<RecordedOutcome[]> => {
  const items = await readOutcomes(place);
  const recorded = recordOutcomes(database, items, { ...reporting, placeOf: (index) => String(index + 1) });
  return recorded.catch((fault: unknown) => {
    throw fault instanceof AppError ? toRowFault(place.file, fault) : fault;
  });
};

const readOutcomes = async ({ file, separator }: OutcomesFile): Promise<OutcomeItem[]> => {
  const { header, batches } = await openCsv(file, { separator, header: true });
  checkHeader(file, header);
  const items: OutcomeItem[] = [];
  const faults: AppError[] = [];
  const rowOfId = new Map<string, number>();
  for await (const { firstRow, rows } of batches) {
    for (const [index, cells] of rows.entries()) {
      const row = firstRow + index;
      if (row > MOST_ROWS) throw appError('bad_row', { file, row, problem: tooMany });
      const read = readItem({ file, row, header, cells });
      const known = read instanceof AppError ? undefined : rowOfId.get(read.outcomeId);
      if (read instanceof AppError) faults.push(read);
      else if (known !== undefined) faults.push(appError('bad_row', { file, row, problem: twice(known) }));
      else items.push(read);
      if (!(read instanceof AppError)) rowOfId.set(read.outcomeId, row);
    }
  }
  const [first, ...others] = faults.slice(0, MOST_FAULTS);
  if (first) throw first.beside(others);
  return items;
};

const tooMany: Text = {
  zh: `一个文件最多 ${MOST_ROWS} 行，请拆分`,
  en: `a file takes at most ${MOST_ROWS} rows; split it`,
};
const twice = (row: number): Text => ({
  zh: `outcome_id 与第 ${row} 行相同`,
  en: `its outcome_id is that of row ${row}`,
});

const checkHeader = (file: string, header: readonly string[]): void => {
  const known: readonly string[] = Object.values(columns);
  const absent = required.map((field) => columns[field]).find((column) => !header.includes(column));
  if (absent) throw appError('bad_header', { file, problem: columnAbsent(absent, header) });
  const stranger = header.find((column) => !known.includes(column));
  if (stranger === undefined) return;
  const listed = known.join(', ');
  const problem = {
    zh: `没有列 ${stranger}；可用 ${listed}`,
    en: `there is no column ${stranger}; known are ${listed}`,
  };
  throw appError('bad_header', { file, problem });
};

interface Line {
  readonly file: string;
  readonly row: number;
  readonly header: readonly string[];
  readonly cells: readonly string[];
}

const answers: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** The outcome of a line, or what is wrong with it; an empty cell is one that is not there. */
const readItem = ({ file, row, header, cells }: Line): OutcomeItem | AppError => {
  const cellOf = (field: Field): string | undefined => cells[header.indexOf(columns[field])]?.trim() || undefined;
  const refuse = (field: Field, problem: Text): AppError =>
    appError('bad_cell', { file, row, column: columns[field], value: cellOf(field) ?? '', problem });
  const defaulted = answers[cellOf('defaulted')?.toLowerCase() ?? ''];
  if (defaulted === undefined) return refuse('defaulted', { zh: '应为 true 或 false', en: 'must be true or false' });
  const [amount, currency] = [cellOf('amountMinor'), cellOf('currency')];
  if (amount !== undefined && !/^\d{1,15}$/.test(amount)) {
    return refuse('amountMinor', { zh: '应为以最小货币单位计的整数', en: 'must be a whole number of minor units' });
  }
  const { data, error } = OutcomeItem.safeParse({
    outcomeId: cellOf('outcomeId') ?? '',
    customerId: cellOf('customerId'),
    customerRef: cellOf('customerRef'),
    observedOn: cellOf('observedOn') ?? '',
    defaulted,
    loss: amount === undefined && currency === undefined ? null : { amountMinor: Number(amount), currency },
  });
  if (data) return data;
  const [issue] = error.issues;
  const told = issue && readIssue(issue, null);
  const field = (told?.path ?? []).findLast((part): part is Field => String(part) in columns) ?? 'amountMinor';
  return refuse(field, told?.problem ?? { zh: '有误', en: 'it is wrong' });
};

/** A fault of an item, by its row in the file. */
const toRowFault = (file: string, fault: AppError): AppError => {
  const place = (each: AppError): AppError => {
    const row = Number(each.place);
    return Number.isInteger(row) && row > 0 ? appError('bad_row', { file, row, problem: toClause(each) }) : each;
  };
  const [first = fault, ...others] = [fault, ...fault.others].map(place);
  return first.beside(others);
};

/** A fault's words as part of a sentence; of a field only what is wrong with it. */
const toClause = (fault: AppError): Text => {
  const { field, problem } = fault.values;
  const column = columns[field as Field];
  if (column !== undefined && typeof problem === 'object') {
    return { zh: `${column} ${problem.zh}`, en: `${column}: ${problem.en}` };
  }
  return { zh: fault.detail('zh').replace(/。$/, ''), en: fault.detail('en').replace(/\.$/, '') };
};
