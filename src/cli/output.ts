import { Presets, SingleBar } from 'cli-progress';
import { CommanderError } from 'commander';
import type { Config } from '../config.ts';
import type { Locale, Text } from '../domain/text.ts';
import { AppError, appError, type ErrorKind } from '../errors.ts';
import { toUnwritable } from '../store/writing.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { toUsageError } from './usage-error.ts';

/** What every command is given: its settings and where its words go. */
export interface Console {
  readonly config: Config;
  readonly json: boolean;
  /** A text in the language of the command line. */
  say(text: Text): string;
  /** Prints a result on standard output: one JSON object a line with `--json`, else text. */
  result(value: unknown, text: string): void;
  /** The same on standard error, for where standard output holds the rows themselves. */
  aside(value: unknown, text: string): void;
  /** Reports on standard error a fault that does not end the command. */
  warn(fault: AppError): void;
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
  say: (text) => text[config.locale],
  result(value, text) {
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  },
  aside(value, text) {
    process.stderr.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  },
  warn(fault) {
    process.stderr.write(describeFault(fault, { json, locale: config.locale, debug: config.debug }));
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
      const share = `${Math.floor((10 * done) / Math.max(1, all)) * 10}%`;
      const line = [`${title}:`, stage, share].filter((word) => word !== '').join(' ');
      if (line !== last) process.stderr.write(`${line}\n`);
      last = line;
    },
    stop: () => undefined,
  };
};

/** Exit code of each kind of fault; 1 is a fault of our own. Kinds that only HTTP knows count as what they are nearest to. */
export const exitCodes: Record<ErrorKind, number> = {
  broken: 1,
  malformed: 2,
  invalid: 2,
  oversized: 2,
  unsupported: 2,
  unsupported_method: 2,
  conflict: 3,
  missing: 4,
  gone: 4,
  refused: 5,
  unavailable: 5,
  unauthenticated: 5,
  forbidden: 5,
  misdirected: 5,
  slow: 5,
  limited: 5,
  cancelled: 130,
};

/** How faults are told. */
export interface FaultFormat {
  readonly json: boolean;
  readonly locale: Locale;
  /** Adds the stack of an internal fault, which is for us alone. */
  readonly debug: boolean;
}

/** Prints a fault on standard error and answers its exit code. */
export const reportFault = (fault: unknown, format: FaultFormat): number => {
  process.stderr.write(describeFault(fault, format));
  return exitCodes[toAppError(fault).kind];
};

/** A fault in one line, as words or as a JSON object; what the table does not know is `internal`. */
export const describeFault = (fault: unknown, { json, locale, debug }: FaultFormat): string => {
  const error = toAppError(fault);
  const detail = error.detail(locale);
  const stack = debug && error.code === 'internal' && fault instanceof Error ? fault.stack : undefined;
  if (json) return `${JSON.stringify({ error: error.code, detail, stack })}\n`;
  return `vigil: ${detail} (${error.code})\n${stack === undefined ? '' : `${stack}\n`}`;
};

const standardOutput: Text = { zh: '标准输出', en: 'standard output' };

/**
 * Minds standard output: a reader that went away (`| head`) ends the words and is no fault; one that takes nothing more
 * (a full disk) ends the process.
 */
export const mindStandardOutput = (format: FaultFormat): void => {
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') process.exit(reportFault(toUnwritable(standardOutput, cause), format));
  });
};

const toAppError = (fault: unknown): AppError => {
  if (fault instanceof AppError) return fault;
  if (fault instanceof CommanderError) return toUsageError(fault);
  const message = fault instanceof Error ? fault.message : String(fault);
  return appError('internal', { problem: { zh: message, en: message } }, { cause: fault });
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
