import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SignalPolicy } from '../domain/signal.ts';
import { appError } from '../errors.ts';
import { dataFolders } from './folders.ts';
import { readJson } from './json.ts';
import { listEntries } from './listing.ts';
import { checkPlace, compareVersions } from './versions.ts';

const SUFFIX = '.json';

/**
 * Finds a policy of signals by `name@version`, by `name` its newest version, or by the path of its file; it lies at
 * `signals/<name>/<version>.json` of a data folder.
 * @throws signals_missing, bad_json, bad_artifact
 */
export const findSignalPolicy = (reference: string): SignalPolicy => {
  if (reference.endsWith(SUFFIX)) return readJson(reference, SignalPolicy);
  const [name = '', version] = reference.split('@');
  const folders = dataFolders().map((data) => join(data, 'signals', name));
  const versions = folders
    .flatMap((folder) => listEntries(folder).map((entry) => entry.name))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort(compareVersions);
  const wanted = version ?? versions.at(-1);
  const files = folders.map((folder) => join(folder, `${wanted}${SUFFIX}`));
  const file = wanted === undefined ? undefined : files.find((each) => existsSync(each));
  if (file === undefined) throw appError('signals_missing', { policy: reference, places: dataFolders().join(', ') });
  const policy = readJson(file, SignalPolicy);
  checkPlace(file, policy, { name, version: wanted ?? '' });
  return policy;
};
