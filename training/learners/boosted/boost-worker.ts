import { parentPort } from 'node:worker_threads';
import { type BoostRequest, boost } from './boost.ts';

parentPort?.on('message', (request: BoostRequest) => {
  parentPort?.postMessage(boost(request));
});
