import type { Decision, Purpose } from '../../src/domain/decision.ts';
import type { Database } from '../../src/store/database.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { createPredictor } from '../../src/usecases/predict.ts';
import { readGoldenLines } from './golden.ts';

const opened = openPlan({ model: 'taiwan-card', modelFolders: modelFolders(undefined), policy: undefined });
const blank = Object.fromEntries(opened.plan.features.columns.map(({ name }) => [name, null]));
const rows = readGoldenLines('taiwan-card').map(({ fields }) => ({ ...blank, ...fields }));

/** Decides for some customers by the shipped model, each from a made-up row of its own number, and stores the decisions. */
export const predictFor = async (
  database: Database,
  customerIds: readonly string[],
  purpose: Purpose = 'monitoring',
): Promise<Decision[]> => {
  const predictor = await createPredictor({ database, opened, timeZone: 'Asia/Shanghai', now: () => new Date() });
  return predictor.predict(
    customerIds.map((customerId, index) => ({
      customerId,
      fields: rows[index % rows.length] ?? {},
      purpose,
      segment: null,
    })),
  );
};
