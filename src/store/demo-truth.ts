import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from './json.ts';
import { writeOnce } from './whole-file.ts';

/** What became of a demo's customers: put aside in the home until somebody asks. */
const Truth = z.strictObject({
  /** SHA-256 of the file it was read from. */
  file: z.string(),
  /** Customers that defaulted. */
  bad: z.array(z.string()).readonly(),
});
export type Truth = z.infer<typeof Truth>;

const fileOf = (home: string): string => join(home, 'demo-truth.json');

/** Puts it aside, for the home's owner alone. @throws file_unwritable */
export const hideTruth = (home: string, truth: Truth): void => {
  forgetTruth(home);
  writeOnce(fileOf(home), `${JSON.stringify(truth)}\n`);
};

/** Null where none was put aside. @throws bad_artifact */
export const readTruth = (home: string): Truth | null =>
  existsSync(fileOf(home)) ? readJson(fileOf(home), Truth) : null;

/** Takes it away. */
export const forgetTruth = (home: string): void => rmSync(fileOf(home), { force: true });
