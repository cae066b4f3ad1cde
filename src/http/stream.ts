import type { Request, Response } from 'express';
import { StreamLine } from '../contract/predict.ts';
import type { Locale } from '../domain/text.ts';
import type { AppError } from '../errors.ts';
import { parseJson, parsePart } from './body.ts';
import { contextOf } from './context.ts';
import { openFlow } from './flow.ts';
import type { Principal } from './guards.ts';
import { readLines } from './lines.ts';
import { answerPredict } from './predict.ts';
import { toAppError, toProblem } from './problem.ts';
import type { ServiceParts } from './service.ts';

/** Lines of one stream that are worked on at once. */
const WINDOW = 256;
/** A stream that moves in neither direction for so long is cut. */
const IDLE_SECONDS = 30;
/** How long a stream waits before it asks again whether there is room. */
const ROOM_MILLISECONDS = 10;

/** Who streams, in what language, and under which key. */
export interface StreamCall {
  readonly principal: Principal;
  readonly locale: Locale;
  readonly idempotencyKey: string | null;
}

/** What one line came to. */
interface LineAnswer {
  readonly text: string;
  readonly isStored: boolean;
  /** A fault after which the stream cannot go on. */
  readonly end: AppError | null;
  /** To be done once it is written. */
  readonly then: readonly (() => void)[];
}

/**
 * Decides line by line: answers in the order of the lines, each once it is stored, never more at once than a window; the
 * reader waits while the caller does not read, and while too much waits to be stored. A bad line is answered by a problem
 * in its place. Where the database or the service stops, the last line says how many lines were stored.
 */
export const streamPredict = async (
  parts: ServiceParts,
  { req, res }: { req: Request; res: Response },
  call: StreamCall,
): Promise<void> => {
  const instance = contextOf(res).id;
  const problemOf = (error: AppError) => toProblem(error, { locale: call.locale, instance });
  let stored = 0;
  let inFlight = 0;
  let wake: () => void = () => undefined;
  let written = Promise.resolve();
  res.status(200).type('application/x-ndjson');
  res.flushHeaders();
  const flow = openFlow(
    { req, res },
    {
      idleMilliseconds: 1_000 * (parts.streamIdleSeconds ?? IDLE_SECONDS),
      isStopping: parts.isStopping,
      isBusy: () => inFlight > 0,
    },
  );
  const settle = async (answering: Promise<LineAnswer>): Promise<void> => {
    const answer = await answering;
    if (answer.isStored) stored++;
    if (answer.end) flow.end(answer.end);
    await flow.write(answer.text);
    for (const work of answer.then) work();
    inFlight--;
    wake();
  };
  for await (const line of readLines(flow.input)) {
    await waitForRoom(parts);
    if (flow.over()) break;
    const answering = answerLine(parts, { line, call, problemOf });
    inFlight++;
    const before = written;
    written = before.then(() => settle(answering));
    if (inFlight >= WINDOW) await new Promise<void>((resolve) => (wake = resolve));
  }
  await written;
  const end = flow.over()?.fault;
  if (end) {
    contextOf(res).fault = end.code;
    await flow.write(JSON.stringify({ id: null, problem: { ...problemOf(end), stored } }));
  }
  flow.close();
};

/** A stream can wait where a single request would be refused. */
const waitForRoom = async ({ predictor }: ServiceParts): Promise<void> => {
  while (predictor.isFull()) await new Promise((resolve) => setTimeout(resolve, ROOM_MILLISECONDS));
};

interface LineCall {
  readonly line: Buffer | AppError;
  readonly call: StreamCall;
  readonly problemOf: (error: AppError) => object;
}

/** Answers one line, whatever it holds; never rejects. */
const answerLine = async (parts: ServiceParts, { line, call, problemOf }: LineCall): Promise<LineAnswer> => {
  let id: string | null = null;
  const then: (() => void)[] = [];
  try {
    if (!Buffer.isBuffer(line)) throw line;
    const value = parseJson(line);
    id = idOf(value);
    const { id: _, ...body } = parsePart(StreamLine, value);
    const { principal, locale, idempotencyKey } = call;
    const idempotency =
      idempotencyKey === null ? null : { principal, operation: 'predictStream', key: `${idempotencyKey}\n${id}`, body };
    const onSent = (work: () => void) => void then.push(work);
    const { answers } = await answerPredict(parts, { bodies: [body], locale, idempotency, isPatient: true, onSent });
    return { text: JSON.stringify({ id, ...answers[0] }), isStored: true, end: null, then };
  } catch (fault) {
    const error = toAppError(fault);
    if (error.code === 'internal') parts.logger.error({ err: error.cause }, 'a line met an internal fault');
    return {
      text: JSON.stringify({ id, problem: problemOf(error) }),
      isStored: false,
      end: error.code === 'database_unavailable' ? error : null,
      then,
    };
  }
};

const idOf = (value: unknown): string | null => {
  const { id } = (value ?? {}) as { id?: unknown };
  return typeof id === 'string' && id.length <= 128 ? id : null;
};
