import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RowsComparison } from '../domain/comparison.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { type ComparedRows, takeRows } from '../explanation/comparison/compared-rows.ts';
import { measureRows, type RowsPlan } from '../explanation/comparison/measure-rows.ts';
import type { PairedModels } from '../model/compare-models.ts';
import { type CsvBatch, openCsv } from '../store/csv.ts';
import { readTrainingFile } from './compare-beside.ts';
import {
  createCustomerCollector,
  createGroupCollector,
  createIdCollector,
  createLabelCollector,
} from './compare-labels.ts';
import type { OpenedPair } from './compare-models.ts';
import { createSide } from './compare-side.ts';
import { type FileFormat, originOf } from './open-plan.ts';
import type { RowsFile } from './row-cells.ts';

/** A file of rows that two models score. */
export interface ReadFileRequest {
  readonly opened: OpenedPair;
  readonly file: string;
  readonly format: FileFormat;
  /** What the file is written in; undefined = as its bytes tell, else as the format says. */
  readonly encoding: string | undefined;
  /** Civil day on which the policy's rules are read. */
  readonly day: string;
  /** Picks the rows that count, by what the whole file holds; null = all of them. */
  readonly choose: ChooseRows;
  readonly onProgress: (rows: number, bytesRead: number) => void;
  readonly signal: AbortSignal;
}

/** A file of rows that two models are compared on. */
export interface CompareFileRequest extends ReadFileRequest {
  readonly paired: PairedModels;
  readonly plan: Omit<RowsPlan, 'random'>;
  /** Of the bootstrap. */
  readonly seed: number;
}

/** A file as it was read: the outcome of every row, and which model was trained on it. */
export interface ReadFile {
  readonly labels: Uint8Array;
  readonly trainedOn: { readonly a: boolean; readonly b: boolean };
}

export type ChooseRows = (file: ReadFile) => Uint32Array | null;

/** Rows that both models scored, as many of the file as count. */
export interface FileRows extends Pick<RowsComparison, 'kind' | 'trainedOn'> {
  readonly rows: ComparedRows;
  /** Of the whole file. */
  readonly sha256: string;
}

/**
 * Scores a file by both models as `vigil score` does, every row a new application. Scores, bins and outcomes of all rows
 * are held: about 20 bytes a row, its customer where that is told, and 2 for each input of each model.
 * @throws file_unreadable where there are no rows; bad_header where a column is absent, naming the model that reads it; bad_row, bad_cell, cancelled
 */
export const readFileRows = async (request: ReadFileRequest): Promise<FileRows> => {
  const { opened, file, format, encoding, choose } = request;
  const csv = await openCsv(file, { ...format, encoding, usualEncoding: format.encoding });
  const rows = await readRows(request, { file, format, names: csv.header }, csv.batches);
  const { sha256 } = csv.digest();
  const { a, b } = opened.folders;
  const trainedOn = { a: readTrainingFile(a) === sha256, b: readTrainingFile(b) === sha256 };
  const chosen = choose({ labels: rows.labels, trainedOn });
  if (!chosen) return { rows, sha256, kind: 'file', trainedOn };
  const models = { a: opened.a.plan.model, b: opened.b.plan.model };
  return { rows: takeRows(models, rows, chosen), sha256, kind: 'held', trainedOn: { a: false, b: false } };
};

/** Scores a file by both models and compares what came out. @throws as `readFileRows` */
export const compareFile = async (request: CompareFileRequest): Promise<RowsComparison> => {
  const { opened, paired, plan, seed } = request;
  const { rows, kind, trainedOn } = await readFileRows(request);
  const generator = xoroshiro128plus(seed);
  const { policy, policyFingerprint } = opened.a.plan;
  return {
    policy: { name: policy.name, version: policy.version, fingerprint: policyFingerprint },
    kind,
    trainedOn,
    ...measureRows(paired, rows, { ...plan, random: (most) => uniformInt(generator, 0, most) }),
  };
};

const noRows: Text = { zh: '其中没有任何行', en: 'it has no rows' };

const readRows = async (
  { opened, day, onProgress, signal }: ReadFileRequest,
  file: RowsFile,
  batches: AsyncIterable<CsvBatch>,
): Promise<ComparedRows> => {
  const dictionary = originOf(opened.a) ?? originOf(opened.b);
  const [a, b] = [createSide(opened.a, file, day), createSide(opened.b, file, day)];
  const labels = createLabelCollector(file, dictionary);
  const ids = createIdCollector(file, dictionary);
  const groups = createGroupCollector(file, dictionary);
  const customers = createCustomerCollector(file, dictionary);
  const collectors = [a, b, labels, ids, groups, customers];
  let read = 0;
  for await (const { rows, firstRow, bytesRead } of batches) {
    if (signal.aborted) throw appError('cancelled');
    for (const [index, cells] of rows.entries()) {
      for (const collector of collectors) collector.add(cells, firstRow + index);
    }
    a.pack();
    b.pack();
    read += rows.length;
    onProgress(read, bytesRead);
  }
  if (read === 0) throw appError('file_unreadable', { file: file.file, problem: noRows });
  return {
    a: a.finish(),
    b: b.finish(),
    numbers: Uint32Array.from({ length: read }, (_, row) => row + 1),
    labels: labels.finish(),
    customers: customers.finish(),
    ids: ids.finish(),
    groups: groups.finish(),
  };
};
