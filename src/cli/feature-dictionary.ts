import { basename } from 'node:path';
import type { Dictionary } from '../domain/dictionary.ts';
import { readDictionary } from '../store/dictionaries.ts';
import { requireWritableFile, withOutput } from '../store/writing.ts';

/** What rows of features were made of. */
export interface DescribedRows {
  /** Name of the file of rows. */
  readonly rows: string;
  /** Name of the file of events; null = the database. */
  readonly events: string | null;
  readonly windowDays: number;
  readonly isSimulated: boolean;
}

/** Writes the dictionary of rows of features, named as its file is. @throws file_unwritable, dictionary_missing */
export const writeFeatureDictionary = (file: string, described: DescribedRows): Promise<void> => {
  requireWritableFile(file);
  const dictionary = describeFeatures(readDictionary('behaviour'), basename(file, '.json'), described);
  return withOutput(file, (output) => output.write(`${JSON.stringify(dictionary, null, 2)}\n`));
};

/** The dictionary `behaviour` of other rows: its columns and its target within another window, and whose they are. */
const describeFeatures = (
  { title, target, file, ...behaviour }: Dictionary,
  name: string,
  { rows, events, windowDays, isSimulated }: DescribedRows,
): Dictionary => ({
  ...behaviour,
  name,
  set: name,
  title: { zh: `${title.zh}：${name}`, en: `${title.en}: ${name}` },
  source: {
    citation: `vigil features over ${events ?? 'the database'}`,
    licence: 'That of the events.',
    synthetic: isSimulated,
  },
  file: { ...file, path: rows },
  target: {
    ...target,
    event: { zh: `${windowDays} 天内违约`, en: `Default within ${windowDays} days` },
    horizonDays: windowDays,
    performanceWindow: { zh: `观察日后 ${windowDays} 天`, en: `The ${windowDays} days after the observation` },
    note: isSimulated ? target.note : null,
  },
});
