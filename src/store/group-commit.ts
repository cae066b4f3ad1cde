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

/** What became of a batch. */
type Written<Result> = { readonly results: readonly Result[] } | { readonly fault: unknown };

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
  const countRows = (items: readonly Waiting<Item, Result>[]): number =>
    items.reduce((sum, { item }) => sum + rowsOf(item), 0);
  const takeAll = (): Waiting<Item, Result>[] => {
    const all = queue.splice(0);
    rows -= countRows(all);
    return all;
  };
  const takeBatch = (): Waiting<Item, Result>[] => {
    let taken = 0;
    const past = queue.findIndex(({ item }, index) => {
      taken += rowsOf(item);
      return index > 0 && taken > MOST_ROWS;
    });
    return queue.splice(0, past < 0 ? queue.length : past);
  };
  const write = (batch: readonly Waiting<Item, Result>[]): Promise<Written<Result>> =>
    commit(batch.map(({ item }) => item)).then(
      (results) => ({ results }),
      (fault) => ({ fault }),
    );
  const answer = (batch: readonly Waiting<Item, Result>[], results: readonly Result[]): void => {
    for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
  };
  /** Refuses what a fault meets: all that waits where it would meet all alike, else the items that fail alone. */
  const settleFault = async (batch: readonly Waiting<Item, Result>[], fault: unknown): Promise<void> => {
    if (isShared(fault)) return refuse([...batch, ...takeAll()], fault);
    if (batch.length === 1) return refuse(batch, fault);
    for (const each of batch) {
      const written = await write([each]);
      if ('results' in written) answer([each], written.results);
      else await settleFault([each], written.fault);
    }
  };
  const run = async (): Promise<void> => {
    await turn();
    let batch = takeBatch();
    let writing = write(batch);
    while (batch.length > 0) {
      const done = batch;
      const written = await writing;
      if ('fault' in written) await settleFault(done, written.fault);
      await turn();
      batch = takeBatch();
      if (batch.length > 0) {
        writing = write(batch);
        await turn();
      }
      rows -= countRows(done);
      if ('results' in written) answer(done, written.results);
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
