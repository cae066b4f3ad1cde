import type { ServerResponse } from 'node:http';

/** Answers that are ready and not sent yet. */
let ready: (() => void)[] = [];

/**
 * Sends a JSON answer together with the others that become ready in this turn of the event loop: the system wakes who
 * reads them once and not for each.
 */
export const sendJson = (res: ServerResponse, answer: unknown): void => {
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  const text = JSON.stringify(answer);
  if (ready.length === 0) setImmediate(sendReady);
  ready.push(() => void res.end(text));
};

const sendReady = (): void => {
  const sent = ready;
  ready = [];
  for (const send of sent) send();
};
