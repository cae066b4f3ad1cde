import type { Request, Response } from 'express';
import type { Problem } from '../contract/problem.ts';
import type { Locale } from '../domain/text.ts';
import type { AppError } from '../errors.ts';
import { contextOf } from './context.ts';
import { openFlow } from './flow.ts';
import type { Principal } from './guards.ts';
import { readLines } from './lines.ts';
import { toProblem } from './problem.ts';
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
export interface LineAnswer {
  readonly text: string;
  readonly isStored: boolean;
  /** A fault after which the stream cannot go on. */
  readonly end: AppError | null;
  /** To be done once it is written. */
  readonly afterwards: readonly (() => void)[];
}

/** What a stream does with its lines. */
export interface LineWork {
  /** Answers one line, whatever it holds; never rejects. */
  readonly answerLine: (line: Buffer | AppError, problemOf: (error: AppError) => Problem) => Promise<LineAnswer>;
  /** The last line of a stream that was cut. */
  readonly toEnd: (problem: Problem) => object;
  /** Whether so much waits to be stored that the stream has to wait too. */
  readonly isFull: () => boolean;
}

/**
 * Works line by line: answers in the order of the lines, each once it is stored, never more at once than a window; the
 * reader waits while the caller does not read, and while too much waits to be stored. A bad line is answered by a problem
 * in its place. Where the database or the service stops, the last line says how many lines were stored.
 */
export const streamLines = async (
  parts: ServiceParts,
  { req, res, locale }: { req: Request; res: Response; locale: Locale },
  { answerLine, toEnd, isFull }: LineWork,
): Promise<void> => {
  const instance = contextOf(res).id;
  const problemOf = (error: AppError) => toProblem(error, { locale, instance });
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
    for (const work of answer.afterwards) work();
    inFlight--;
    wake();
  };
  for await (const line of readLines(flow.input)) {
    await waitForRoom(isFull);
    if (flow.over()) break;
    const answering = answerLine(line, problemOf);
    inFlight++;
    const before = written;
    written = before.then(() => settle(answering));
    if (inFlight >= WINDOW) await new Promise<void>((resolve) => (wake = resolve));
  }
  await written;
  const end = flow.over()?.fault;
  if (end) {
    contextOf(res).fault = end.code;
    await flow.write(JSON.stringify(toEnd({ ...problemOf(end), stored })));
  }
  flow.close();
};

/** A stream can wait where a single request would be refused. */
const waitForRoom = async (isFull: () => boolean): Promise<void> => {
  while (isFull()) await new Promise((resolve) => setTimeout(resolve, ROOM_MILLISECONDS));
};
