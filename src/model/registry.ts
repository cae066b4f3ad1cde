import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent, ValidationSeen } from '../domain/registry.ts';
import type { ModelSignature } from '../domain/signature.ts';
import { type GateStanding, listGates } from './gates.ts';

/** Where a model stands: decides by its name, runs beside, waits, or is not called at all. */
export type ModelState = 'registered' | 'approved' | 'shadowed' | 'promoted' | 'retired';

/** What everything that happened makes of one version of a model. */
export interface RegisteredModel {
  readonly ref: ArtifactRef;
  readonly state: ModelState;
  /** Approvals by others than who registered it, given to the validation it has now. */
  readonly approvals: readonly RegistryEvent[];
  /** Who registered it; none of them can approve it. */
  readonly registrants: readonly string[];
  readonly validation: ValidationSeen | null;
  readonly gates: readonly GateStanding[];
  readonly signature: ModelSignature | null;
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
  const promoted = new Set([...foldPromotions(events).values()].map(({ live }) => live));
  return [...histories.values()].map((history) => {
    const { model: ref } = history[0] as RegistryEvent;
    const { validation, since } = findValidation(history);
    const registrants = [...new Set(history.filter(({ event }) => event === 'registered').map(({ actor }) => actor))];
    const isVouched = ({ actor }: RegistryEvent) => !registrants.some((registrant) => isSamePerson(registrant, actor));
    const approvals = since.filter((each) => each.event === 'approved' && isVouched(each));
    const waivers = since.filter((each) => each.event === 'waived' && isVouched(each));
    return {
      ref,
      state: promoted.has(ref.fingerprint) ? 'promoted' : standAside(history, approvals.length > 0),
      approvals,
      registrants,
      validation,
      gates: listGates(validation, waivers),
      signature: history.findLast(({ signature }) => signature)?.signature ?? null,
      history,
    };
  });
};

/** The validation registered last, and what happened since it came: approvals and waivers given before it saw another. */
const findValidation = (history: readonly RegistryEvent[]) => {
  let validation: ValidationSeen | null = null;
  let from = 0;
  for (const [index, event] of history.entries()) {
    if (!event.validation || event.validation.digest === validation?.digest) continue;
    validation = event.validation;
    from = index;
  }
  return { validation, since: history.slice(from) } as const;
};

/** The state of a version that its name does not call. */
const standAside = (history: readonly RegistryEvent[], isApproved: boolean): ModelState => {
  const moved = history.findLast(({ event }) => event === 'shadowed' || event === 'retired' || isPromotion(event));
  if (moved?.event === 'retired') return 'retired';
  if (moved?.event === 'shadowed') return 'shadowed';
  return isApproved ? 'approved' : 'registered';
};

const isPromotion = (event: RegistryEvent['event']): boolean => event === 'promoted' || event === 'rolled_back';

/** Labels who works without a key; no API key has such a name. */
export const toLocalActor = (label: string | undefined): string => (label === undefined ? 'local' : `local (${label})`);

/** Who puts what lies in a folder on the chain. */
export const FINDER = 'local, unapproved';

/** Whether an actor is somebody: a key, a label or the release, and not local work under no name. */
export const isNamed = (actor: string): boolean => actor !== FINDER && actor !== toLocalActor(undefined);

/** Whether two actors are, or call themselves, the same person. */
export const isSamePerson = (a: string, b: string): boolean =>
  a === b || toLocalActor(a) === b || a === toLocalActor(b);

/** Which version of a name decides, and what a rollback goes back to. */
export interface Promotions {
  /** Fingerprint of the version that decides; null where none does. */
  readonly live: string | null;
  /** Versions that decided before and were not given up, the latest last. */
  readonly before: readonly string[];
}

/**
 * The line of promotions of each name: a promotion goes on from the version before, a rollback gives up the last and a
 * retired version is left out of it.
 */
export const foldPromotions = (events: readonly RegistryEvent[]): ReadonlyMap<string, Promotions> => {
  const lines = new Map<string, Promotions>();
  for (const { event, model } of events) {
    const { live, before } = lines.get(model.name) ?? { live: null, before: [] };
    const others = (line: readonly string[]) => line.filter((each) => each !== model.fingerprint);
    if (event === 'promoted') {
      lines.set(model.name, { live: model.fingerprint, before: others(live === null ? before : [...before, live]) });
    }
    if (event === 'rolled_back') {
      const place = before.lastIndexOf(model.fingerprint);
      lines.set(model.name, { live: model.fingerprint, before: place < 0 ? before : before.slice(0, place) });
    }
    if (event === 'retired') {
      lines.set(model.name, { live: live === model.fingerprint ? null : live, before: others(before) });
    }
  }
  return lines;
};
