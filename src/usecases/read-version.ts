import type { Live, LiveModel } from './live.ts';

/**
 * One registered version with its content, whatever its state.
 * @param wanted a name, whose promoted version is taken, or `name@version`
 * @throws model_not_live, model_untrusted, artifact_missing
 */
export const readVersion = async (live: Pick<Live, 'find' | 'read'>, wanted: string): Promise<LiveModel> => {
  const [name = '', version] = wanted.split('@');
  return live.read(version === undefined ? live.find(name).ref : { name, version });
};
