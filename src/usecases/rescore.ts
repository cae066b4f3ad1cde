import { AppError, isContained } from '../errors.ts';
import { isCardColumn } from '../features/catalogue/card-columns.ts';
import { findFeature } from '../features/catalogue/dictionary.ts';
import type { ColumnDefinition } from '../features/column.ts';
import type { Live } from './live.ts';
import type { Predictor } from './predict.ts';
import type { FeatureReader } from './read-features.ts';
import type { Watcher } from './watch.ts';

/** Looks anew at customers of whom something new is known: raises their signals, then decides. */
export interface Rescorer {
  /** Takes customers; returns at once. One that waits already waits once. */
  take(customerIds: readonly string[]): void;
  /** Customers that wait. */
  waiting(): number;
  /** Resolves once nobody waits. */
  drain(): Promise<void>;
}

/** What a rescorer is built of. */
export interface RescorerParts {
  readonly predictor: Predictor;
  readonly live: Pick<Live, 'policyFor' | 'resolve'>;
  readonly watcher: Pick<Watcher, 'watch'>;
  readonly features: Pick<FeatureReader, 'hold'>;
  readonly now: () => Date;
  /** Hears of customers who could not be looked at, and of one for whom no decision could be made. */
  readonly onFault: (fault: unknown) => void;
}

/** Customers decided for at once: enough to share a commit, few enough that none waits long. */
const BATCH = 25;

/** Batches under way at once: one is computed while the database reads or writes for the other. */
const MOST_BATCHES = 2;

/**
 * Makes the queue. The model is the first of those the policy in use names, its default before its segments, that reads
 * nothing but features of behaviour or what the statements of a card tell; where there is none nobody is decided for.
 */
export const createRescorer = ({ predictor, live, watcher, features, now, onFault }: RescorerParts): Rescorer => {
  /** Whose events do not tell what the model reads, such as statements of a card, is none to decide for. */
  const onUndecided = (fault: unknown): void => {
    if (!(fault instanceof AppError && fault.code === 'history_missing')) onFault(fault);
  };
  const queue = new Set<string>();
  /** Customers of the batches under way: nobody is decided for twice at once. */
  const busy = new Set<string>();
  const running = new Set<Promise<void>>();
  const rescore = async (customerIds: readonly string[]): Promise<void> => {
    const held = features.hold(customerIds);
    await watcher.watch(customerIds, held).catch(onFault);
    const named = await findBehaviourModel(live, now());
    if (!named) return;
    const decide = (customerId: string) =>
      predictor
        .predict([{ customerId, fields: null, purpose: 'monitoring', ...named }], { isPatient: true, features: held })
        .then(() => undefined, onUndecided);
    await Promise.all(customerIds.map(decide));
  };
  const takeBatch = (): string[] => {
    const taken: string[] = [];
    for (const customerId of queue) {
      if (taken.length === BATCH) break;
      if (busy.has(customerId)) continue;
      queue.delete(customerId);
      busy.add(customerId);
      taken.push(customerId);
    }
    return taken;
  };
  const begin = (): void => {
    while (running.size < MOST_BATCHES) {
      const taken = takeBatch();
      if (taken.length === 0) return;
      const batch = rescore(taken)
        .catch(onFault)
        .then(() => {
          for (const customerId of taken) busy.delete(customerId);
          running.delete(batch);
          begin();
        });
      running.add(batch);
    }
  };
  return {
    take(customerIds) {
      for (const customerId of customerIds) queue.add(customerId);
      queueMicrotask(begin);
    },
    waiting: () => queue.size,
    async drain() {
      begin();
      while (running.size > 0) await Promise.race(running);
    },
  };
};

const isToldByEvents = (column: ColumnDefinition): boolean =>
  findFeature(column.source)?.name === column.name || isCardColumn(column);

interface NamedModel {
  readonly model: string;
  readonly segment: string | null;
}

const findBehaviourModel = async (live: RescorerParts['live'], at: Date): Promise<NamedModel | null> => {
  try {
    const { models } = (await live.policyFor(undefined)).stored.policy;
    const named: NamedModel[] = [
      { model: models.default, segment: null },
      ...Object.entries(models.segments).map(([segment, model]) => ({ model, segment })),
    ];
    for (const each of named) {
      const { live: plan } = await live.resolve(each, at);
      if (plan.plan.features.columns.every(isToldByEvents)) return each;
    }
    return null;
  } catch (fault) {
    if (isContained(fault)) return null;
    throw fault;
  }
};
