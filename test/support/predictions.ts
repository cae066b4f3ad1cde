import type { Decision, Purpose } from '../../src/domain/decision.ts';
import type { Database } from '../../src/store/database.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openLive } from '../../src/usecases/live.ts';
import { createPredictor } from '../../src/usecases/predict.ts';
import { seedRegistry } from '../../src/usecases/registry.ts';
import { readGoldenLines } from './golden.ts';

const timeZone = 'Asia/Shanghai';
const clock = () => new Date();

/** A predictor over the shipped models of a database. */
export const openPredictor = async (database: Database, now = clock) => {
  await seedRegistry(database, { modelFolders: modelFolders(undefined), now: now() });
  const live = await openLive(database, { now, timeZone });
  return { live, predictor: createPredictor({ database, live, timeZone, now }) };
};

/** Decides for some customers by the shipped model, each from a made-up row of its own number, and stores the decisions. */
export const predictFor = async (
  database: Database,
  customerIds: readonly string[],
  purpose: Purpose = 'monitoring',
): Promise<Decision[]> => {
  const { live, predictor } = await openPredictor(database);
  const { plan } = (await live.resolve({ model: undefined, segment: null })).live;
  const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
  const rows = readGoldenLines('taiwan-card').map(({ fields }) => ({ ...blank, ...fields }));
  const { decisions } = await predictor.predict(
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
