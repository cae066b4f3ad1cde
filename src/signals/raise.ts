import type { SeenSignal } from '../domain/decision.ts';
import type { ArtifactRef } from '../domain/model.ts';
import type { SignalPolicy, SignalRaised } from '../domain/signal.ts';
import type { Detection } from './detect.ts';
import { findOpen, MOST_SNOOZED_DAYS, type StandingSignal } from './life.ts';

/** What signals are raised from. */
export interface RaiseInputs {
  readonly customerRef: string;
  /** The customer's signals, whatever their state. */
  readonly standing: readonly StandingSignal[];
  readonly detections: readonly Detection[];
  readonly policy: SignalPolicy;
  readonly policyRef: ArtifactRef;
  readonly asOf: string;
  readonly at: string;
  readonly createId: () => string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Who raises: no person. */
const WATCH = 'vigil';

/** The signals to be raised: those up of which none of the kind is open, unless somebody explained them lately. */
export const raiseSignals = (inputs: RaiseInputs): SignalRaised[] =>
  inputs.policy.detectors.flatMap((detector, place) => {
    const found = inputs.detections[place];
    if (!found?.after.isUp) return [];
    const { customerRef, standing, policyRef, asOf, at } = inputs;
    const { kind, level, label, atLeast, notify, isSnoozable } = detector;
    if (findOpen(standing, { customerRef, kind }) || isExplained(standing, { kind, isSnoozable, at })) return [];
    const raised: SignalRaised = {
      schema: 1,
      event: 'raised',
      signalId: inputs.createId(),
      actor: WATCH,
      at,
      customerRef,
      kind,
      level,
      label,
      policy: policyRef,
      asOf,
      values: [...found.values],
      strength: found.strength,
      dueAt: new Date(Date.parse(at) + inputs.policy.handlingHours[level] * HOUR).toISOString(),
      atLeast,
      notify,
      isSnoozable,
    };
    return [raised];
  });

/**
 * Whether the last of the kind was cleared as no trouble so lately that the same is not raised again: for as long as one
 * may be snoozed, and never where none may. What was cleared as resolved and holds is raised again at once.
 */
const isExplained = (
  standing: readonly StandingSignal[],
  { kind, isSnoozable, at }: Pick<SignalRaised, 'kind' | 'isSnoozable' | 'at'>,
): boolean => {
  const cleared = standing.findLast((signal) => signal.raised.kind === kind)?.history.at(-1);
  if (!isSnoozable || cleared?.event !== 'cleared' || cleared.cause === 'resolved') return false;
  return Date.parse(at) - Date.parse(cleared.at) < MOST_SNOOZED_DAYS * DAY;
};

/** What decisions see: the open signals, and the kinds that were looked for and of which none is open; by kind. */
export const seeSignals = (standing: readonly StandingSignal[], observed: readonly string[]): SeenSignal[] => {
  const open = standing.filter(({ state }) => state !== 'cleared').map(toOpen);
  const quiet = observed
    .filter((kind) => !open.some((signal) => signal.kind === kind))
    .map((kind): SeenSignal => ({ kind, level: 'none' }));
  return [...open, ...quiet].sort((a, b) => (a.kind < b.kind ? -1 : 1));
};

const toOpen = ({ signalId, raised: { kind, level, label, atLeast } }: StandingSignal): SeenSignal => ({
  kind,
  level,
  signalId,
  label,
  tier: atLeast?.tier ?? null,
  action: atLeast?.action ?? null,
});
