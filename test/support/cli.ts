import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

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

/** Runs the real executable in a folder, as a person would. */
export const runVigil = (
  args: readonly string[],
  { cwd, env = {}, input = '' }: { cwd: string; env?: Readonly<Record<string, string>>; input?: string },
): Promise<Ran> =>
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

/** Runs it until it says something on standard error, then sends it a signal and waits for its end. */
export const interruptVigil = async (
  args: readonly string[],
  { cwd, when, signal }: { cwd: string; when: RegExp; signal: NodeJS.Signals },
): Promise<Ran> => {
  const child = spawn(process.execPath, [executable, ...args], { cwd, env: environment({}) });
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
