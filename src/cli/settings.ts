import type { TrainingSettings } from '../../training/settings.ts';
import { readFault } from '../domain/issue.ts';
import { appError } from '../errors.ts';
import { parseJson, readText } from '../store/json.ts';

/** Training settings: defaults, overruled by a file, its seed by an option. @throws bad_settings naming the place */
export const readSettings = async ({
  config,
  seed,
}: {
  readonly config?: string;
  readonly seed?: number;
}): Promise<TrainingSettings> => {
  const { TrainingSettings } = await import('../../training/settings.ts');
  const given = config === undefined ? {} : parseJson(readText(config), config);
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const wanted = isObject && seed !== undefined ? { ...given, seed } : given;
  const parsed = TrainingSettings.safeParse(wanted);
  if (parsed.success) return parsed.data;
  throw appError('bad_settings', readFault(parsed.error, wanted));
};
