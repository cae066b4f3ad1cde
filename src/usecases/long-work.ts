import { appError } from '../errors.ts';

/** Who hears how far a long work has come, and what stops it. */
export interface LongWork {
  readonly onProgress: (done: number, all: number) => void;
  readonly signal: AbortSignal;
}

/** Work that nobody watches. */
export const unwatched: LongWork = { onProgress: () => undefined, signal: new AbortController().signal };

/** Passes pages on until the work is cancelled. @param measure how far the work is after a page: done, all */
export async function* watchPages<Page>(
  pages: AsyncIterable<Page>,
  { onProgress, signal }: LongWork,
  measure: (page: Page) => readonly [number, number],
): AsyncGenerator<Page> {
  for await (const page of pages) {
    if (signal.aborted) throw appError('cancelled');
    yield page;
    onProgress(...measure(page));
  }
}

/** Counts what passes, against how much there was at first. */
export const countTo = <Page>(all: number, count: (page: Page) => number): ((page: Page) => [number, number]) => {
  let done = 0;
  return (page) => {
    done += count(page);
    return [done, Math.max(done, all)];
  };
};
