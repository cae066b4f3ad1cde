import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Dictionary } from '../../src/domain/dictionary.ts';
import { appError } from '../../src/errors.ts';
import { readDictionary } from '../../src/store/dictionaries.ts';
import { findIn, rawDataFolders } from '../../src/store/folders.ts';
import { type DraftNote, describeFile } from './describe.ts';
import type { FormWish } from './sniff.ts';

/** Data as the user names it: a dictionary's name, or a file with a dictionary or a label's column. */
export interface SourceRequest extends FormWish {
  readonly data: string;
  readonly dictionary: string | undefined;
  readonly label: string | undefined;
  readonly bad: string | undefined;
  readonly dataFolder: string | undefined;
}

/** A file and its dictionary, read or drafted. */
export interface DataSource {
  readonly dictionary: Dictionary;
  readonly path: string;
  /** What a drafted dictionary guessed; null where the dictionary was read. */
  readonly drafted: readonly DraftNote[] | null;
}

/**
 * Finds the file and the dictionary a request means.
 * @throws file_missing, dictionary_missing, bad_arguments, and what describing a bare file throws
 */
export const openSource = async (request: SourceRequest): Promise<DataSource> => {
  const { dictionary: named, label } = request;
  const data = findFile(request);
  if (!isFile(data)) {
    if (named !== undefined || label !== undefined) {
      const problem = {
        zh: `--dictionary 和 --label 用于文件，而 ${data} 不是文件`,
        en: `--dictionary and --label go with a file, and ${data} is none`,
      };
      throw appError('bad_arguments', { problem });
    }
    const dictionary = overrule(readDictionary(data), request);
    const folders = rawDataFolders(request.dataFolder);
    const path = findIn(folders, dictionary.file.path);
    if (path) return { dictionary, path, drafted: null };
    throw appError('file_missing', { file: dictionary.file.path, places: folders.join(', ') });
  }
  if (named !== undefined) {
    return { dictionary: overrule(readDictionary(named), request), path: data, drafted: null };
  }
  const { dictionary, notes } = await describeFile({ ...request, path: data, label, name: nameOf(data) });
  return { dictionary, path: data, drafted: notes };
};

/** What is said of the file's form stands in the dictionary from then on, so that the model's own files are read alike. */
const overrule = (
  dictionary: Dictionary,
  { separator, header, encoding, decimal, thousands }: FormWish,
): Dictionary => {
  const said = Object.entries({ separator, header, encoding, decimal, thousands }).filter(
    ([, value]) => value !== undefined,
  );
  return said.length === 0 ? dictionary : { ...dictionary, file: { ...dictionary.file, ...Object.fromEntries(said) } };
};

/** A file as it is named, or below one of the data folders; a dictionary's name stays as it is. @throws file_missing */
const findFile = ({ data, dataFolder }: SourceRequest): string => {
  if (isFile(data) || !/[./\\]/.test(data)) return data;
  const folders = rawDataFolders(dataFolder);
  const found = findIn(folders, data);
  if (found && isFile(found)) return found;
  throw appError('file_missing', { file: data, places: ['.', ...folders].join(', ') });
};

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/**
 * A data set's name from its file's: lower case, without endings and accents. Letters that no name can hold (贷款) are
 * told apart by the start of their digest, so that files of different names do not become one data set.
 */
export const nameOf = (path: string): string => {
  const own = basename(path)
    .toLowerCase()
    .replace(/(\.csv|\.txt|\.data|\.tsv|\.arff|\.parquet|\.pq)?(\.gz)?$/, '')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '');
  const plain = own.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'data';
  return /(?![a-z0-9])[\p{Letter}\p{Number}]/u.test(own) ? `${plain}-${digest(own)}` : plain;
};

const digest = (text: string): string => bytesToHex(sha256(utf8ToBytes(text))).slice(0, 6);
