import type { AdjustmentActed, AdjustmentEffect, AdjustmentSignature } from '../domain/adjustment.ts';
import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent } from '../domain/registry.ts';
import { foldPromotions } from './registry.ts';

/** Where an adjustment stands: waits for a second person, decides on its days, or is ended. Expiry follows from the day. */
export type AdjustmentState = 'proposed' | 'approved' | 'withdrawn';

/** What everything that happened makes of one adjustment. */
export interface RegisteredAdjustment {
  readonly name: string;
  readonly fingerprint: string;
  /** The version it sits on. */
  readonly model: ArtifactRef;
  readonly state: AdjustmentState;
  /** The civil day on which it has expired. */
  readonly to: string;
  /** Who proposed it, and so cannot approve it. */
  readonly proposer: string;
  /** Who approved it; null where nobody did. */
  readonly approver: string | null;
  readonly signature: AdjustmentSignature | null;
  /** What was measured before it was approved. */
  readonly effects: readonly AdjustmentEffect[];
  /** Its events, oldest first. */
  readonly history: readonly RegistryEvent[];
}

interface ActedEvent extends RegistryEvent {
  readonly adjustment: AdjustmentActed;
}

const isActed = (event: RegistryEvent): event is ActedEvent => event.adjustment !== undefined;

/** What stands of every adjustment, from everything that happened; in the order in which they were proposed. */
export const foldAdjustments = (events: readonly RegistryEvent[]): RegisteredAdjustment[] => {
  const histories = new Map<string, ActedEvent[]>();
  for (const event of events.filter(isActed)) {
    const known = histories.get(event.adjustment.fingerprint);
    if (known) known.push(event);
    else histories.set(event.adjustment.fingerprint, [event]);
  }
  return [...histories.values()].map((history) => {
    const { model, actor, adjustment } = history[0] as ActedEvent;
    const approval = history.find(({ event }) => event === 'adjustment_approved');
    return {
      name: adjustment.name,
      fingerprint: adjustment.fingerprint,
      model,
      state: stateOf(history),
      to: adjustment.to ?? '',
      proposer: actor,
      approver: approval?.actor ?? null,
      signature: adjustment.signature ?? null,
      effects: adjustment.effects ?? [],
      history,
    };
  });
};

const stateOf = (history: readonly RegistryEvent[]): AdjustmentState => {
  if (history.some(({ event }) => event === 'adjustment_withdrawn')) return 'withdrawn';
  return history.some(({ event }) => event === 'adjustment_approved') ? 'approved' : 'proposed';
};

/**
 * Names of adjustments that decide with the version live under a name now, and will not with the one promoted in its place.
 * @param today civil day, YYYY-MM-DD
 */
export const listLeftBehind = (events: readonly RegistryEvent[], promoted: ArtifactRef, today: string): string[] => {
  const live = foldPromotions(events).get(promoted.name)?.live ?? null;
  if (live === null || live === promoted.fingerprint) return [];
  return adjustmentsOf(events, live).flatMap(({ name, state, to }) =>
    state === 'approved' && today < to ? [name] : [],
  );
};

/** The adjustments of one version, by the version's fingerprint. */
export const adjustmentsOf = (events: readonly RegistryEvent[], fingerprint: string): RegisteredAdjustment[] =>
  foldAdjustments(events).filter(({ model }) => model.fingerprint === fingerprint);
