import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a process of a bench runs beside its source. */
export interface BenchProcess {
  readonly args?: readonly string[];
  /** What Node itself is told. */
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const runner = fileURLToPath(new URL('./process.js', import.meta.url));

/** Starts one of the sources of benches (`src/built.js` names them) in a process of its own, to be talked to in messages. */
export const forkBench = (
  source: `test/bench/${string}.ts`,
  { args = [], execArgv = [], env = process.env }: BenchProcess = {},
): ChildProcess =>
  fork(runner, [source, ...args], { execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
