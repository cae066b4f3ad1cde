import { setImmediate as turn } from 'node:timers/promises';

/** Writes a batch in one transaction; answers each item's result in order, or rejects and nothing was written. */
export type CommitBatch<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

/** Gathers items while a commit runs and writes them together. */
export interface GroupCommit<Item, Result> {
  /** Resolves once the item's batch is committed. */
  submit(item: Item): Promise<Result>;
  /** Rows that wait for a commit or are in one. */
  waiting(): number;
  /** Resolves once nothing waits or runs. */
  drain(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (cause: unknown) => void;
}

/** Rows of a batch, unless one item alone brings more. */
const MOST_ROWS = 500;

/** How items are written together. */
export interface GroupCommitParts<Item, Result> {
  readonly commit: CommitBatch<Item, Result>;
  /** Rows an item brings. */
  readonly rowsOf: (item: Item) => number;
  /**
   * Whether a fault would meet every item alike: then everything that waits fails with it, so that nobody waits for one
   * fault after the other. Else the items of a failed batch are tried one by one.
   */
  readonly isShared: (cause: unknown) => boolean;
}

/**
 * Group commit: while one batch is written the next gathers, with no fixed wait but that whatever arrives in one turn of the
 * event loop goes together; an item's rows are never split, and an item that cannot be written takes no other with it.
 */
export const createGroupCommit = <Item, Result>({
  commit,
  rowsOf,
  isShared,
}: GroupCommitParts<Item, Result>): GroupCommit<Item, Result> => {
  const queue: Waiting<Item, Result>[] = [];
  let rows = 0;
  let running: Promise<void> | null = null;
  const refuse = (items: readonly Waiting<Item, Result>[], cause: unknown): void => {
    for (const { reject } of items) reject(cause);
  };
  const takeBatch = (): Waiting<Item, Result>[] => {
    let taken = 0;
    const past = queue.findIndex(({ item }, index) => {
      taken += rowsOf(item);
      return index > 0 && taken > MOST_ROWS;
    });
    return queue.splice(0, past < 0 ? queue.length : past);
  };
  const commitBatch = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await commit(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (cause) {
      if (isShared(cause)) {
        const left = queue.splice(0);
        for (const { item } of left) rows -= rowsOf(item);
        refuse([...batch, ...left], cause);
      } else if (batch.length > 1) for (const each of batch) await commitBatch([each]);
      else refuse(batch, cause);
    }
  };
  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await turn();
      const batch = takeBatch();
      await commitBatch(batch);
      for (const { item } of batch) rows -= rowsOf(item);
    }
    running = null;
  };
  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        rows += rowsOf(item);
        running ??= run();
      }),
    waiting: () => rows,
    drain: async () => {
      while (running) await running;
    },
  };
};
