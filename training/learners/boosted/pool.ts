import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { breathe } from '../../breathe.ts';
import { type Boosted, type BoostRequest, boost } from './boost.ts';

/** Boosts several series; the results stand in the order of the requests, whoever worked on them. */
export interface BoostPool {
  run(requests: readonly BoostRequest[], onDone: () => void): Promise<Boosted[]>;
  close(): Promise<void>;
}

/** Cells (rows times columns) below which starting threads costs more than it saves. */
const LEAST_CELLS = 100_000;
const MOST_WORKERS = 8;

/** Threads to boost in, for data of so many cells; where they are few, the work is done in the calling thread. */
export const openPool = (cells: number, wanted: number | null): BoostPool => {
  const workers = wanted ?? (cells < LEAST_CELLS ? 0 : Math.min(MOST_WORKERS, availableParallelism()));
  return workers === 0 ? inPlace : createThreads(workers);
};

const inPlace: BoostPool = {
  async run(requests, onDone) {
    const results: Boosted[] = [];
    for (const request of requests) {
      results.push(boost(request));
      await breathe();
      onDone();
    }
    return results;
  },
  close: async () => undefined,
};

const createThreads = (count: number): BoostPool => {
  const module = new URL('./boost-worker.ts', import.meta.url).href;
  const threads = Array.from(
    { length: count },
    () => new Worker(new URL('../../../src/worker.js', import.meta.url), { workerData: { module } }),
  );
  return {
    async run(requests, onDone) {
      const results = new Array<Boosted>(requests.length);
      let next = 0;
      const work = async (thread: Worker): Promise<void> => {
        for (let at = next++; at < requests.length; at = next++) {
          results[at] = await ask(thread, requests[at] as BoostRequest);
          onDone();
        }
      };
      await Promise.all(threads.map(work));
      return results;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
};

const ask = (thread: Worker, request: BoostRequest): Promise<Boosted> =>
  new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off('message', answer);
      thread.off('error', reject);
      thread.off('exit', end);
      act();
    };
    const answer = (boosted: Boosted) => settle(() => resolve(boosted));
    const end = () => settle(() => reject(new Error('a boosting thread ended early')));
    thread.on('message', answer);
    thread.once('error', reject);
    thread.once('exit', end);
    thread.postMessage(request);
  });
