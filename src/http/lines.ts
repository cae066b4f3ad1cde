import type { Readable } from 'node:stream';
import { type AppError, appError } from '../errors.ts';

/** Longest line of a stream in bytes. */
export const MOST_LINE_BYTES = 65_536;

const NEWLINE = 0x0a;
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d]);

/** Lines of a stream without their ends, blank ones left out; one that is too long is a fault in its place and skipped. */
export async function* readLines(input: Readable): AsyncGenerator<Buffer | AppError> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isTooLong = false;
  const close = (last: Buffer): Buffer | AppError | null => {
    const line = held.length > 0 ? Buffer.concat([...held, last]) : last;
    const tooLong = isTooLong || line.length > MOST_LINE_BYTES;
    [held, heldBytes, isTooLong] = [[], 0, false];
    if (tooLong) return appError('line_too_long', { limit: MOST_LINE_BYTES });
    return line.every((byte) => SPACES.has(byte)) ? null : line;
  };
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const line = close(chunk.subarray(from, at));
      if (line) yield line;
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    heldBytes += rest.length;
    if (heldBytes > MOST_LINE_BYTES) [held, isTooLong] = [[], true];
    else if (rest.length > 0) held.push(rest);
  }
  const line = close(Buffer.alloc(0));
  if (line) yield line;
}
