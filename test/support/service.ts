import { afterAll, beforeAll } from 'vitest';
import { type Client, type ClientSettings, createClient, ProblemError } from '../../src/client.ts';
import { readConfig } from '../../src/config.ts';
import type { Problem } from '../../src/contract/problem.ts';
import { createLogger } from '../../src/logger.ts';
import { type Service, startService } from '../../src/main.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { createTestDatabase } from './database.ts';
import { holdToContract } from './documented.ts';
import { type TestFolder, useFolder } from './folder.ts';
import { prepareHome } from './home.ts';

/** A running service of the test's own, on a free port of the loopback. */
export interface TestService {
  readonly service: Service;
  readonly url: string;
  readonly port: number;
  /** The environment in which commands find its database. */
  readonly env: Readonly<Record<string, string>>;
  /** What it logged until now. */
  log(): string;
  /** Sends a request and holds the answer against the contract. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  client(settings?: Partial<ClientSettings>): Client;
}

/** What a service is started with beside its defaults. */
export interface TestServiceSettings {
  /** Its environment, such as VIGIL_API_KEYS. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of models; the shipped ones unless others are named. */
  readonly models?: readonly string[];
}

/** Starts a service. */
export const startTestService = async (
  home: string,
  { env = {}, models = modelFolders(undefined) }: TestServiceSettings = {},
): Promise<TestService> => {
  if (env.DATABASE_URL === undefined) await prepareHome(home);
  const config = readConfig({ VIGIL_HOME: home, VIGIL_PORT: '0', ...env });
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => void lines.push(line) });
  const service = await startService({ config, modelFolders: models, version: 'test', logger });
  const { host, port } = service.address;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const request: TestService['request'] = async (path, init = {}) => {
    const response = await fetch(`${url}${path}`, init);
    await holdToContract(init.method ?? 'GET', path, response.clone());
    return response;
  };
  return {
    service,
    url,
    port,
    env: { VIGIL_HOME: home, ...env },
    log: () => lines.join(''),
    request,
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    client: (settings = {}) => createClient({ baseUrl: url, ...settings }),
  };
};

/** Starts a service for a test file, on the PostgreSQL of `VIGIL_TEST_DATABASE_URL` where that is set, and stops it. */
export const useService = (
  settings: (folder: TestFolder) => TestServiceSettings = () => ({}),
): { (): TestService; readonly folder: TestFolder } => {
  const folder = useFolder();
  let started: TestService | null = null;
  let drop: () => Promise<void> = async () => undefined;
  beforeAll(async () => {
    const database = await createTestDatabase();
    drop = database.drop;
    const { env = {}, ...others } = settings(folder);
    const url = database.url === undefined ? {} : { DATABASE_URL: database.url };
    started = await startTestService(folder.folder(), { ...others, env: { ...env, ...url } });
  });
  afterAll(async () => {
    await started?.service.stop();
    await drop();
  });
  const get = () => {
    if (!started) throw new Error('the service is not up yet');
    return started;
  };
  return Object.assign(get, { folder });
};

/** The problem a call of the client ends in; anything else it does fails the test. */
export const problemOf = async (call: Promise<unknown>): Promise<Problem> => {
  const fault = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (fault instanceof ProblemError) return fault.problem;
  throw fault ?? new Error('nothing was refused');
};
