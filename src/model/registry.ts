import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent } from '../domain/registry.ts';

/** Where a model stands: called by its name, by pin only, or not at all. */
export interface RegisteredModel {
  readonly ref: ArtifactRef;
  readonly state: 'registered' | 'promoted' | 'retired';
  /** Its events, oldest first. */
  readonly history: readonly RegistryEvent[];
}

/**
 * What stands, from everything that happened (DESIGN 3): of each name only the version promoted last is promoted, unless
 * it was retired since; models in the order of their first event.
 */
export const foldRegistry = (events: readonly RegistryEvent[]): RegisteredModel[] => {
  const histories = new Map<string, RegistryEvent[]>();
  for (const event of events) {
    const known = histories.get(event.model.fingerprint);
    if (known) known.push(event);
    else histories.set(event.model.fingerprint, [event]);
  }
  const promoted = new Map<string, string>();
  for (const { event, model } of events) {
    if (event === 'promoted') promoted.set(model.name, model.fingerprint);
    if (event === 'retired' && promoted.get(model.name) === model.fingerprint) promoted.delete(model.name);
  }
  return [...histories.values()].map((history) => {
    const { model: ref } = history[0] as RegistryEvent;
    const isRetired = history.findLast(({ event }) => event === 'retired' || event === 'promoted')?.event === 'retired';
    const isPromoted = promoted.get(ref.name) === ref.fingerprint;
    return { ref, state: isRetired ? 'retired' : isPromoted ? 'promoted' : 'registered', history };
  });
};
