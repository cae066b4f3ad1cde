import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Model } from '../domain/model.ts';
import { appError } from '../errors.ts';
import { foldPromotions } from '../model/registry.ts';
import { findModelFaults, findMonotoneFault, isSealed, refuseFall } from '../model/seal.ts';
import { findIn } from './folders.ts';
import { parseArtifact, readText } from './json.ts';
import { readRegistry } from './registry.ts';
import { listVersionFolders, placeVersion, type VersionFolder } from './version-folder.ts';
import { checkPlace, compareVersions, type VersionName } from './versions.ts';

/** A model's folder on disk. */
export type ModelFolder = VersionFolder;

const MODEL = 'model.json';

/** Every version of every model in some folders; a version in an earlier folder hides the same one in a later. */
export const listModels = (folders: readonly string[]): ModelFolder[] => listVersionFolders(folders, MODEL);

/**
 * Finds a model: `name@version`, or `name` for the version last promoted, else the newest.
 * @throws model_missing
 */
export const findModel = (reference: string, folders: readonly string[]): ModelFolder => {
  const [name = '', wanted] = reference.split('@');
  const versions = listModels(folders).filter((model) => model.name === name);
  const version =
    wanted ??
    promotedVersion(name, folders) ??
    versions
      .map((model) => model.version)
      .sort(compareVersions)
      .at(-1);
  const found = versions.find((model) => model.version === version);
  if (found) return found;
  throw appError('model_missing', { model: reference, places: folders.join(', ') });
};

const promotedVersion = (name: string, folders: readonly string[]): string | undefined => {
  const events = readRegistry(folders);
  const live = foldPromotions(events).get(name)?.live;
  return events.find(({ model }) => model.fingerprint === live)?.model.version;
};

/**
 * Reads the model of a folder `<name>/<version>` and proves it: schema, name, shapes, fingerprint, monotonicity. What
 * fails is never served.
 * @throws file_missing, bad_json, bad_artifact, fingerprint_mismatch, not_monotone
 */
export const readModel = (path: string): Model => {
  const file = join(path, MODEL);
  return proveModel(readText(file), file, { name: basename(dirname(path)), version: basename(path) });
};

const proveModel = (text: string, file: string, place: VersionName): Model => {
  const model = parseArtifact(text, file, Model);
  checkPlace(file, model, place);
  const [fault] = findModelFaults(model);
  if (fault) throw appError('bad_artifact', { file, ...fault });
  if (!isSealed(model)) throw appError('fingerprint_mismatch', { file });
  const fall = findMonotoneFault(model);
  if (fall) throw refuseFall(file, fall);
  return model;
};

/** A model's files, by name: the model itself and what lies beside it. */
export type ModelFiles = Readonly<Record<string, string>> & { readonly [MODEL]: string };

/** The version a new model gets: the one that has the same content, else one above the highest number. */
export const nextVersion = (folder: string, name: string, contentOf: (version: string) => string): string => {
  const versions = listModels([folder]).filter((model) => model.name === name);
  const same = versions.find(({ version, path }) => readFileSync(join(path, MODEL), 'utf8') === contentOf(version));
  if (same) return same.version;
  const numbers = versions.map(({ version }) => Number(version)).filter(Number.isInteger);
  return String(Math.max(0, ...numbers) + 1);
};

/**
 * Writes a version's files all together or not at all, after the same proof as at reading; the same content again
 * changes nothing.
 * @returns whether the version is new
 * @throws version_exists where the version has other content; file_unwritable; and what `readModel` throws
 */
export const writeModel = (folder: string, place: VersionName, files: ModelFiles): boolean => {
  const { name, version } = place;
  const path = join(folder, name, version);
  proveModel(files[MODEL], join(path, MODEL), place);
  if (existsSync(path)) {
    if (isSameModel(path, files)) return false;
    throw appError('version_exists', { model: name, version });
  }
  placeVersion(folder, place, files);
  return true;
};

const isSameModel = (path: string, files: ModelFiles): boolean =>
  existsSync(join(path, MODEL)) && readText(join(path, MODEL)) === files[MODEL];

/** The model file's text: the top level and every list of objects on lines of their own, so that a change can be read. */
export const toModelText = (model: Model): string => toLinedText(model);

/** JSON with the top level and every list of objects on lines of their own. */
export const toLinedText = (value: object): string => {
  const lines = Object.entries(value).map(([key, value]) => `  ${JSON.stringify(key)}: ${toLines(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
};

const toLines = (value: unknown): string => {
  if (!Array.isArray(value) || typeof value[0] !== 'object') return JSON.stringify(value);
  return `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
};

/** The shipped or trained model's other files, where they are there. */
export const readModelFile = ({ path }: ModelFolder, file: string): string | null => {
  const place = findIn([path], file);
  return place === null ? null : readText(place);
};
