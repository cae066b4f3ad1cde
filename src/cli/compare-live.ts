import type { Comparison } from '../domain/comparison.ts';
import { pairModels } from '../model/compare-models.ts';
import { modelFolders } from '../store/folders.ts';
import { readRegisteredCosts } from '../usecases/compare-beside.ts';
import { writeComparison } from '../usecases/compare-models.ts';
import { type CompareOptions, REPLICATES } from './compare-rows.ts';
import { chooseCosts } from './cost-options.ts';
import { withDatabase } from './database.ts';
import { toJoinWish } from './join-options.ts';
import type { Console } from './output.ts';

/** Compares two registered versions by what they are and by what both made of live traffic, as the database keeps it. */
export const compareTraffic = (
  console: Console,
  options: CompareOptions,
  named: Readonly<Record<'a' | 'b', string>>,
): Promise<Comparison> =>
  withDatabase(console, async (database) => {
    const [{ openLive }, { compareLive, findLivePair }] = await Promise.all([
      import('../usecases/live.ts'),
      import('../usecases/compare-live.ts'),
    ]);
    const now = () => new Date();
    const { timeZone, modelKeys } = console.config;
    const live = await openLive(database, { now, timeZone, modelKeys });
    const pair = await findLivePair(live, named);
    const costs = chooseCosts(options, readRegisteredCosts(pair.a.ref, modelFolders(options.models)));
    const compared = await compareLive({ database, live, now, timeZone }, pair, {
      ...toJoinWish(options),
      ...{ replicates: REPLICATES, costs, seed: options.seed },
    });
    return writeComparison(pairModels(pair.a.model, pair.b.model), { live: compared });
  });
