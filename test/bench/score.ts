import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assessRow, createAssessment } from '../../src/decision/assess.ts';
import { rankAdding } from '../../src/explanation/ranking.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { readGolden } from '../support/golden.ts';
import { today } from './today.ts';

/** Rows before anything is measured, so that the code is compiled. */
const SETTLED = 200_000;

/** Score plus reasons (codes and integers) from raw columns, one row at a time; made-up rows, over and over. */
export const benchScore = ({ rows, model }: { rows: number; model: string }): object => {
  const { plan } = openPlan({ model, modelFolders: modelFolders(undefined), policy: undefined, day: today() });
  const made = readGolden(plan);
  const assessment = createAssessment(plan);
  const ranked = new Int32Array(4);
  let checksum = 0;
  const run = (count: number): void => {
    for (let index = 0; index < count; index++) {
      assessment.row.set(made[index % made.length] as Float64Array);
      assessRow(plan, assessment, -1);
      const found = rankAdding(assessment.attribution.groups, ranked);
      for (let place = 0; place < found; place++) {
        checksum += (ranked[place] as number) + (assessment.attribution.groups[ranked[place] as number] as number);
      }
      checksum = (checksum + assessment.microLogits) % 1_000_000_007;
    }
  };
  run(SETTLED);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  run(rows);
  const seconds = (performance.now() - started) / 1000;
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  return {
    rows,
    rows_per_s: Math.round(rows / seconds),
    bytes_per_row: Number((grown / rows).toFixed(3)),
    inputs: plan.model.inputs.length,
    checksum,
  };
};
