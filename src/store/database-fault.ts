import { AppError, appError } from '../errors.ts';
import { describeFault } from './system-fault.ts';

/** Classes of SQLSTATE that say the database itself cannot work now: connection, resources, operator, system, internal. */
const UNAVAILABLE = /^(08|53|57|58|XX)/;

/** How the driver and the system call a connection that is not there or did not answer. */
const GONE =
  /ECONN|ENOENT|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|timeout|Connection terminated|Client has encountered a connection error|not queryable|Can't reach database|connection is closed|P1001|P1017|P2024/i;

const describe = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  const inner = cause.cause === undefined ? '' : ` ${describe(cause.cause)}`;
  return `${code ?? ''} ${cause.message}${inner}`;
};

/** A fault of the driver as the table knows it: the database is not available, or the fault itself where it is of another kind. */
export const toDatabaseFault = (cause: unknown): unknown => {
  if (cause instanceof AppError) return cause;
  const said = describe(cause).trim();
  if (!UNAVAILABLE.test(said) && !GONE.test(said)) return cause;
  return appError('database_unavailable', { problem: describeFault(cause) }, { cause });
};
