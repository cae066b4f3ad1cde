import { join } from 'node:path';
import type { DecisionPlan } from '../../src/decision/plan.ts';
import { readRow } from '../../src/decision/row.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { readText } from '../../src/store/json.ts';
import { findModel } from '../../src/store/models.ts';
import type { GoldenLine } from '../../training/report/golden.ts';

/** The golden lines of a shipped model. */
export const readGoldenLines = (reference: string): GoldenLine[] =>
  readText(join(findModel(reference, modelFolders(undefined)).path, 'golden.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as GoldenLine);

/** The raw rows of a plan's golden lines; columns only the policy reads are missing. */
export const readGolden = (plan: DecisionPlan): Float64Array[] => {
  const { name, version } = plan.model;
  const blank = Object.fromEntries(plan.features.columns.map((column) => [column.name, null]));
  return readGoldenLines(`${name}@${version}`).map(
    ({ fields }) => readRow(plan, { ...blank, ...fields }, new Set()).row,
  );
};
