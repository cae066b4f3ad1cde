import type { Frame } from '../../training/dataset/frame.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { openSource } from '../../training/dataset/source.ts';

/** Loads one of the public data sets, which lie beside the project and not in it. */
export const loadReal = async (data: string): Promise<Frame> => {
  const plain = { dictionary: undefined, label: undefined, bad: undefined };
  const { dictionary, path } = await openSource({ ...plain, data, dataFolder: undefined });
  return loadFrame(dictionary, path);
};
