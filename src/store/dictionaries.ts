import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Dictionary } from '../domain/dictionary.ts';
import { appError } from '../errors.ts';
import { dataFolders, findIn } from './folders.ts';
import { readJson } from './json.ts';
import { type Listing, listEntries, readEach } from './listing.ts';

/** Reads a dictionary by its data set's folder name or short name, or by the path of its file. */
export const readDictionary = (name: string): Dictionary => {
  if (name.endsWith('.json')) return readJson(name, Dictionary);
  const folders = dataFolders();
  const file = findIn(folders, join(name, 'dictionary.json'));
  if (file) return readJson(file, Dictionary);
  const bySet = listDictionaries().found.find(({ dictionary }) => dictionary.set === name || dictionary.name === name);
  if (bySet) return bySet.dictionary;
  throw appError('dictionary_missing', { dictionary: name, places: folders.join(', ') });
};

/** Every dictionary there is, with its file. */
export const listDictionaries = (): Listing<{ file: string; dictionary: Dictionary }> => {
  const files = dataFolders()
    .flatMap((folder) => listEntries(folder).map(({ name }) => join(folder, name, 'dictionary.json')))
    .filter((file) => existsSync(file));
  return readEach(files, (file) => ({ file, dictionary: readJson(file, Dictionary) }));
};
