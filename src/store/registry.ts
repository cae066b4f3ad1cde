import { appendFileSync, closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { RegistryEvent } from '../domain/registry.ts';
import { readJsonLines } from './json.ts';
import { requireWritable, toUnwritable } from './writing.ts';

const REGISTRY = 'registry.jsonl';

/** The registry events that lie beside the models, oldest first. @throws bad_json, bad_artifact naming the line */
export const readRegistry = (folders: readonly string[]): RegistryEvent[] =>
  folders.flatMap((folder) => readJsonLines(join(folder, REGISTRY), RegistryEvent));

/** Adds an event to the registry beside the models. @throws file_unwritable */
export const appendRegistry = (folder: string, event: RegistryEvent): void => {
  const file = join(folder, REGISTRY);
  try {
    appendFileSync(file, `${JSON.stringify(event)}\n`);
  } catch (cause) {
    throw toUnwritable(file, cause);
  }
};

/** Refuses a folder of models that cannot take one, before a model is trained for it. @throws file_unwritable */
export const requireModelsFolder = (folder: string): void => {
  requireWritable(folder);
  const file = join(folder, REGISTRY);
  try {
    if (existsSync(file)) closeSync(openSync(file, 'a'));
  } catch (cause) {
    throw toUnwritable(file, cause);
  }
};
