import { AppError, appError } from '../errors.ts';
import { emptyFile, nameColumns, parseRecords, readCsvBlocks, splitFirstRecord } from '../store/csv.ts';
import { createDecode, hasUtf8Mark } from '../store/encoding.ts';
import { type Output, withOutput } from '../store/writing.ts';
import type { OpenedPlan } from './open-plan.ts';
import { createBlockScorer, type ScoredBlock, type ScoreOptions, type ScoreSetup } from './score-block.ts';
import { answerInTurn, type Thread } from './threads.ts';

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
  const leading: ReadBlock = { bytes: rest, bytesRead: first.value.bytesRead };
  const written = isMarked ? `\uFEFF${header}` : header;
  const module = new URL('./score-worker.ts', import.meta.url).href;
  const scored = answerInTurn(
    { module, data: { setup }, youngMegabytes: YOUNG_MEGABYTES },
    startWith(leading, blocks),
    scoreBlock,
  );
  return withOutput(request.output, (output) => writeAll({ request, header: written, scored, output }));
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

/** A piece of the file, and how far it was read by then. */
interface ReadBlock {
  readonly bytes: Buffer;
  readonly bytesRead: number;
}

const scoreBlock = async (thread: Thread<Uint8Array, ScoredBlock>, { bytes, bytesRead }: ReadBlock) => {
  const copy = Uint8Array.from(bytes);
  return { block: await thread.ask(copy, [copy.buffer]), bytesRead };
};

interface Writing {
  readonly request: ScoreFileRequest;
  readonly header: string;
  readonly scored: AsyncIterable<Awaited<ReturnType<typeof scoreBlock>>>;
  readonly output: Output;
}

/** Writes what the threads make of the blocks, in order. */
const writeAll = async ({ request, header, scored, output }: Writing): Promise<number> => {
  let rows = 0;
  await output.write(`${header}\n`);
  for await (const { block, bytesRead } of scored) {
    if (request.signal.aborted) throw appError('cancelled');
    if (block.fault) throw locateFault(block.fault, rows);
    rows += block.rows;
    await output.write(block.text);
    request.onProgress(rows, bytesRead);
  }
  if (request.signal.aborted) throw appError('cancelled');
  return rows;
};

async function* startWith<Item>(first: Item, rest: AsyncIterable<Item>): AsyncGenerator<Item> {
  yield first;
  yield* rest;
}

/** A worker counts rows from its block's first; the file's count adds the rows before it. */
const locateFault = ({ code, values }: NonNullable<ScoredBlock['fault']>, rowsBefore: number): AppError =>
  new AppError(code, 'row' in values ? { ...values, row: Number(values.row) + rowsBefore } : values);
