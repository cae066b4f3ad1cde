import { appError } from '../../src/errors.ts';
import { readDictionary } from '../../src/store/dictionaries.ts';
import type { Frame } from '../../training/dataset/frame.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { openSource } from '../../training/dataset/source.ts';
import { type LearnerName, learnerNames } from '../../training/learners/names.ts';

/** A public data set by the short name of the protocol. */
export const loadSet = async (set: string, dataFolder: string | undefined): Promise<Frame> => {
  const { name } = readDictionary(set);
  const plain = { dictionary: undefined, label: undefined, bad: undefined };
  const { dictionary, path } = await openSource({ ...plain, data: name, dataFolder });
  return loadFrame(dictionary, path);
};

/** Learners by name. @throws bad_arguments */
export const readLearners = (names: readonly string[]): LearnerName[] => {
  const stranger = names.find((name) => !isLearner(name));
  if (stranger === undefined) return names.filter(isLearner);
  throw appError('bad_arguments', { problem: { zh: `没有算法 ${stranger}`, en: `there is no learner ${stranger}` } });
};

const isLearner = (name: string): name is LearnerName => (learnerNames as readonly string[]).includes(name);
