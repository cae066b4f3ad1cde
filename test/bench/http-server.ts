import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { readConfig } from '../../src/config.ts';
import { createApp } from '../../src/http/app.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createLogger } from '../../src/logger.ts';
import { startService } from '../../src/main.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Submission } from '../../src/store/decisions.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { createChallengers } from '../../src/usecases/challengers.ts';
import { createEventWriter } from '../../src/usecases/event-writer.ts';
import { openLive } from '../../src/usecases/live.ts';
import { createPredictor } from '../../src/usecases/predict.ts';
import { seedRegistry } from '../../src/usecases/registry.ts';
import { openWatching } from '../../src/usecases/watch.ts';

/** One server of the comparison in a process of its own: `vigil`, `unstored` or `echo`; sends its port to its parent. */
const config = { ...readConfig(process.env), port: 0 };
const version = 'bench';

/** The whole service. */
const serveVigil = async (): Promise<number> => {
  const logger = createLogger('info');
  const service = await startService({ config, modelFolders: modelFolders(undefined), version, logger });
  return service.address.port;
};

/** The service with everything but the writing: each decision is made, and forgotten. */
const serveUnstored = async (): Promise<number> => {
  const now = () => new Date();
  const database = await openDatabase({ url: config.databaseUrl, home: config.home });
  await seedRegistry(database, { modelFolders: modelFolders(undefined), now: now() });
  const live = await openLive(database, { now, timeZone: config.timeZone });
  const commit = async (submissions: readonly Submission[]) => {
    for (const { pending } of submissions)
      for (const { decide } of pending)
        decide({ ref: 'unstored', state: null, override: null, signals: [], isSimulated: false });
    return submissions.map(() => ({ outcome: 'stored' }) as const);
  };
  const predictor = createPredictor({ database, live, timeZone: config.timeZone, now, commit });
  const server = createServer();
  let listening = 0;
  const port = () => listening;
  const logger = createLogger('info');
  const metrics = createMetrics({
    waiting: predictor.waiting,
    reviews: async () => ({ open: 0, overdue: 0 }),
    signals: async () => [],
  });
  const challengers = createChallengers({ database, live, now, count: metrics.challenged });
  const { locale, timeZone, apiKeys: keys } = config;
  const isStopping = () => false;
  server.on(
    'request',
    createApp({
      ...{
        database,
        live,
        predictor,
        challengers,
        keys,
        locale,
        timeZone,
        logger,
        metrics,
        version,
        now,
        port,
        isStopping,
      },
      events: createEventWriter({ database, now, onRecorded: () => undefined }),
      ...openWatching(database, { timeZone, now }),
      desk: { database, live, modelKeys: new Map(), timeZone },
      rescorer: { take: () => undefined },
      modelFolders: [],
      folderFaults: [],
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  listening = (server.address() as AddressInfo).port;
  return listening;
};

/** Bare Express: parses the body and sends it back. */
const serveEcho = async (): Promise<number> => {
  const app = express();
  app.use(express.json());
  app.post('/v1/predict', (req, res) => void res.json(req.body));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const servers: Readonly<Record<string, () => Promise<number>>> = {
  vigil: serveVigil,
  unstored: serveUnstored,
  echo: serveEcho,
};
const port = await servers[process.argv[2] ?? '']?.();
process.send?.({ port });
process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ cpuMicroseconds: user + system, heapBytes: heapUsed, rssBytes: rss });
});
process.on('disconnect', () => process.exit(0));
