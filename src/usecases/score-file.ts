import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError, appError } from '../errors.ts';
import { emptyFile, nameColumns, parseRecords, readCsvBlocks, splitFirstRecord } from '../store/csv.ts';
import { createDecode, hasUtf8Mark } from '../store/encoding.ts';
import { type Output, withOutput } from '../store/writing.ts';
import type { OpenedPlan } from './open-plan.ts';
import { createBlockScorer, type ScoredBlock, type ScoreOptions, type ScoreSetup } from './score-block.ts';

/** A file to score and where the result goes. */
export interface ScoreFileRequest {
  readonly opened: OpenedPlan;
  readonly input: string;
  readonly output: string;
  /** What the file is written in; undefined = as its bytes tell, else as the format says. */
  readonly encoding: string | undefined;
  readonly options: Omit<ScoreOptions, 'file'>;
  readonly onProgress: (rows: number, bytesRead: number) => void;
  /** Stops the work; nothing is left behind. */
  readonly signal: AbortSignal;
}

/** Blocks on their way at once, beyond one for each worker. */
const SPARE_BLOCKS = 2;
const MOST_WORKERS = 8;
/** Room for a block's cells, so that they die young and cheaply. */
const YOUNG_MEGABYTES = 64;

/**
 * Scores a delimited file into another, streaming over worker threads: memory does not grow with the file. A result that
 * is a file appears under its name only when it is whole. It is UTF-8, marked as such for spreadsheets where the input
 * was marked or was written in anything else.
 * @returns how many rows were scored
 * @throws bad_header, bad_row, bad_cell (file, row, column and value), file_unwritable, cancelled
 */
export const scoreFile = async (request: ScoreFileRequest): Promise<number> => {
  const { separator, encoding: usualEncoding } = request.options.format;
  const blocks = readCsvBlocks(request.input, { separator, encoding: request.encoding, usualEncoding });
  const first = await blocks.next();
  if (first.done) throw appError('bad_header', { file: request.input, problem: emptyFile });
  const { names, rest } = readHeader(request, first.value.bytes);
  const setup: ScoreSetup = {
    parts: request.opened.parts,
    names,
    options: { ...request.options, file: request.input },
  };
  const { header } = createBlockScorer(request.opened.plan, names, setup.options);
  const isMarked = first.value.encoding !== 'utf-8' || hasUtf8Mark(first.value.bytes);
  const leading = { bytes: rest, bytesRead: first.value.bytesRead };
  return withOutput(request.output, async (output) => {
    const workers = Array.from({ length: Math.min(MOST_WORKERS, availableParallelism()) }, () => startWorker(setup));
    try {
      const marked = isMarked ? `\uFEFF${header}` : header;
      return await pump({ request, header: marked, first: leading, blocks, workers, output });
    } finally {
      await Promise.all(workers.map(({ worker }) => worker.terminate()));
    }
  });
};

const readHeader = (
  { options: { format }, input }: ScoreFileRequest,
  bytes: Buffer,
): { names: readonly string[]; rest: Buffer } => {
  const decode = createDecode(input);
  let { first, rest } = splitFirstRecord(bytes, format.separator);
  let [cells] = parseRecords(decode(first), format.separator, { file: input, firstRow: 0 });
  while (!cells && rest.length > 0) {
    ({ first, rest } = splitFirstRecord(rest, format.separator));
    [cells] = parseRecords(decode(first), format.separator, { file: input, firstRow: 0 });
  }
  if (!format.header) return { names: (cells ?? []).map((_, place) => String(place + 1)), rest: bytes };
  return { names: nameColumns(cells ?? [], input), rest };
};

/** A worker and the answers it owes, in the order they were asked for. */
interface Scorer {
  readonly worker: Worker;
  readonly owed: { resolve: (block: ScoredBlock) => void; reject: (cause: unknown) => void }[];
}

const startWorker = (setup: ScoreSetup): Scorer => {
  const module = new URL('./score-worker.ts', import.meta.url).href;
  const worker = new Worker(new URL('../worker.js', import.meta.url), {
    workerData: { module, setup },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const scorer: Scorer = { worker, owed: [] };
  worker.on('message', (block: ScoredBlock) => scorer.owed.shift()?.resolve(block));
  const fail = (cause: unknown) => {
    for (const { reject } of scorer.owed.splice(0)) reject(cause);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a scoring worker ended early')));
  return scorer;
};

const ask = ({ worker, owed }: Scorer, bytes: Buffer): Promise<ScoredBlock> =>
  new Promise((resolve, reject) => {
    owed.push({ resolve, reject });
    const copy = Uint8Array.from(bytes);
    worker.postMessage(copy, [copy.buffer]);
  });

interface Pump {
  readonly request: ScoreFileRequest;
  readonly header: string;
  readonly first: { readonly bytes: Buffer; readonly bytesRead: number };
  readonly blocks: ReturnType<typeof readCsvBlocks>;
  readonly workers: readonly Scorer[];
  readonly output: Output;
}

/** Hands blocks to the workers in turn and writes their answers in order, never more than a few blocks ahead. */
const pump = async ({ request, header, first, blocks, workers, output }: Pump): Promise<number> => {
  const underway: { scored: Promise<ScoredBlock>; bytesRead: number }[] = [];
  let rows = 0;
  const settle = async (): Promise<void> => {
    const next = underway.shift();
    if (!next) return;
    const block = await next.scored;
    if (block.fault) throw locateFault(block.fault, rows);
    rows += block.rows;
    await output.write(block.text);
    request.onProgress(rows, next.bytesRead);
  };
  let turn = 0;
  const send = ({ bytes, bytesRead }: Pump['first']): void => {
    const worker = workers[turn++ % workers.length] as Scorer;
    const scored = ask(worker, bytes);
    scored.catch(() => undefined);
    underway.push({ scored, bytesRead });
  };
  await output.write(`${header}\n`);
  send(first);
  for await (const block of blocks) {
    if (request.signal.aborted) throw appError('cancelled');
    send(block);
    while (underway.length >= workers.length + SPARE_BLOCKS) await settle();
  }
  while (underway.length > 0) await settle();
  if (request.signal.aborted) throw appError('cancelled');
  return rows;
};

/** A worker counts rows from its block's first; the file's count adds the rows before it. */
const locateFault = ({ code, values }: NonNullable<ScoredBlock['fault']>, rowsBefore: number): AppError =>
  new AppError(code, 'row' in values ? { ...values, row: Number(values.row) + rowsBefore } : values);
