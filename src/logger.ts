import pino, { type Logger } from 'pino';

export type { Logger };

/** What may be logged at the least. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** Lines are written together once they come to so much, or after a second. */
const BUFFERED_BYTES = 4_096;
const FLUSH_MILLISECONDS = 1_000;

/** A logger of JSON lines on standard output: ids, codes and durations, never personal data. */
export const createLogger = (level: (typeof logLevels)[number]): Logger => {
  const out = { dest: 1, sync: false, minLength: BUFFERED_BYTES, periodicFlush: FLUSH_MILLISECONDS };
  return pino({ level, base: null }, pino.destination(out));
};
