import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const executable = fileURLToPath(new URL('../../src/vigil.js', import.meta.url));

/** A service in a process of its own. */
export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  /** Sends it a signal and waits for its end. @returns its exit code; null where the signal itself ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** What it wrote on standard error. */
  errors(): string;
}

/** Where a service keeps its rows, and what else it runs with. */
export interface ServerSettings {
  readonly home: string;
  readonly databaseUrl?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** The folder it is started in; the tests' own unless told. */
  readonly cwd?: string;
}

/** Starts `vigil serve` on a free port as a person would, and waits until it listens. @throws what it said where it ended */
export const startServer = (
  { home, databaseUrl, env = {}, cwd }: ServerSettings,
  spawned?: (child: ChildProcess) => void,
): Promise<Server> =>
  startProcess({
    script: executable,
    args: ['serve', '--port', '0', '--json'],
    env: {
      VIGIL_HOME: home,
      VIGIL_LOG_LEVEL: 'silent',
      VIGIL_DEMO: '0',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...env,
    },
    ...(cwd === undefined ? {} : { cwd }),
    ...(spawned ? { spawned } : {}),
  });

/** A script that says in JSON, on its first line, where it listens. */
export interface ServingScript {
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Sees the process before it listens. */
  readonly spawned?: (child: ChildProcess) => void;
}

/** Starts a script and waits until it listens. @throws what it said where it ended */
export const startProcess = async ({ script, args, env, cwd, spawned }: ServingScript): Promise<Server> => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VIGIL_|DATABASE_URL)/.test(name));
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), ...env },
    cwd,
  });
  spawned?.(child);
  let errors = '';
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const ended = once(child, 'close');
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => null)]);
  if (!line) throw new Error(errors.trim());
  const { listening } = JSON.parse(String(line[0])) as { listening: string };
  return {
    url: listening,
    process: child,
    errors: () => errors,
    async end(signal) {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
};
