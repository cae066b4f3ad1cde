import { resolve } from 'node:path';
import { z } from 'zod';
import { Locale } from './domain/text.ts';
import { appError } from './errors.ts';

const Environment = z.object({
  /** A folder in which data files are looked up first. */
  VIGIL_DATA: z.string().min(1).optional(),
  /** PostgreSQL to keep everything in; without it the embedded database of the home. */
  DATABASE_URL: z.string().min(1).optional(),
  /** Folder of the embedded database. */
  VIGIL_HOME: z.string().min(1).default('.vigil'),
  /** The Ed25519 key that signs checkpoints: PKCS#8 as PEM, as base64 of its DER, or the path of a file of either. */
  VIGIL_CHECKPOINT_KEY: z.string().min(1).optional(),
  /** The language of what is printed. */
  VIGIL_LOCALE: Locale.default('en'),
  /** The time zone of civil days. */
  VIGIL_TIMEZONE: z.string().min(1).default('Asia/Shanghai'),
});

/** Everything the environment settles, parsed once. */
export interface Config {
  readonly dataFolder: string | undefined;
  readonly databaseUrl: string | undefined;
  /** Absolute path of the home. */
  readonly home: string;
  /** The checkpoint key or the file it lies in; without it the home has one of its own. */
  readonly checkpointKey: string | undefined;
  readonly locale: Locale;
  readonly timeZone: string;
}

/** Parses and freezes the environment; no other file reads it. @throws bad_arguments naming the variable */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw appError('bad_arguments', { problem: `${issue?.path.join('.')}: ${issue?.message}` });
  }
  const { VIGIL_DATA, DATABASE_URL, VIGIL_HOME, VIGIL_CHECKPOINT_KEY, VIGIL_LOCALE, VIGIL_TIMEZONE } = parsed.data;
  return Object.freeze({
    dataFolder: VIGIL_DATA,
    databaseUrl: DATABASE_URL,
    home: resolve(VIGIL_HOME),
    checkpointKey: VIGIL_CHECKPOINT_KEY,
    locale: VIGIL_LOCALE,
    timeZone: checkTimeZone(VIGIL_TIMEZONE),
  });
};

const checkTimeZone = (timeZone: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch (cause) {
    throw appError('bad_arguments', { problem: `VIGIL_TIMEZONE: there is no time zone ${timeZone}` }, { cause });
  }
};
