import { setTimeout as delay } from 'node:timers/promises';
import { type RequestHandler, Router } from 'express';
import { probes } from '../contract/probes.ts';
import type { Locale } from '../domain/text.ts';
import { contextOf, localeOf } from './context.ts';
import { refuseOtherMethods } from './methods.ts';
import { withoutFolders } from './problem.ts';
import type { ServiceParts } from './service.ts';

/** What the two kinds of database are durable against. */
const durability = {
  embedded: 'the death of the process, not the loss of power: the embedded database does not flush to disk',
  postgresql: 'as PostgreSQL is set up: with fsync on, also the loss of power',
} as const;

const { livez, readyz, inferenceLive, inferenceReady } = probes;
const health = { livez, readyz, inferenceLive, inferenceReady };

/** Paths that are answered without a key. */
export const openPaths: readonly string[] = Object.values(probes).flatMap(({ path, isOpen }) => (isOpen ? [path] : []));

/** A database that does not answer by then is not ready; probes do not wait long. */
const PATIENCE_MILLISECONDS = 1_000;

/** Whether the process lives, and whether it can decide: open to probes without a key, and telling nothing else. */
export const createHealth = (parts: ServiceParts): Router => {
  const router = Router();
  const live: RequestHandler = (_, res) => {
    contextOf(res).operation = 'health';
    res.json({ status: 'live', live: true });
  };
  const ready: RequestHandler = async (req, res) => {
    contextOf(res).operation = 'health';
    const { database, durable, isReady } = await inspect(parts);
    const faults = listFaults(parts, localeOf(req, parts.locale));
    res
      .status(isReady ? 200 : 503)
      .json({ status: isReady ? 'ready' : 'not ready', ready: isReady, database, durable, faults });
  };
  router.get([livez.path, inferenceLive.path], live);
  router.get([readyz.path, inferenceReady.path], ready);
  refuseOtherMethods(router, health);
  return router;
};

/** What is wrong with models, in the folders at start and of those that should decide. */
const listFaults = ({ folderFaults, live }: ServiceParts, locale: Locale) =>
  [...folderFaults, ...live.faults()].map(({ model, fault }) => ({
    model,
    code: fault.code,
    detail: withoutFolders(fault)[locale],
  }));

const inspect = async ({ database, live, isStopping }: ServiceParts) => {
  const asked = Promise.all([database.pool.query('SELECT 1'), live.resolve({ model: undefined, segment: null })]);
  const answers = asked.then(
    () => true,
    () => false,
  );
  const isReady = await Promise.race([answers, delay(PATIENCE_MILLISECONDS, false)]);
  return {
    database: database.kind,
    durable: durability[database.kind],
    isReady: isReady && !isStopping(),
  };
};
