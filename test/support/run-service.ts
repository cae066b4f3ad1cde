import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { type Service, type ServiceSettings, startService } from '../../src/main.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { createTestDatabase } from './database.ts';
import { readGoldenLines } from './golden.ts';
import { prepareHome } from './home.ts';

/** A service in this process on a free port, with its address. */
export interface RunningService extends Service {
  readonly url: string;
}

/** What may differ from an ordinary service. */
export interface ServiceWanted extends Partial<Omit<ServiceSettings, 'config'>> {
  readonly env?: Readonly<Record<string, string>>;
  /** A database of PostgreSQL; otherwise one of its own. */
  readonly databaseUrl?: string | undefined;
}

/** Starts a service on a home of its own, or on PostgreSQL where the tests are told of one. */
export const runService = async ({
  env = {},
  databaseUrl,
  ...settings
}: ServiceWanted = {}): Promise<RunningService> => {
  const url = databaseUrl ?? (await createTestDatabase()).url;
  const home = mkdtempSync(join(tmpdir(), 'vigil-home-'));
  if (url === undefined) await prepareHome(home);
  const service = await startService({
    config: readConfig({
      VIGIL_PORT: '0',
      VIGIL_HOME: home,
      ...(url === undefined ? {} : { DATABASE_URL: url }),
      ...env,
    }),
    modelFolders: modelFolders(undefined),
    version: 'test',
    logger: createLogger('silent'),
    ...settings,
  });
  return { ...service, url: `http://${service.address.host}:${service.address.port}` };
};

const { plan } = openPlan({
  model: 'taiwan-card',
  modelFolders: modelFolders(undefined),
  policy: undefined,
  day: null,
});
const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
const rows = readGoldenLines('taiwan-card').map(({ fields }) => ({ ...blank, ...fields }));

/** Raw columns of a made-up customer of the champion, one of a few hundred. */
export const featuresOf = (index: number): object => rows[index % rows.length] ?? {};

/** The body of a prediction for a customer. */
export const bodyOf = (customerId: string, index = 0, more: object = {}) => ({
  customerId,
  purpose: 'application',
  features: featuresOf(index),
  ...more,
});

/** Sends JSON. */
export const post = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
