import { workerData } from 'node:worker_threads';
import { load } from './built.js';

await load(workerData.module);
