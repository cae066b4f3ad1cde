import type { Decision, Purpose } from '../../src/domain/decision.ts';
import type { Database } from '../../src/store/database.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openLive } from '../../src/usecases/live.ts';
import { createPredictor } from '../../src/usecases/predict.ts';
import { seedRegistry } from '../../src/usecases/registry.ts';
import { readGoldenLines } from './golden.ts';

const timeZone = 'Asia/Shanghai';
const now = () => new Date();

/** Decides for some customers by the shipped model, each from a made-up row of its own number, and stores the decisions. */
export const predictFor = async (
  database: Database,
  customerIds: readonly string[],
  purpose: Purpose = 'monitoring',
): Promise<Decision[]> => {
  await seedRegistry(database, { modelFolders: modelFolders(undefined), now: now() });
  const live = await openLive(database, { now, timeZone });
  const { plan } = (await live.resolve({ model: undefined, segment: null })).live;
  const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
  const rows = readGoldenLines('taiwan-card').map(({ fields }) => ({ ...blank, ...fields }));
  const { decisions } = await createPredictor({ database, live, timeZone, now }).predict(
    customerIds.map((customerId, index) => ({
      customerId,
      fields: rows[index % rows.length] ?? {},
      purpose,
      segment: null,
      model: undefined,
    })),
  );
  return [...decisions];
};
