import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Dictionary } from '../domain/dictionary.ts';
import { appError } from '../errors.ts';
import { dataFolders, findIn } from './folders.ts';
import { readJson } from './json.ts';

/** Reads a dictionary by its data set's folder name or short name, or by the path of its file. */
export const readDictionary = (name: string): Dictionary => {
  if (name.endsWith('.json')) return readJson(name, Dictionary);
  const folders = dataFolders();
  const file = findIn(folders, join(name, 'dictionary.json'));
  if (file) return readJson(file, Dictionary);
  const bySet = listDictionaries().find(({ dictionary }) => dictionary.set === name || dictionary.name === name);
  if (bySet) return bySet.dictionary;
  throw appError('dictionary_missing', { dictionary: name, places: folders.join(', ') });
};

/** Every dictionary there is, with its file. */
export const listDictionaries = (): { file: string; dictionary: Dictionary }[] =>
  dataFolders().flatMap((folder) =>
    listFolder(folder).flatMap((entry) => {
      const file = findIn([folder], join(entry, 'dictionary.json'));
      return file ? [{ file, dictionary: readJson(file, Dictionary) }] : [];
    }),
  );

const listFolder = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};
