import { setImmediate as turn } from 'node:timers/promises';

/** Makes work that is shared by all who ask for it in one turn of the event loop; no two works of one maker overlap. */
export const createTurns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): (() => Promise<Result>) => {
    let next: Promise<Result> | null = null;
    return () => {
      if (next) return next;
      const before = last;
      next = turn()
        .then(() => before)
        .then(() => {
          next = null;
          return work();
        });
      last = next.catch(() => undefined);
      return next;
    };
  };
};
