import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Hazard } from '../domain/hazard.ts';
import { appError } from '../errors.ts';
import { isHazardSealed } from '../model/hazard.ts';
import { parseArtifact, readText } from './json.ts';
import { listEntries } from './listing.ts';
import { toLinedText } from './models.ts';
import { listVersionFolders, placeVersion, type VersionFolder } from './version-folder.ts';
import { checkPlace, compareVersions } from './versions.ts';

const HAZARD = 'hazard.json';

/** The file's text. */
export const toHazardText = (hazard: Hazard): string => toLinedText(hazard);

/** Every hazard of some folders; a version in an earlier folder hides the same one in a later. */
export const listHazards = (folders: readonly string[]): VersionFolder[] => listVersionFolders(folders, HAZARD);

/**
 * Finds a hazard beside the models: `name@version`, or `name` for the newest.
 * @throws model_missing
 */
export const findHazard = (reference: string, folders: readonly string[]): VersionFolder => {
  const [name = '', wanted] = reference.split('@');
  const versions = listHazards(folders).filter((hazard) => hazard.name === name);
  const found =
    wanted === undefined
      ? versions.sort((a, b) => compareVersions(a.version, b.version)).at(-1)
      : versions.find(({ version }) => version === wanted);
  if (found) return found;
  throw appError('model_missing', { model: reference, places: folders.join(', ') });
};

/** Reads the hazard of a folder `<name>/<version>`. @throws file_missing, bad_json, bad_artifact, fingerprint_mismatch */
export const readHazard = (path: string): Hazard => {
  const file = join(path, HAZARD);
  const hazard = parseArtifact(readText(file), file, Hazard);
  checkPlace(file, hazard, { name: basename(dirname(path)), version: basename(path) });
  if (!isHazardSealed(hazard)) throw appError('fingerprint_mismatch', { file });
  return hazard;
};

/** The version a new hazard gets: the one that has the same content, else one above the highest number. */
export const nextHazardVersion = (folder: string, name: string, contentOf: (version: string) => Hazard): string => {
  const versions = listEntries(join(folder, name)).map((entry) => entry.name);
  const isSame = (version: string) => {
    const file = join(folder, name, version, HAZARD);
    return existsSync(file) && readText(file) === toHazardText(contentOf(version));
  };
  const numbers = versions.map(Number).filter(Number.isInteger);
  return versions.find(isSame) ?? String(Math.max(0, ...numbers) + 1);
};

/**
 * Writes a hazard and what lies beside it all together or not at all; the same content again changes nothing.
 * @returns where it lies and whether it is new
 * @throws version_exists where the version has other content; file_unwritable
 */
export const writeHazard = (
  folder: string,
  hazard: Hazard,
  beside: Readonly<Record<string, string>>,
): { readonly path: string; readonly isNew: boolean } => {
  const { name, version } = hazard;
  const path = join(folder, name, version);
  const text = toHazardText(hazard);
  if (existsSync(path)) {
    const file = join(path, HAZARD);
    if (existsSync(file) && readText(file) === text) return { path, isNew: false };
    throw appError('version_exists', { model: name, version });
  }
  placeVersion(folder, hazard, { ...beside, [HAZARD]: text });
  return { path, isNew: true };
};
