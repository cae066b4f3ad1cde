import type { Database } from '../store/database.ts';
import { modelFolders } from '../store/folders.ts';
import { type Live, openLive } from '../usecases/live.ts';
import { createPredictor, type Predictor } from '../usecases/predict.ts';
import { seedRegistry } from '../usecases/registry.ts';
import type { Console } from './output.ts';

interface Opening {
  readonly now: () => Date;
  /** A folder of models; undefined = the usual ones. */
  readonly models: string | undefined;
}

/** What decides for a command. As the guest of a service it decides with what the service has registered. */
export const openPredictor = async (
  { config: { timeZone, modelKeys } }: Pick<Console, 'config'>,
  database: Database,
  { now, models }: Opening,
): Promise<{ readonly live: Live; readonly predictor: Predictor }> => {
  const live = await openLive(database, { now, timeZone, modelKeys });
  if (!database.isGuest || (await live.models()).length === 0) {
    await seedRegistry(database, { modelFolders: modelFolders(models), now: now(), modelKeys });
    await live.refresh();
  }
  return { live, predictor: createPredictor({ database, live, timeZone, now }) };
};
