import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { OutcomeItem } from '../../src/contract/outcomes.ts';
import type { Decision } from '../../src/domain/decision.ts';
import { sealModel } from '../../src/model/seal.ts';
import type { Database } from '../../src/store/database.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { findModel, readModel } from '../../src/store/models.ts';
import { createChallengers } from '../../src/usecases/challengers.ts';
import { shadowModel } from '../../src/usecases/desk.ts';
import { type Live, openLive } from '../../src/usecases/live.ts';
import { recordOutcomes } from '../../src/usecases/outcomes.ts';
import { createPredictor, type PredictRequest } from '../../src/usecases/predict.ts';
import { seedRegistry } from '../../src/usecases/registry.ts';
import { rowOf } from './rows.ts';
import { writeFolder } from './tiny-models.ts';

const BLIND_TERMS = 12;
const DAY = 86_400_000;
const DEFAULT_DAY = 9;
const WINDOW = 30;
export const trafficZone = 'Asia/Shanghai';

/** The champion before this one, blind to half of its inputs: a challenger that is worse. */
export const worse = (() => {
  const { fingerprint: _, ...model } = readModel(findModel('taiwan-card@1', modelFolders(undefined)).path);
  const blind = (term: (typeof model.terms)[number]) => ({ ...term, microLogits: term.microLogits.map(() => 0) });
  return sealModel({
    ...model,
    version: 'worse',
    terms: model.terms.map((term, index) => (index < BLIND_TERMS ? blind(term) : term)),
  });
})();

/** What became of a customer, as it was seen at some moment. */
export const outcomeOf = (customerId: string, defaulted: boolean, at: number): OutcomeItem => ({
  outcomeId: `o-${customerId}`,
  customerId,
  observedOn: new Date(at + 8 * 3_600_000).toISOString().slice(0, 10),
  defaulted,
  loss: defaulted ? { amountMinor: 1_000, currency: 'CNY' } : null,
});

/** Decisions of the champion that a worse version scores in its shadow, from drawn rows. */
export interface Traffic {
  readonly live: Live;
  /** The last decision of each customer. */
  readonly decided: ReadonlyMap<string, Decision>;
  predict(customers: readonly string[], purpose?: PredictRequest['purpose']): Promise<void>;
  report(outcomes: readonly OutcomeItem[]): Promise<unknown>;
  /** Reports of some customers what became of each: bad with the probability that was said, in the window; else good at its end. */
  settle(customers: readonly string[], decidedAt: number): Promise<ReadonlySet<string>>;
}

/** Puts the worse version in shadow of the champion. @param folder an empty one */
export const openTraffic = async (database: Database, folder: string, now: () => Date): Promise<Traffic> => {
  const generator = xoroshiro128plus(11);
  const draw = (): number => uniformInt(generator, 0, 2 ** 30 - 1) / 2 ** 30;
  writeFolder(folder, worse);
  await seedRegistry(database, { modelFolders: [folder, ...modelFolders(undefined)], now: now() });
  const live = await openLive(database, { now, timeZone: trafficZone });
  const desk = { database, live, modelKeys: new Map(), timeZone: trafficZone };
  const actor = { name: 'local', isAuthenticated: false };
  await shadowModel(desk, { name: 'taiwan-card', version: 'worse', actor, reason: 'a test', now });
  await live.refresh();
  const decided = new Map<string, Decision>();
  const report: Traffic['report'] = (outcomes) =>
    recordOutcomes(database, outcomes, { actor: 'bank', now: now(), timeZone: trafficZone, placeOf: String });
  return {
    live,
    decided,
    report,
    async predict(customers, purpose = 'application') {
      const requests = customers.map((customerId): PredictRequest => {
        const fields = rowOf(uniformInt(generator, 0, 200));
        return { customerId, fields, purpose, segment: null, model: undefined };
      });
      const { decisions } = await createPredictor({ database, live, timeZone: trafficZone, now }).predict(requests);
      const challengers = createChallengers({ database, live, now, count: () => undefined });
      challengers.take(requests, decisions);
      await challengers.drain();
      for (const [index, decision] of decisions.entries()) decided.set(customers[index] ?? '', decision);
    },
    async settle(customers, decidedAt) {
      const bads = new Set(customers.filter((customer) => draw() < (decided.get(customer)?.score?.probability ?? 0)));
      const seen = (customer: string) => decidedAt + (bads.has(customer) ? DEFAULT_DAY : WINDOW) * DAY;
      await report(customers.map((customer) => outcomeOf(customer, bads.has(customer), seen(customer))));
      return bads;
    },
  };
};
