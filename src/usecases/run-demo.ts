import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Database } from '../store/database.ts';
import { beginFirst, loadDemo, type Simulator } from './demo.ts';

/** The demo of a running service. */
export interface RunningDemo {
  /** Whether its customers are being loaded, or are there. */
  readonly isThere: boolean;
  /** Ends the loading after the batch that is being written. */
  stop(): Promise<void>;
}

/** What a service's demo needs. */
export interface RunDemoParts {
  readonly database: Database;
  readonly now: () => Date;
  readonly logger: Logger;
  /** Told once all of it is loaded. */
  readonly onLoaded: () => Promise<unknown>;
}

/**
 * Begins the demo of a database that nobody has used, or goes on where loading it was interrupted, and loads in the
 * background. The log says that the book is simulated, and how far it is.
 * @param openSimulator null where there is to be no demo
 * @throws database_unavailable
 */
export const startDemo = async (
  { database, now, logger, onLoaded }: RunDemoParts,
  openSimulator: (() => Promise<Simulator>) | null,
): Promise<RunningDemo> => {
  const nothing: RunningDemo = { isThere: false, stop: async () => undefined };
  if (!openSimulator || database.kind !== 'embedded') return nothing;
  const { state, book } = await beginFirst(database, now());
  const isThere = (state === 'loading' || state === 'loaded') && book.source === 'simulator';
  if (!isThere) return nothing;
  const { customers } = book;
  const about = { simulated: true, customers };
  logger.info(
    { ...about, state },
    'the customers are simulated: vigil demo clear removes them, VIGIL_DEMO=0 leaves them out',
  );
  if (state === 'loaded') return { ...nothing, isThere };
  const controller = new AbortController();
  const note = noteTenths((loaded) => logger.info({ ...about, loaded }, 'simulated customers are being loaded'));
  const load = async (): Promise<void> => {
    const begun = performance.now();
    const loading = { simulator: await openSimulator(), now };
    const after = await loadDemo(database, loading, { signal: controller.signal, onProgress: note });
    const seconds = Math.round((performance.now() - begun) / 1_000);
    logger.info({ ...about, state: after.state, seconds }, 'loading simulated customers has ended');
    await onLoaded();
  };
  const running = load().catch((fault: unknown) => {
    if (fault instanceof AppError && fault.code === 'cancelled') return;
    logger.warn({ err: fault }, 'simulated customers could not all be loaded; the next start goes on');
  });
  return {
    isThere,
    async stop() {
      controller.abort();
      await running;
    },
  };
};

/** Passes on how much is done at most once for each tenth. */
const noteTenths = (tell: (done: number) => void): ((done: number, all: number) => void) => {
  let told = 0;
  return (done, all) => {
    const tenth = Math.floor((10 * done) / Math.max(1, all));
    if (tenth <= told) return;
    told = tenth;
    tell(done);
  };
};
