import { openPool } from './boosted/pool.ts';
import { learnBoosted } from './boosted.ts';
import type { Learned, LearnerRequest } from './learner.ts';
import type { LearnerName } from './names.ts';
import { learnNeural } from './neural.ts';
import { learnScorecard } from './scorecard.ts';
import { loadBackend } from './tensorflow.ts';

/** A learner with the threads or the backend it works with. */
export interface OpenedLearner {
  readonly name: LearnerName;
  /** What computes. */
  readonly backend: string;
  learn(request: LearnerRequest): Promise<Learned>;
  close(): Promise<void>;
}

/** What a learner is opened for. */
export interface LearnerSize {
  /** Rows times features. */
  readonly cells: number;
  /** Threads to work in; null = as many as help. The result does not depend on it. */
  readonly workers: number | null;
}

/** Opens a learner; it must be closed. */
export const openLearner = async (name: LearnerName, { cells, workers }: LearnerSize): Promise<OpenedLearner> => {
  if (name === 'boosted') {
    const pool = openPool(cells, workers);
    return { name, backend: 'threads', learn: (request) => learnBoosted(request, pool), close: pool.close };
  }
  const backend = await loadBackend();
  const learn = name === 'neural' ? learnNeural : learnScorecard;
  return { name, backend: backend.name, learn: (request) => learn(request, backend), close: async () => undefined };
};
