/** Writes a batch in one transaction; answers each item's result in order, or rejects and nothing was written. */
export type CommitBatch<Item, Result> = (items: readonly Item[]) => Promise<Result[]>;

/** Gathers items while a commit runs and writes them together. */
export interface GroupCommit<Item, Result> {
  /** Resolves once the item's batch is committed. Items given together stay in one batch. */
  submit(items: readonly Item[]): Promise<Result[]>;
  /** Items that wait for a commit. */
  waiting(): number;
  /** Resolves once nothing waits or runs. */
  drain(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly items: readonly Item[];
  readonly resolve: (results: Result[]) => void;
  readonly reject: (cause: unknown) => void;
}

/** Rows of a batch, unless one request alone brings more. */
const MOST_ROWS = 500;

/**
 * Group commit: while one batch is written the next gathers, with no fixed wait; a request's items are never split.
 * A batch that fails rejects every request in it.
 */
export const createGroupCommit = <Item, Result>(commit: CommitBatch<Item, Result>): GroupCommit<Item, Result> => {
  const queue: Waiting<Item, Result>[] = [];
  let running: Promise<void> | null = null;
  const takeBatch = (): Waiting<Item, Result>[] => {
    const batch: Waiting<Item, Result>[] = [];
    let rows = 0;
    while (queue[0] && (batch.length === 0 || rows + queue[0].items.length <= MOST_ROWS)) {
      const next = queue.shift() as Waiting<Item, Result>;
      rows += next.items.length;
      batch.push(next);
    }
    return batch;
  };
  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = takeBatch();
      try {
        const results = await commit(batch.flatMap(({ items }) => items));
        let from = 0;
        for (const { items, resolve } of batch) {
          resolve(results.slice(from, from + items.length));
          from += items.length;
        }
      } catch (cause) {
        for (const { reject } of batch) reject(cause);
      }
    }
    running = null;
  };
  return {
    submit: (items) =>
      new Promise((resolve, reject) => {
        queue.push({ items, resolve, reject });
        running ??= Promise.resolve().then(run);
      }),
    waiting: () => queue.reduce((sum, { items }) => sum + items.length, 0),
    drain: async () => {
      while (running) await running;
    },
  };
};
