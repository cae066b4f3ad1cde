import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Config } from './config.ts';
import { appError } from './errors.ts';
import { isLoopback } from './http/guards.ts';
import { repeat, startLater } from './jobs/repeat.ts';
import type { Logger } from './logger.ts';
import { openCheckpointKey } from './store/checkpoint-key.ts';
import { type Database, openDatabase } from './store/database.ts';
import { describeFault } from './store/system-fault.ts';
import type { Simulator } from './usecases/demo.ts';
import type { Live } from './usecases/live.ts';
import type { FolderFault } from './usecases/registry.ts';
import type { SweepWatch } from './usecases/sweep.ts';

/** What a service runs with. */
export interface ServiceSettings {
  readonly config: Config;
  readonly modelFolders: readonly string[];
  readonly version: string;
  readonly logger: Logger;
  /** The clock, unless it is the machine's. */
  readonly now?: () => Date;
  /** What makes up the customers of the demo; without it there is none. It is loaded when it is needed. */
  readonly openSimulator?: () => Promise<Simulator>;
  /** How long a stream may move in neither direction. */
  readonly streamIdleSeconds?: number;
  /** After how long it begins to open reviews that are due, so that starting costs no more for it. */
  readonly jobsAfterMilliseconds?: number;
}

/** A running service. */
export interface Service {
  readonly address: { readonly host: string; readonly port: number };
  readonly database: Database;
  readonly live: Live;
  /** Models that lie in the folders but could not be registered. */
  readonly faults: readonly FolderFault[];
  /** Whether simulated customers are being loaded, or are there. */
  readonly hasDemo: boolean;
  /** Takes no new requests, stores what was asked for, and closes everything. */
  stop(): Promise<void>;
}

/** How often a service looks for promotions and policies put in use by others. */
const REFRESH_MILLISECONDS = 1_000;
/** How often a service signs a checkpoint over what was stored since the last. */
const CHECKPOINT_MILLISECONDS = 10_000;
/** How often a service asks whether a new civil day calls for a look at every customer. */
const SWEEP_BOOK_MILLISECONDS = 60_000;
/** After how long a service begins to look for reviews that are due. */
const JOBS_MILLISECONDS = 15_000;
/** Headers must be here by then; bodies and streams have limits of their own. */
const HEADERS_MILLISECONDS = 10_000;
/** An idle connection is kept a little longer than common proxies keep theirs. */
const KEEP_ALIVE_MILLISECONDS = 75_000;

/**
 * Builds everything once and runs; the code is loaded while the database opens.
 * @throws keys_needed, address_in_use, address_unusable, home_in_use, home_unusable, database_unavailable,
 * bad_checkpoint_key
 */
export const startService = async (settings: ServiceSettings): Promise<Service> => {
  const { config, modelFolders, version, logger, now = () => new Date(), streamIdleSeconds, openSimulator } = settings;
  const { jobsAfterMilliseconds = JOBS_MILLISECONDS } = settings;
  if (config.apiKeys.size === 0 && !isLoopback(config.host)) throw appError('keys_needed', { host: config.host });
  const server = createServer({
    headersTimeout: HEADERS_MILLISECONDS,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
  });
  const [database, usecases, { createApp }, { createMetrics }] = await Promise.all([
    openDatabase({ url: config.databaseUrl, home: config.home, isService: true }),
    loadUsecases(),
    import('./http/app.ts'),
    import('./http/metrics.ts'),
  ]);
  const {
    seedRegistry,
    openLive,
    createPredictor,
    createChallengers,
    createCheckpoints,
    createEventWriter,
    createRescorer,
    openWatching,
    createDailySweep,
    sweepBook,
    startDemo,
    countOpenReviews,
    countSignals,
  } = usecases;
  const { modelKeys } = config;
  try {
    const faults = await seedRegistry(database, { modelFolders, now: now(), modelKeys });
    const live = await openLive(database, { now, timeZone: config.timeZone, modelKeys });
    const predictor = createPredictor({ database, live, timeZone: config.timeZone, now });
    const metrics = createMetrics({
      waiting: predictor.waiting,
      reviews: () => countOpenReviews(database, { now: now(), timeZone: config.timeZone }),
      signals: () => countSignals(database, now()),
    });
    const challengers = createChallengers({ database, live, now, count: metrics.challenged });
    const warn = (text: string) => (err: unknown) => logger.warn({ err }, text);
    const watching = openWatching(database, { timeZone: config.timeZone, now });
    const { watcher, features, signals } = watching;
    const rescorer = createRescorer({
      predictor,
      live,
      watcher,
      features,
      now,
      onFault: warn('a customer could not be decided for anew'),
    });
    const events = createEventWriter({ database, now, onRecorded: rescorer.take });
    let isStopping = false;
    let port = 0;
    const app = createApp({
      database,
      live,
      predictor,
      challengers,
      events,
      rescorer,
      watcher,
      signals,
      desk: { database, live, modelKeys, timeZone: config.timeZone },
      modelFolders,
      folderFaults: faults,
      keys: config.apiKeys,
      locale: config.locale,
      timeZone: config.timeZone,
      logger,
      metrics,
      version,
      now,
      port: () => port,
      isStopping: () => isStopping,
      ...(streamIdleSeconds === undefined ? {} : { streamIdleSeconds }),
    });
    const open = trackConnections(server);
    server.on('request', app);
    port = await listen(server, config);
    const signer = { key: openCheckpointKey(config), now };
    const sign = () => createCheckpoints(database, signer);
    const sweeping: SweepWatch = { onPage: (_, raised) => rescorer.take(raised), isStopping: () => isStopping };
    const sweep = createDailySweep(watching, sweeping);
    const demo = await startDemo(
      { database, now, logger, onLoaded: () => sweepBook(watching, sweeping) },
      config.demo && openSimulator !== undefined ? openSimulator : null,
    );
    const openReviews = async () => {
      const { startReviewJobs } = await import('./jobs/review-jobs.ts');
      return startReviewJobs({
        reviews: { database, live, features: watching.features, timeZone: config.timeZone, now },
        onFault: warn('a review that is due could not be opened'),
      });
    };
    const pauses = [
      repeat(sweep, SWEEP_BOOK_MILLISECONDS, warn('customers could not be looked at')),
      repeat(live.refresh, REFRESH_MILLISECONDS, warn('the registry could not be read')),
      repeat(sign, CHECKPOINT_MILLISECONDS, warn('no checkpoint could be signed')),
      startLater(openReviews, jobsAfterMilliseconds, warn('reviews that are due could not be opened')),
    ];
    return {
      address: { host: config.host, port },
      database,
      live,
      faults,
      hasDemo: demo.isThere,
      async stop() {
        isStopping = true;
        await demo.stop();
        await closeServer(server, open);
        await predictor.drain();
        await challengers.drain();
        await events.drain();
        await rescorer.drain();
        for (const pause of pauses) await pause();
        await sign().catch(warn('no checkpoint could be signed'));
        await database.close();
      },
    };
  } catch (fault) {
    await database.close();
    throw fault;
  }
};

const loadUsecases = async () => ({
  ...(await import('./usecases/registry.ts')),
  ...(await import('./usecases/live.ts')),
  ...(await import('./usecases/predict.ts')),
  ...(await import('./usecases/challengers.ts')),
  ...(await import('./usecases/checkpoints.ts')),
  ...(await import('./usecases/event-writer.ts')),
  ...(await import('./usecases/rescore.ts')),
  ...(await import('./usecases/signals.ts')),
  ...(await import('./usecases/watch.ts')),
  ...(await import('./usecases/sweep.ts')),
  ...(await import('./usecases/run-demo.ts')),
  ...(await import('./usecases/reviews.ts')),
});

/** Listens, on the port it answers. */
const listen = (server: Server, { host, port }: Config): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const address = `${host}:${port}`;
      if (cause.code === 'EADDRINUSE') reject(appError('address_in_use', { address }, { cause }));
      else reject(appError('address_unusable', { address, problem: describeFault(cause) }, { cause }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

/** Most time given to requests and streams under way; less than what supervisors wait before they kill. */
const STOP_MILLISECONDS = 8_000;
/** Connections that are kept open for further requests are closed as soon as they have none. */
const SWEEP_MILLISECONDS = 50;

const trackConnections = (server: Server): ReadonlySet<Socket> => {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
};

/** Ends idle connections at once, also those on which nothing was said yet, which the server itself does not count as idle. */
const closeServer = async (server: Server, open: ReadonlySet<Socket>): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MILLISECONDS);
  const cut = setTimeout(() => server.closeAllConnections(), STOP_MILLISECONDS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
};
