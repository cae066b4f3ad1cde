import { setTimeout as delay } from 'node:timers/promises';
import { bodyOf } from '../support/run-service.ts';

/** Where the service is now, or that no more is to be asked. */
export type SoakOrder = { readonly url: string } | 'end';

/** What was asked under one key, and the decisions every answer to it named. */
export interface Asked {
  readonly key: string;
  readonly rows: number;
  readonly decisionIds: readonly string[];
}

/** Everything asked, each answered at last; how often it was sent again, and how often that was answered as a replay. */
export interface SoakResult {
  readonly asked: readonly Asked[];
  readonly resent: number;
  readonly replayed: number;
  /** Answers to one key that named other decisions than an answer before. */
  readonly changed: number;
}

const CALLERS = 16;
const BATCH_ROWS = 5;
/** Every so many requests is a batch; every so many answered ones is asked again. */
const BATCH_EVERY = 7;
const AGAIN_EVERY = 11;
const PAUSE_MILLISECONDS = 100;
const run = process.argv[2] ?? 'soak';

let url = '';
let isOver = false;
let sent = 0;
const counts = { resent: 0, replayed: 0, changed: 0 };
const asked: Asked[] = [];

/** One attempt. @returns the decisions that answer it; null where it was not answered */
const attempt = async (key: string, index: number, isBatch: boolean): Promise<string[] | null> => {
  const body = (row: number) => bodyOf(`${run}-${(index + row) % 200}`, index + row, { purpose: 'monitoring' });
  const requests = isBatch ? Array.from({ length: BATCH_ROWS }, (_, row) => body(row)) : null;
  try {
    const response = await fetch(`${url}/v1/predict${requests ? '/batch' : ''}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(requests ? { requests } : body(0)),
    });
    const answer = (await response.json()) as { decisionId: string; answers?: { decisionId: string }[] };
    if (response.status !== 200) return null;
    if (response.headers.get('idempotent-replayed')) counts.replayed++;
    return (answer.answers ?? [answer]).map(({ decisionId }) => decisionId);
  } catch {
    return null;
  }
};

const askUntilAnswered = async (index: number): Promise<void> => {
  const key = `${run}-${index}`;
  const isBatch = index % BATCH_EVERY === 0;
  let decisionIds = await attempt(key, index, isBatch);
  while (!decisionIds) {
    await delay(PAUSE_MILLISECONDS);
    counts.resent++;
    decisionIds = await attempt(key, index, isBatch);
  }
  asked.push({ key, rows: isBatch ? BATCH_ROWS : 1, decisionIds });
  if (index % AGAIN_EVERY > 0) return;
  const again = await attempt(key, index, isBatch);
  if (again && again.join() !== decisionIds.join()) counts.changed++;
};

const callers: Promise<void>[] = [];
process.on('message', async (order: SoakOrder) => {
  if (order !== 'end') {
    url = order.url;
    if (callers.length > 0) return;
    for (let caller = 0; caller < CALLERS; caller++) {
      callers.push(
        (async () => {
          while (!isOver) await askUntilAnswered(sent++);
        })(),
      );
    }
    return;
  }
  isOver = true;
  await Promise.all(callers);
  const result: SoakResult = { asked, ...counts };
  process.send?.(result);
});
