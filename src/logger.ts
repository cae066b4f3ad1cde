import pino, { type Logger } from 'pino';

export type { Logger };

/** What may be logged at the least. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** A logger of JSON lines on standard output: ids, codes and durations, never personal data. */
export const createLogger = (level: (typeof logLevels)[number]): Logger =>
  pino({ level, base: null }, pino.destination({ dest: 1, sync: false }));
