import { parentPort } from 'node:worker_threads';
import { type StretchWanted, tellStretch } from './tell-stretch.ts';

/** Simulates in a thread of its own. */
parentPort?.on('message', (wanted: StretchWanted) => {
  const told = tellStretch(wanted);
  parentPort?.postMessage(told, [told.lines.buffer]);
});
