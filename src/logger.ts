import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** What may be logged at the least. */
export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** Lines are written together once they come to so much, or after a second. */
const BUFFERED_BYTES = 4_096;
const FLUSH_MILLISECONDS = 1_000;

/** Standard output, written in larger pieces. */
const openOutput = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: BUFFERED_BYTES, periodicFlush: FLUSH_MILLISECONDS });

/** A logger of JSON lines, on standard output unless told otherwise: ids, codes and durations, never personal data. */
export const createLogger = (
  level: (typeof logLevels)[number],
  destination: DestinationStream = openOutput(),
): Logger => pino({ level, base: null, serializers: { err: describeFault } }, destination);

/** What of a fault is surely not personal: its name, its code and where it arose. Its message may quote what was sent. */
const describeFault = (fault: unknown): object => {
  if (!(fault instanceof Error)) return { type: typeof fault };
  const { name, code, stack = '', cause } = fault as Error & { code?: unknown };
  const at = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name,
    ...(typeof code === 'string' ? { code } : {}),
    at: at.map((line) => line.trim()),
    ...(cause === undefined ? {} : { cause: describeFault(cause) }),
  };
};
