import type { z } from 'zod';
import type { EventResult, ReportedEvent } from './contract/events.ts';
import { type Operation, type OperationName, operations, type StreamName } from './contract/operations.ts';
import type { StreamAnswer, StreamLine } from './contract/predict.ts';
import { Problem } from './contract/problem.ts';
import type { Locale } from './domain/text.ts';

/** Where the service is, and who calls in which language. */
export interface ClientSettings {
  /** For example `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  /** A key of `VIGIL_API_KEYS`; none where the service has none. */
  readonly key?: string;
  /** The language of texts; default: the service's own. */
  readonly locale?: Locale;
}

/** How one call is made. */
export interface CallOptions {
  /** Makes it safe to send the same again within 24 hours. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

type Sent<Schema> = Schema extends z.ZodType ? z.input<Schema> : unknown;
type Part<Name extends OperationName, Key extends 'params' | 'query' | 'body'> =
  (typeof operations)[Name] extends Record<Key, infer Schema> ? Sent<Schema> : unknown;

/** What an operation takes: the values of its path, its query and its body in one object. */
export type Input<Name extends OperationName> = Part<Name, 'params'> & Part<Name, 'query'> & Part<Name, 'body'>;

/** What an operation answers. */
export type Answer<Name extends OperationName> = z.output<(typeof operations)[Name]['answer']>;

type Arguments<Name extends OperationName> =
  Record<never, never> extends Input<Name>
    ? [input?: Input<Name>, options?: CallOptions]
    : [input: Input<Name>, options?: CallOptions];

/** One function for each operation; answers are checked against the contract. */
export type Client = {
  readonly [Name in Exclude<OperationName, StreamName>]: (...args: Arguments<Name>) => Promise<Answer<Name>>;
} & {
  /**
   * Sends lines as they come and yields an answer for each, in their order, decisions and problems alike; the last may be
   * a problem without an id that says how many were stored before the stream was cut.
   */
  readonly predictStream: (
    lines: Iterable<z.input<typeof StreamLine>> | AsyncIterable<z.input<typeof StreamLine>>,
    options?: CallOptions,
  ) => AsyncGenerator<StreamAnswer>;
  /** The same for events; a line is answered once its event is stored. */
  readonly recordEventsStream: (
    lines: Iterable<z.input<typeof ReportedEvent>> | AsyncIterable<z.input<typeof ReportedEvent>>,
    options?: CallOptions,
  ) => AsyncGenerator<EventResult>;
};

/** The service refused: `problem` says why, its `code` is stable. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Seconds after which it may be tried again, where the service said so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/**
 * A client of the service, on the global `fetch`. Every call throws ProblemError where the service refuses, a ZodError
 * where an answer does not fit the contract, and what `fetch` throws where there is no answer.
 */
export const createClient = (settings: ClientSettings): Client => {
  const calls = Object.entries<Operation>(operations).map(([name, operation]) => {
    if (operation.media === 'application/x-ndjson') return [name, createStream(settings, operation)];
    return [
      name,
      async (input: Values = {}, options: CallOptions = {}) => {
        const { path, rest } = place(operation, input);
        const body = operation.body ? JSON.stringify(rest) : null;
        const response = await send(settings, { operation, path, body, options });
        return operation.answer.parse(await response.json());
      },
    ];
  });
  return Object.fromEntries(calls);
};

type Values = Readonly<Record<string, unknown>>;

/** Puts the values of path and query in their places; the rest is the body. */
const place = (operation: Operation, input: Values): { path: string; rest: Values } => {
  const inPath = Object.keys(operation.params?.shape ?? {});
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.includes(name)));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  if (operation.body) return { path, rest };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value));
  return { path: query.size > 0 ? `${path}?${query}` : path, rest: {} };
};

interface Sending {
  readonly operation: Operation;
  readonly path: string;
  readonly body: string | ReadableStream<Uint8Array> | null;
  readonly options: CallOptions;
}

const send = async (
  { baseUrl, key, locale }: ClientSettings,
  { operation, path, body, options: { idempotencyKey, signal } }: Sending,
): Promise<Response> => {
  const response = await fetch(new URL(path, baseUrl), {
    method: operation.method.toUpperCase(),
    headers: {
      ...(body === null ? {} : { 'Content-Type': operation.media }),
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(locale === undefined ? {} : { 'Accept-Language': locale }),
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    },
    body,
    ...(typeof body === 'object' ? { duplex: 'half' } : {}),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await toProblemError(response);
  return response;
};

const toProblemError = async (response: Response): Promise<ProblemError> => {
  const text = await response.text();
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ProblemError(readProblem(response, text), Number.isNaN(retryAfter) ? null : retryAfter);
};

/** The problem of an answer; a made one where something between us and the service answered. */
const readProblem = ({ status, statusText }: Response, text: string): Problem => {
  const parsed = Problem.safeParse(parseOrNull(text));
  if (parsed.success) return parsed.data;
  const title = statusText || String(status);
  return { type: 'about:blank', title, status, code: 'unknown', detail: title, instance: '', errors: [] };
};

const parseOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const createStream = (settings: ClientSettings, operation: Operation) =>
  async function* (lines: Iterable<unknown> | AsyncIterable<unknown>, options: CallOptions = {}) {
    const source = openSource(lines);
    try {
      const response = await send(settings, { operation, path: operation.path, body: source.body, options });
      for await (const line of readLines(response, source.stop)) {
        yield operation.answer.parse(JSON.parse(line));
      }
    } finally {
      source.stop();
    }
  };

/** Lines on their way into a request. */
interface Source {
  readonly body: ReadableStream<Uint8Array>;
  /** Makes no more lines: `fetch` itself goes on asking for them after its answer was given up. */
  readonly stop: () => void;
}

/** Lines as the body of a request: each is asked for when the connection has room for it. */
const openSource = (lines: Iterable<unknown> | AsyncIterable<unknown>): Source => {
  const encoder = new TextEncoder();
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  let isStopped = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = isStopped ? { done: true, value: null } : await iterator.next();
      if (done || isStopped) {
        controller.close();
        await iterator.return?.();
      } else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return {
    body,
    stop: () => {
      isStopped = true;
    },
  };
};

/** Lines of an answer as they arrive. @param stop called before the connection is given up */
async function* readLines({ body }: Response, stop: () => void): AsyncGenerator<string> {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (held + read.value).split('\n');
      held = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    stop();
    await reader.cancel();
  }
  if (held !== '') yield held;
}
