import { availableParallelism } from 'node:os';
import { type Transferable, Worker } from 'node:worker_threads';

/** A thread that answers everything it is asked, in the order in which it was asked. */
export interface Thread<Request, Answer> {
  /** @param moved buffers that go over to the thread instead of being copied */
  ask(request: Request, moved?: readonly Transferable[]): Promise<Answer>;
  end(): Promise<void>;
}

/** What a thread runs. */
export interface ThreadParts {
  /** URL of a module that answers each message with one. */
  readonly module: string;
  /** What it finds in its `workerData` beside the module. */
  readonly data?: object;
  /** Room for what a thread is at work on where that is much, so that it dies young and cheaply. */
  readonly youngMegabytes?: number;
}

const MOST_THREADS = 8;
/** Requests on their way at once, beyond one for each thread. */
const SPARE = 2;

const startThread = <Request, Answer>({ module, data = {}, youngMegabytes }: ThreadParts): Thread<Request, Answer> => {
  const worker = new Worker(new URL('../worker.js', import.meta.url), {
    workerData: { module, ...data },
    resourceLimits: youngMegabytes === undefined ? {} : { maxYoungGenerationSizeMb: youngMegabytes },
  });
  const owed: { resolve: (answer: Answer) => void; reject: (cause: unknown) => void }[] = [];
  worker.on('message', (answer: Answer) => owed.shift()?.resolve(answer));
  const fail = (cause: unknown) => {
    for (const { reject } of owed.splice(0)) reject(cause);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a thread ended early')));
  return {
    ask: (request, moved = []) =>
      new Promise((resolve, reject) => {
        owed.push({ resolve, reject });
        worker.postMessage(request, moved);
      }),
    end: async () => void (await worker.terminate()),
  };
};

/**
 * Hands requests in turn to threads, one for each processor, and gives the answers in the order of the requests, never more
 * than a few ahead. The threads end with it, however it ends.
 * @param ask asks a thread for one of them
 */
export async function* answerInTurn<Request, Message, Reply, Answer>(
  parts: ThreadParts,
  requests: Iterable<Request> | AsyncIterable<Request>,
  ask: (thread: Thread<Message, Reply>, request: Request) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const count = Math.min(MOST_THREADS, availableParallelism());
  const threads = Array.from({ length: count }, () => startThread<Message, Reply>(parts));
  const underway: Promise<Answer>[] = [];
  let turn = 0;
  try {
    for await (const request of requests) {
      const answer = ask(threads[turn++ % count] as Thread<Message, Reply>, request);
      answer.catch(() => undefined);
      underway.push(answer);
      while (underway.length >= count + SPARE) yield await (underway.shift() as Promise<Answer>);
    }
    for (const answer of underway) yield await answer;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}
