import { once } from 'node:events';
import { type Readable, Transform } from 'node:stream';
import type { Request, Response } from 'express';
import { type AppError, appError } from '../errors.ts';

/** Longest time between two looks at whether a stream moves. */
const LOOK_MILLISECONDS = 250;
/** How long what a caller still sends is read and dropped, so that it can read why the stream ended. */
const LINGER_MILLISECONDS = 1_000;

/** What a flow is watched by. */
export interface FlowWatch {
  readonly idleMilliseconds: number;
  readonly isStopping: () => boolean;
  /** Whether answers are being made: then the caller waits for us. */
  readonly isBusy: () => boolean;
}

/** Both directions of a stream. */
export interface Flow {
  /** What the caller sends; ends as well once the flow is over. */
  readonly input: Readable;
  /** Resolves once the caller may be sent more, at once where it is gone; never rejects. */
  write(text: string): Promise<void>;
  /** Reads no more, because of this; the first fault stands. */
  end(fault: AppError): void;
  /** Whether nothing more is to be read, and because of what: null where the caller is gone. */
  over(): { readonly fault: AppError | null } | null;
  /** Ends the answer. */
  close(): void;
}

/**
 * Opens a stream and watches it: it is ended where the service stops, and where it moved for too long in neither
 * direction through no fault of ours; a caller that does not read is cut off.
 */
export const openFlow = (
  { req, res }: { req: Request; res: Response },
  { idleMilliseconds, isStopping, isBusy }: FlowWatch,
): Flow => {
  let movedAt = performance.now();
  let over: { fault: AppError | null } | null = null;
  let isBlocked = false;
  const moved = (): void => {
    movedAt = performance.now();
  };
  const input = new Transform({
    transform(chunk, _, done) {
      moved();
      done(null, chunk);
    },
  });
  const finish = (fault: AppError | null): void => {
    if (over) return;
    over = { fault };
    req.unpipe(input);
    input.end();
  };
  const gone = () => finish(null);
  const look = (): void => {
    if (isStopping()) finish(appError('stopping'));
    if (performance.now() - movedAt < idleMilliseconds) return;
    if (isBlocked) res.destroy();
    else if (!isBusy()) finish(appError('stream_idle', { seconds: idleMilliseconds / 1_000 }));
  };
  const looking = setInterval(look, Math.min(LOOK_MILLISECONDS, idleMilliseconds / 2));
  res.once('close', gone);
  req.pipe(input);
  return {
    input,
    async write(text) {
      if (res.destroyed) return;
      isBlocked = !res.write(`${text}\n`);
      if (isBlocked) await waitForDrain(res);
      isBlocked = false;
      moved();
    },
    end: finish,
    over: () => over,
    close() {
      clearInterval(looking);
      res.removeListener('close', gone);
      res.end();
      if (req.complete) return;
      req.resume();
      setTimeout(() => req.destroy(), LINGER_MILLISECONDS).unref();
    },
  };
};

const waitForDrain = async (res: Response): Promise<void> => {
  const closed = new AbortController();
  const close = () => closed.abort();
  res.once('close', close);
  await once(res, 'drain', { signal: closed.signal }).catch(() => undefined);
  res.removeListener('close', close);
};
