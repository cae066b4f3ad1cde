import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openCsv } from '../../src/store/csv.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { acceptedFormat, openPlan } from '../../src/usecases/open-plan.ts';
import { scoreFile } from '../../src/usecases/score-file.ts';
import { openSource } from '../../training/dataset/source.ts';
import { today } from './today.ts';

/** How often each side is timed; the medians are compared. */
const TURNS = 3;

/** CSV in, scored CSV with four reasons out, in turns with DuckDB copying the same CSV to CSV. */
export const benchFile = async ({
  rows,
  model,
  dataFolder,
}: {
  rows: number;
  model: string;
  dataFolder: string | undefined;
}): Promise<object> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  try {
    const input = join(folder, 'rows.csv');
    await makeRows(input, rows, { model, dataFolder });
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < TURNS; turn++) {
      ours.push(await timeVigil(input, join(folder, 'scored.csv'), model));
      theirs.push(await timeDuckDb(input, join(folder, 'copied.csv')));
    }
    const [vigil, limit] = [rows / median(ours), rows / median(theirs)];
    return {
      rows,
      rows_per_s: Math.round(vigil),
      limit_rows_per_s: Math.round(limit),
      ratio: Number((vigil / limit).toFixed(3)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Repeats the rows of the data the model was trained on until there are enough; ids go on counting. */
const makeRows = async (
  path: string,
  rows: number,
  { model, dataFolder }: { model: string; dataFolder: string | undefined },
): Promise<void> => {
  const { plan } = openPlan({ model, modelFolders: modelFolders(undefined), policy: undefined, day: today() });
  const plain = { dictionary: undefined, label: undefined, bad: undefined };
  const source = await openSource({ ...plain, data: plan.model.dictionary.name, dataFolder });
  const { separator, header } = source.dictionary.file;
  const { header: names, batches } = await openCsv(source.path, { separator, header });
  const lines: string[] = [];
  for await (const batch of batches) for (const cells of batch.rows) lines.push(cells.slice(1).join(separator));
  const out = createWriteStream(path);
  out.write(`${names.join(separator)}\n`);
  for (let row = 0; row < rows; row += 1_000) {
    let text = '';
    for (let next = row; next < Math.min(rows, row + 1_000); next++)
      text += `${next + 1}${separator}${lines[next % lines.length]}\n`;
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
};

const timeVigil = async (input: string, output: string, model: string): Promise<number> => {
  const started = performance.now();
  const opened = openPlan({ model, modelFolders: modelFolders(undefined), policy: undefined, day: today() });
  await scoreFile({
    opened,
    input,
    output,
    encoding: 'utf-8',
    options: { reasons: 4, day: today(), format: { ...acceptedFormat(opened), header: true } },
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return (performance.now() - started) / 1000;
};

const timeDuckDb = async (input: string, output: string): Promise<number> => {
  const started = performance.now();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT * FROM read_csv('${input}')) TO '${output}' (FORMAT csv, HEADER)`);
  connection.closeSync();
  return (performance.now() - started) / 1000;
};
