import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Model } from '../domain/model.ts';
import { RegistryEvent } from '../domain/registry.ts';
import { appError } from '../errors.ts';
import { findModelFaults, findMonotoneFault, isSealed } from '../model/seal.ts';
import { findIn } from './folders.ts';
import { parseJson, readJson, readText } from './json.ts';
import { wordSystemFault } from './system-fault.ts';

/** A model's folder on disk. */
export interface ModelFolder {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

const REGISTRY = 'registry.jsonl';
const UNFINISHED = '.unfinished-';

/** Every version of every model in some folders; a version in an earlier folder hides the same one in a later. */
export const listModels = (folders: readonly string[]): ModelFolder[] => {
  const found = new Map<string, ModelFolder>();
  for (const folder of folders) {
    for (const name of listFolders(folder)) {
      for (const version of listFolders(join(folder, name))) {
        const path = join(folder, name, version);
        const key = `${name}@${version}`;
        if (existsSync(join(path, 'model.json')) && !found.has(key)) found.set(key, { name, version, path });
      }
    }
  }
  return [...found.values()];
};

const listFolders = (folder: string): string[] => {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
};

/** The registry events that lie beside the models, oldest first. */
export const readRegistry = (folders: readonly string[]): RegistryEvent[] =>
  folders.flatMap((folder) => {
    const file = join(folder, REGISTRY);
    if (!existsSync(file)) return [];
    const lines = readText(file)
      .split('\n')
      .filter((line) => line.trim() !== '');
    return lines.map((line, index) => readEvent(line, file, index));
  });

const readEvent = (line: string, file: string, index: number): RegistryEvent => {
  const parsed = RegistryEvent.safeParse(parseJson(line, file));
  if (parsed.success) return parsed.data;
  throw appError('bad_artifact', { file, place: `line ${index + 1}`, problem: parsed.error.issues[0]?.message ?? '' });
};

/** Adds an event to the registry beside the models. */
export const appendRegistry = (folder: string, event: RegistryEvent): void => {
  const file = join(folder, REGISTRY);
  try {
    appendFileSync(file, `${JSON.stringify(event)}\n`);
  } catch (cause) {
    throw appError('file_unwritable', { file, problem: wordSystemFault(cause) }, { cause });
  }
};

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

const promotedVersion = (name: string, folders: readonly string[]): string | undefined =>
  readRegistry(folders).findLast(({ event, model }) => event === 'promoted' && model.name === name)?.model.version;

const compareVersions = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/**
 * Reads a model and proves it: schema, shapes, fingerprint, monotonicity. What fails is never served.
 * @throws bad_artifact, fingerprint_mismatch, not_monotone
 */
export const readModel = (path: string): Model => {
  const file = join(path, 'model.json');
  const model = readJson(file, Model);
  const [fault] = findModelFaults(model);
  if (fault) throw appError('bad_artifact', { file, ...fault });
  if (!isSealed(model)) throw appError('fingerprint_mismatch', { file });
  const fall = findMonotoneFault(model);
  if (fall) throw appError('not_monotone', { input: fall.input, bin: fall.atBin ?? 0, microLogits: -fall.leastStep });
  return model;
};

/** A model's files, by name. */
export type ModelFiles = Readonly<Record<string, string>>;

/** The version a new model gets: the one that has the same content, else one above the highest number. */
export const nextVersion = (folder: string, name: string, contentOf: (version: string) => string): string => {
  const versions = listModels([folder]).filter((model) => model.name === name);
  const same = versions.find(
    ({ version, path }) => readFileSync(join(path, 'model.json'), 'utf8') === contentOf(version),
  );
  if (same) return same.version;
  const numbers = versions.map(({ version }) => Number(version)).filter(Number.isInteger);
  return String(Math.max(0, ...numbers) + 1);
};

/**
 * Writes a version's files all together or not at all; the same content again changes nothing.
 * @returns whether the version is new
 * @throws version_exists where the version has other content; file_unwritable
 */
export const writeModel = (
  folder: string,
  { name, version }: { name: string; version: string },
  files: ModelFiles,
): boolean => {
  const path = join(folder, name, version);
  if (existsSync(path)) {
    if (readFileSync(join(path, 'model.json'), 'utf8') === files['model.json']) return false;
    throw appError('version_exists', { model: name, version });
  }
  const unfinished = join(folder, name, `${UNFINISHED}${version}-${process.pid}`);
  try {
    mkdirSync(unfinished, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(unfinished, file), text);
    renameSync(unfinished, path);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw appError('file_unwritable', { file: path, problem: wordSystemFault(cause) }, { cause });
  }
  return true;
};

/** The model file's text: the top level and every list of objects on lines of their own, so that a change can be read. */
export const toModelText = (model: Model): string => {
  const lines = Object.entries(model).map(([key, value]) => `  ${JSON.stringify(key)}: ${toLines(value)}`);
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
