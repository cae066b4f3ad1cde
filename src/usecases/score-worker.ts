import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { createDecode } from '../store/encoding.ts';
import { bindPlan } from './open-plan.ts';
import { createBlockScorer, type ScoredBlock, type ScoreSetup, scoreText } from './score-block.ts';

const { setup } = workerData as { setup: ScoreSetup };
const scorer = createBlockScorer(bindPlan(setup.parts).plan, setup.names, setup.options);
const decode = createDecode(setup.options.file);

const scoreOrFault = (bytes: Uint8Array): ScoredBlock => {
  try {
    return scoreText(scorer, decode(bytes), setup);
  } catch (fault) {
    if (fault instanceof AppError) return { text: '', rows: 0, fault: { code: fault.code, values: fault.values } };
    throw fault;
  }
};

parentPort?.on('message', (bytes: Uint8Array) => {
  parentPort?.postMessage(scoreOrFault(bytes));
});
