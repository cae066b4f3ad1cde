import { Presets, SingleBar } from 'cli-progress';
import { CommanderError } from 'commander';
import type { Config } from '../config.ts';
import type { Locale } from '../domain/text.ts';
import { AppError, appError, type ErrorKind } from '../errors.ts';
import type { LongWork } from '../usecases/long-work.ts';

/** What every command is given: its settings and where its words go. */
export interface Console {
  readonly config: Config;
  readonly json: boolean;
  /** Prints a result on standard output: one JSON object a line with `--json`, else text. */
  result(value: unknown, text: string): void;
  /** Opens a progress display on standard error: a bar in a terminal, lines in a log. */
  progress(title: string): ProgressDisplay;
}

/** Shows how far a long work has come. */
export interface ProgressDisplay {
  update(stage: string, done: number, all: number): void;
  stop(): void;
}

/** The command line's own console. */
export const createConsole = (config: Config, { json }: { json: boolean }): Console => ({
  config,
  json,
  result(value, text) {
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  },
  progress: (title) => (process.stderr.isTTY ? showBar(title) : logLines(title)),
});

const showBar = (title: string): ProgressDisplay => {
  const bar = new SingleBar(
    {
      format: `${title} {stage} [{bar}] {value}/{total}`,
      clearOnComplete: true,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_grey,
  );
  bar.start(1, 0, { stage: '' });
  return {
    update(stage, done, all) {
      bar.setTotal(all);
      bar.update(done, { stage });
    },
    stop: () => bar.stop(),
  };
};

/** At most one line for each tenth of a stage. */
const logLines = (title: string): ProgressDisplay => {
  let last = '';
  return {
    update(stage, done, all) {
      const line = `${title}: ${stage} ${Math.floor((10 * done) / Math.max(1, all)) * 10}%`;
      if (line !== last) process.stderr.write(`${line}\n`);
      last = line;
    },
    stop: () => undefined,
  };
};

/** Exit code of each kind of fault; 1 is a fault of our own. */
export const exitCodes: Record<ErrorKind, number> = {
  invalid: 2,
  conflict: 3,
  missing: 4,
  refused: 5,
  unavailable: 5,
  cancelled: 130,
  broken: 1,
};

/** Prints a fault on standard error in one line and answers its exit code. */
export const reportFault = (fault: unknown, { json, locale }: { json: boolean; locale: Locale }): number => {
  const error = toAppError(fault);
  if (!error) {
    process.stderr.write(`vigil: internal fault: ${fault instanceof Error ? fault.stack : String(fault)}\n`);
    return exitCodes.broken;
  }
  const detail = error.detail(locale);
  process.stderr.write(
    json ? `${JSON.stringify({ error: error.code, detail })}\n` : `vigil: ${detail} (${error.code})\n`,
  );
  return exitCodes[error.kind];
};

const toAppError = (fault: unknown): AppError | null => {
  if (fault instanceof AppError) return fault;
  if (!(fault instanceof CommanderError)) return null;
  const problem = fault.message.replace(/^error: /, '').replace(/\.$/, '');
  return appError('bad_arguments', { problem: `${problem}; see vigil --help` }, { cause: fault });
};

/** A signal that Ctrl-C raises, for as long as some work runs. */
export const withCancel = async <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
  const controller = new AbortController();
  const cancel = () => controller.abort();
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener('SIGINT', cancel);
    process.removeListener('SIGTERM', cancel);
  }
};

/** Shows how far some work has come, until it ends or Ctrl-C stops it. */
export const withProgress = async <Result>(
  console: Console,
  title: string,
  work: (watched: LongWork) => Promise<Result>,
): Promise<Result> => {
  const display = console.progress(title);
  try {
    return await withCancel((signal) => work({ signal, onProgress: (done, all) => display.update('', done, all) }));
  } finally {
    display.stop();
  }
};
