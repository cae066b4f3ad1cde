import { appError } from '../errors.ts';

/** What names a version of an artifact: in its file, and in its place on disk. */
export interface VersionName {
  readonly name: string;
  readonly version: string;
}

/** Order of versions: numbers by their value, also within words. */
export const compareVersions = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** Refuses an artifact that says another name or version than its place on disk. @throws bad_artifact */
export const checkPlace = (file: string, says: VersionName, place: VersionName): void => {
  for (const part of ['name', 'version'] as const) {
    if (says[part] === place[part]) continue;
    const problem = {
      zh: `其中写的是 ${says[part]}，但它位于 ${place[part]} 的位置`,
      en: `it says ${says[part]}, but it lies where ${place[part]} belongs`,
    };
    throw appError('bad_artifact', { file, place: part, problem });
  }
};
