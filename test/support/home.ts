import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';

/**
 * Lets a home that is not there yet, or empty, start as a copy of a new one: making one from nothing takes seconds.
 * Tests of making one open theirs themselves.
 * @returns the home
 */
export const prepareHome = async (home: string): Promise<string> => {
  if (existsSync(home) && readdirSync(home).length > 0) return home;
  const template = await findTemplate();
  cpSync(template, home, { recursive: true, filter: (file) => !basename(file).startsWith('.s.') });
  return home;
};

/** The run's new home, made by the first who asks; of two that make it at once one is thrown away. */
const findTemplate = async (): Promise<string> => {
  const folder = inject('templates');
  const template = join(folder, 'home');
  if (existsSync(template)) return template;
  const aside = mkdtempSync(join(folder, 'making-'));
  const database = await openDatabase({ url: undefined, home: aside });
  await database.close();
  try {
    renameSync(aside, template);
  } catch {
    rmSync(aside, { recursive: true });
  }
  return template;
};

/**
 * Holds a home while a file's tests run, so that its commands are guests of it and need not open it each; for tests of what
 * commands do, not of how a home is opened.
 */
export const holdHome = (home: string): void => {
  let held: Database | undefined;
  beforeAll(async () => {
    held = await openDatabase({ url: undefined, home: await prepareHome(home) });
  });
  afterAll(() => held?.close());
};
