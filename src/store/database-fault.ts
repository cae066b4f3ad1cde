import type { Text } from '../domain/text.ts';
import { AppError, appError } from '../errors.ts';
import { describeFault } from './system-fault.ts';

/** Which database was asked for, as faults name it: never its password. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

type Word = (address: DatabaseAddress) => Text;

const cutOff: Word = () => ({ zh: '与数据库的连接中断，请重试', en: 'the connection was cut off; try again' });
const unreachable: Word = ({ host, port }) => ({
  zh: `无法连接 ${host}:${port}；请确认 PostgreSQL 已启动，且 DATABASE_URL 中的地址和端口正确`,
  en: `nothing answers at ${host}:${port}; see that PostgreSQL runs there and that DATABASE_URL names its host and port`,
});
const noHost: Word = ({ host }) => ({
  zh: `找不到主机 ${host}；请检查 DATABASE_URL 中的主机名`,
  en: `there is no host ${host}; check the host in DATABASE_URL`,
});
const noAnswer: Word = () => ({
  zh: '数据库没有及时应答，请稍后重试',
  en: 'it did not answer in time; try again shortly',
});
const wrongPassword: Word = ({ user }) => ({
  zh: `用户 ${user} 的密码不对或未给出；请检查 DATABASE_URL`,
  en: `the password of user ${user} is wrong or not given; check DATABASE_URL`,
});
const noAccess: Word = ({ user, database }) => ({
  zh: `服务器不允许用户 ${user} 这样连接数据库 ${database}；请检查用户名和 pg_hba.conf`,
  en: `the server does not let user ${user} into database ${database} this way; check the user and pg_hba.conf`,
});

/** What can be wrong with a database outside of Vigil, by the codes of PostgreSQL (SQLSTATE) and of the system. */
const words: Readonly<Record<string, Word>> = {
  ENOTFOUND: noHost,
  EAI_AGAIN: noHost,
  ECONNREFUSED: unreachable,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOENT: unreachable,
  P1001: unreachable,
  P1017: cutOff,
  P2024: noAnswer,
  '55P03': noAnswer,
  '57014': noAnswer,
  ECONNRESET: cutOff,
  EPIPE: cutOff,
  '08006': cutOff,
  '57P01': cutOff,
  '57P02': cutOff,
  '57P03': () => ({ zh: '数据库正在启动或停止，请稍后重试', en: 'it is starting or stopping; try again shortly' }),
  '28P01': wrongPassword,
  '28000': noAccess,
  '3D000': ({ database }) => ({
    zh: `服务器上没有数据库 ${database}；请先用 createdb ${database} 创建`,
    en: `the server has no database ${database}; make it with createdb ${database}`,
  }),
  '42501': ({ user, database }) => ({
    zh: `用户 ${user} 在数据库 ${database} 中没有建表或写入的权限；请用 GRANT 授权`,
    en: `user ${user} may not make or write tables in database ${database}; GRANT it the right`,
  }),
  '25006': () => ({
    zh: '数据库只读（可能是备库）；请在 DATABASE_URL 中指定主库',
    en: 'it is read-only, perhaps a standby; name the primary in DATABASE_URL',
  }),
  '53100': () => ({ zh: '磁盘已满，请腾出空间后重试', en: 'its disk is full; free some space and try again' }),
  '53200': () => ({ zh: '内存不足', en: 'it is out of memory' }),
  '53300': () => ({
    zh: '连接数已满；请减少其他连接或调大 max_connections',
    en: 'it has too many connections; close others or raise max_connections',
  }),
  '58030': () => ({ zh: '磁盘读写错误，请检查磁盘', en: 'its disk reports an error; check it' }),
  ERR_INVALID_URL: () => ({
    zh: 'DATABASE_URL 不是合法的地址；格式为 postgresql://用户:密码@主机:端口/数据库',
    en: 'DATABASE_URL is not well formed; it is written postgresql://user:password@host:port/database',
  }),
};

/** Other SQLSTATEs that say the database itself cannot work now: connection, resources, operator, system, internal. */
const UNAVAILABLE = /^(08|53|57|58|XX)[0-9A-Z]{3}$/;

/** The same where only a message tells. */
const messages: readonly (readonly [RegExp, Word])[] = [
  [/client password must be a string|no password|password must be/i, wrongPassword],
  [/timeout expired|ETIMEDOUT|Can't reach database/i, unreachable],
  [/timeout exceeded|read timeout/i, noAnswer],
  [
    /does not support SSL|self-signed|certificate/i,
    ({ host }) => ({
      zh: `与 ${host} 的加密连接失败；请检查 DATABASE_URL 中的 sslmode`,
      en: `the encrypted connection to ${host} failed; check sslmode in DATABASE_URL`,
    }),
  ],
  [/Connection terminated|connection error|not queryable|connection is closed|Cannot use a pool/i, cutOff],
];

/**
 * A fault of the database's surroundings (network, rights, disk) as one of the table, which a person can act on; anything
 * else, which is a fault of our own, as it is.
 * @param address null where it does not matter or is not to be told, as to callers of the service
 */
export const toDatabaseFault = (cause: unknown, address: DatabaseAddress | null = null): unknown => {
  if (cause instanceof AppError) return cause;
  const found = causesOf(cause)
    .map(findWord)
    .find((word) => word !== null);
  if (!found) return cause;
  const problem = address ? found(address) : (found === unreachable ? cutOff : found)(embedded);
  return appError('database_unavailable', { problem }, { cause });
};

/** What was asked of the database; a fault of its surroundings is told by the table. @throws database_unavailable */
export const orDatabaseFault = <Result>(asked: Promise<Result>): Promise<Result> =>
  asked.catch((cause) => {
    throw toDatabaseFault(cause);
  });

const embedded: DatabaseAddress = { host: 'localhost', port: 0, database: 'postgres', user: 'postgres' };

const findWord = (cause: object): Word | null => {
  const { code, originalCode, message } = cause as { code?: unknown; originalCode?: unknown; message?: unknown };
  const byCode = words[String(code)] ?? words[String(originalCode)];
  if (byCode) return byCode;
  const isUnavailable = UNAVAILABLE.test(String(code)) || UNAVAILABLE.test(String(originalCode));
  if (isUnavailable) return () => describeFault(cause);
  return messages.find(([pattern]) => pattern.test(String(message)))?.[1] ?? null;
};

/** A fault and what it came from: several addresses tried, and Prisma's wrapping of the driver's own. */
const causesOf = (cause: unknown): object[] => {
  if (typeof cause !== 'object' || cause === null) return [];
  const {
    errors,
    cause: inner,
    meta,
  } = cause as { errors?: unknown[]; cause?: unknown; meta?: Record<string, unknown> };
  return [cause, ...(errors ?? []).flatMap(causesOf), ...causesOf(inner), ...causesOf(meta?.driverAdapterError)];
};
