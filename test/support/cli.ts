import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareHome } from './home.ts';

const executable = fileURLToPath(new URL('../../src/vigil.js', import.meta.url));

/** How a command ended and what it said. */
export interface Ran {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const environment = (more: Readonly<Record<string, string>>) => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VIGIL_'));
  return { ...Object.fromEntries(inherited), VIGIL_DEMO: '0', ...more };
};

/** How a command is run. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Commands that end when they are told to, or compute for so long that a process of their own costs nothing. */
const own: ReadonlySet<string> = new Set(['serve', 'bench', 'simulate']);
/** Commands that open no database, or make one themselves. */
const bare: ReadonlySet<string> = new Set([
  ...['bench', 'train', 'validate', 'score', 'simulate', 'models', 'export', 'explain', 'data', 'profile', 'sign'],
  ...['hazard', 'prove', 'restore'],
]);

/**
 * Runs a command line in a folder, as a person would: by the real executable, or where a process of its own proves nothing
 * by one that waits for command lines. A new home is a copy of one made before.
 */
export const runVigil = async (args: readonly string[], options: RunOptions): Promise<Ran> => {
  const { cwd, env = {}, input } = options;
  const [command = ''] = args;
  const opens = !bare.has(command) && !args.some((arg) => ['--help', '--proof', '--backup'].includes(arg));
  if (opens && env.DATABASE_URL === undefined) await prepareHome(resolvePath(cwd, env.VIGIL_HOME ?? '.vigil'));
  const isPlain = input === undefined && !own.has(command) && !existsSync(join(cwd, '.env'));
  return (isPlain ? await askServer(args, options) : null) ?? spawnVigil(args, options);
};

let server: Promise<ChildProcess> | null = null;
let isBusy = false;

const startServer = async (): Promise<ChildProcess> => {
  const script = fileURLToPath(new URL('./command-server.js', import.meta.url));
  const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  await once(child, 'message');
  child.unref();
  child.channel?.unref();
  return child;
};

/** Lets the waiting process run it; null where it is at work, or ended. */
const askServer = async (args: readonly string[], { cwd, env = {} }: RunOptions): Promise<Ran | null> => {
  if (isBusy) return null;
  isBusy = true;
  try {
    server ??= startServer();
    const child = await server;
    child.channel?.ref();
    const heard = new AbortController();
    const { signal } = heard;
    const answered = Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => null),
    ]);
    child.send({ args, cwd, env: environment(env) });
    const answer = await answered;
    heard.abort();
    if (answer === null) server = null;
    else child.channel?.unref();
    return answer && (answer[0] as Ran);
  } finally {
    isBusy = false;
  }
};

/** Runs the real executable in a folder. */
const spawnVigil = (args: readonly string[], { cwd, env = {}, input = '' }: RunOptions): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [executable, ...args],
      { cwd, env: environment(env), maxBuffer: 2 ** 27 },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });

const runEach = fileURLToPath(new URL('./run-each.js', import.meta.url));

/** Runs command lines one after the other in one process: many that print or refuse are soon told. */
export const runVigilEach = (
  commands: readonly (readonly string[])[],
  { cwd, env = {} }: { cwd: string; env?: Readonly<Record<string, string>> },
): Promise<Ran[]> =>
  new Promise((resolve, reject) => {
    const args = [runEach, JSON.stringify(commands)];
    execFile(process.execPath, args, { cwd, env: environment(env), maxBuffer: 2 ** 27 }, (fault, stdout) => {
      if (fault) reject(fault);
      else resolve(JSON.parse(stdout));
    });
  });

/** Where a command runs, and at what word of it which signal is sent. */
interface Interruption {
  readonly cwd: string;
  readonly when: RegExp;
  readonly signal: NodeJS.Signals;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs it until it says something on standard error, then sends it a signal and waits for its end. */
export const interruptVigil = async (
  args: readonly string[],
  { cwd, when, signal, env = {} }: Interruption,
): Promise<Ran> => {
  const child = spawn(process.execPath, [executable, ...args], { cwd, env: environment(env) });
  let [stdout, stderr, sent] = ['', '', false];
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    if (sent || !when.test(stderr)) return;
    sent = true;
    child.kill(signal);
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
};

/** The lines of a text, without the last line's end. */
export const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
