import type { RegistryEvent } from '../domain/registry.ts';
import { foldRegistry, type ModelState, type RegisteredModel } from '../model/registry.ts';
import type { Database } from '../store/database.ts';
import { emptyLog, readRegistryLog } from '../store/registry-log.ts';

/** Where a version stood, and since when. */
export interface Standing extends RegisteredModel {
  readonly since: string;
}

/** Which moment, and which of the models. */
export interface HistoryWanted {
  readonly at: Date;
  /** All models unless told. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/** Where every version stood at a moment: the fold over what had happened until then. @throws database_unavailable */
export const readHistory = async ({ pool }: Database, { at, name, version }: HistoryWanted): Promise<Standing[]> => {
  const { models } = await readRegistryLog(pool, emptyLog);
  const until = models.filter((event) => Date.parse(event.at) <= at.getTime());
  const since = findChanges(until);
  return foldRegistry(until)
    .filter(({ ref }) => (name ?? ref.name) === ref.name && (version ?? ref.version) === ref.version)
    .map((model) => ({ ...model, since: since.get(model.ref.fingerprint) ?? '' }));
};

/** When each version came to stand as it does: the time of the event that changed its state last, be it another's. */
const findChanges = (events: readonly RegistryEvent[]): ReadonlyMap<string, string> => {
  const since = new Map<string, string>();
  const states = new Map<string, ModelState>();
  const ofName = new Map<string, RegistryEvent[]>();
  for (const event of events) {
    const own = [...(ofName.get(event.model.name) ?? []), event];
    ofName.set(event.model.name, own);
    for (const { ref, state } of foldRegistry(own)) {
      if (states.get(ref.fingerprint) === state) continue;
      states.set(ref.fingerprint, state);
      since.set(ref.fingerprint, event.at);
    }
  }
  return since;
};

/** Everything that happened to models, oldest first, as `models/registry.jsonl` has it. @throws database_unavailable */
export const readEvents = async ({ pool }: Database): Promise<readonly RegistryEvent[]> =>
  (await readRegistryLog(pool, emptyLog)).models;
