import { resolve } from 'node:path';
import { z } from 'zod';
import { readFault } from './domain/issue.ts';
import { Locale } from './domain/text.ts';
import { appError } from './errors.ts';
import { logLevels } from './logger.ts';

const Environment = z.object({
  /** A folder in which data files are looked up first. */
  VIGIL_DATA: z.string().min(1).optional(),
  /** PostgreSQL to keep everything in; without it the embedded database of the home. */
  DATABASE_URL: z.string().min(1).optional(),
  /** Folder of the embedded database. */
  VIGIL_HOME: z.string().min(1).default('.vigil'),
  /** The Ed25519 key that signs checkpoints: PKCS#8 as PEM, as base64 of its DER, or the path of a file of either. */
  VIGIL_CHECKPOINT_KEY: z.string().min(1).optional(),
  /** Where the service listens. */
  VIGIL_HOST: z.string().min(1).default('127.0.0.1'),
  VIGIL_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Keys that may call, as name:sha256 of the key, separated by commas. */
  VIGIL_API_KEYS: z.string().default(''),
  /** The key by which commands call a service (`--url`). */
  VIGIL_API_KEY: z.string().min(1).optional(),
  /** Keys of which one must have signed a model, as name:base64 of the 32 bytes of its public key, separated by commas. */
  VIGIL_MODEL_KEYS: z.string().default(''),
  /** The least that is logged. */
  VIGIL_LOG_LEVEL: z.enum(logLevels).default('info'),
  /** The language of what is printed. */
  VIGIL_LOCALE: Locale.default('en'),
  /** The time zone of civil days. */
  VIGIL_TIMEZONE: z.string().min(1).default('Asia/Shanghai'),
  /** Whether a new embedded database begins with simulated customers. */
  VIGIL_DEMO: z.stringbool().default(true),
  /** Whether an internal fault is printed with its stack. */
  VIGIL_DEBUG: z.stringbool().default(false),
});

/** Everything the environment settles, parsed once. */
export interface Config {
  readonly dataFolder: string | undefined;
  readonly databaseUrl: string | undefined;
  /** Absolute path of the home. */
  readonly home: string;
  /** The checkpoint key or the file it lies in; without it the home has one of its own. */
  readonly checkpointKey: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Names of API keys by the SHA-256 of the key, in hex; empty = loopback only. */
  readonly apiKeys: ReadonlyMap<string, string>;
  /** The key by which commands call a service. */
  readonly apiKey: string | undefined;
  /** Names of keys that sign models by the base64 of their 32 bytes; empty = signatures are not asked for. */
  readonly modelKeys: ReadonlyMap<string, string>;
  readonly logLevel: (typeof logLevels)[number];
  readonly locale: Locale;
  readonly timeZone: string;
  /** Whether a service on a new embedded database loads simulated customers; never on PostgreSQL. */
  readonly demo: boolean;
  readonly debug: boolean;
}

/** Parses and freezes the environment; no other file reads it. @throws bad_arguments naming the variable */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const { place, problem } = readFault(parsed.error, env);
    throw appError('bad_arguments', { problem: { zh: `${place}：${problem.zh}`, en: `${place}: ${problem.en}` } });
  }
  const { data } = parsed;
  return Object.freeze({
    dataFolder: data.VIGIL_DATA,
    databaseUrl: data.DATABASE_URL,
    home: resolve(data.VIGIL_HOME),
    checkpointKey: data.VIGIL_CHECKPOINT_KEY,
    host: data.VIGIL_HOST,
    port: data.VIGIL_PORT,
    apiKeys: readKeys(data.VIGIL_API_KEYS),
    apiKey: data.VIGIL_API_KEY,
    modelKeys: readModelKeys(data.VIGIL_MODEL_KEYS),
    logLevel: data.VIGIL_LOG_LEVEL,
    locale: data.VIGIL_LOCALE,
    timeZone: checkTimeZone(data.VIGIL_TIMEZONE),
    demo: data.VIGIL_DEMO && data.DATABASE_URL === undefined,
    debug: data.VIGIL_DEBUG,
  });
};

const splitList = (listed: string): string[] =>
  listed
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const API_KEY = /^([A-Za-z0-9_.-]{1,64}):([0-9a-f]{64})$/i;

/** Who the log means by them is no key: work without one, and what a release brings. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['local', 'release']);

const readKeys = (listed: string): ReadonlyMap<string, string> =>
  new Map(
    splitList(listed).map((entry, index) => {
      const [, name, hash] = API_KEY.exec(entry) ?? [];
      if (name && RESERVED_NAMES.has(name)) {
        throw appError('bad_arguments', {
          problem: {
            zh: `VIGIL_API_KEYS：第 ${index + 1} 项的名称 ${name} 为系统保留`,
            en: `VIGIL_API_KEYS: entry ${index + 1} is called ${name}, which is reserved`,
          },
        });
      }
      if (name && hash) return [hash.toLowerCase(), name];
      throw appError('bad_arguments', {
        problem: {
          zh: `VIGIL_API_KEYS：第 ${index + 1} 项不是 name:sha256（64 位十六进制数）`,
          en: `VIGIL_API_KEYS: entry ${index + 1} is not name:sha256 (64 hexadecimal digits)`,
        },
      });
    }),
  );

const MODEL_KEY = /^([A-Za-z0-9_.-]{1,64}):([A-Za-z0-9+/]{43}=)$/;

const readModelKeys = (listed: string): ReadonlyMap<string, string> =>
  new Map(
    splitList(listed).map((entry, index) => {
      const [, name, key] = MODEL_KEY.exec(entry) ?? [];
      if (name && key) return [key, name];
      throw appError('bad_arguments', {
        problem: {
          zh: `VIGIL_MODEL_KEYS：第 ${index + 1} 项不是 name:公钥（32 字节的 base64，见 vigil sign 的输出）`,
          en: `VIGIL_MODEL_KEYS: entry ${index + 1} is not name:key (base64 of 32 bytes, as vigil sign prints it)`,
        },
      });
    }),
  );

const checkTimeZone = (timeZone: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch (cause) {
    const problem = {
      zh: `VIGIL_TIMEZONE：没有时区 ${timeZone}`,
      en: `VIGIL_TIMEZONE: there is no time zone ${timeZone}`,
    };
    throw appError('bad_arguments', { problem }, { cause });
  }
};
