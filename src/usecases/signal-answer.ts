import type { FindingsAnswer, SignalAnswer } from '../contract/signals.ts';
import type { SignalEvent } from '../domain/signal.ts';
import type { Locale } from '../domain/text.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { findOpen, type StandingSignal } from '../signals/life.ts';
import { describeSeen } from './seen-values.ts';
import type { FoundSignal } from './signals.ts';
import type { Look } from './watch.ts';

/** A signal as the caller reads it. */
export const describeSignal = (found: FoundSignal, locale: Locale): SignalAnswer => {
  const { signal, customerId, policy } = found;
  const { raised, signalId, state, snoozedUntil, reopened, history } = signal;
  const detector = policy.detectors.find(({ kind }) => kind === raised.kind);
  return {
    signalId,
    customerId,
    ...(found.isSimulated ? { simulated: true as const } : {}),
    kind: raised.kind,
    label: raised.label[locale],
    message: detector?.message[locale] ?? raised.label[locale],
    level: raised.level,
    state,
    raisedAt: raised.at,
    asOf: raised.asOf,
    dueAt: raised.dueAt,
    isOverdue: found.isOverdue,
    isSnoozed: found.isSnoozed,
    isSnoozable: raised.isSnoozable,
    snoozedUntil,
    reopened,
    strength: raised.strength,
    seen: raised.values.map((value) => describeSeen(value, creditCatalogue, locale)),
    raises: raised.atLeast && { tier: raised.atLeast.tier ?? null, action: raised.atLeast.action ?? null },
    notify: raised.notify,
    owner: detector?.owner ?? '',
    policy: raised.policy,
    history: history.map(describeEvent),
  };
};

const describeEvent = (event: SignalEvent): SignalAnswer['history'][number] => ({
  event: event.event,
  actor: event.actor,
  at: event.at,
  text: textOf(event),
  cause: event.event === 'cleared' ? event.cause : null,
  until: event.event === 'snoozed' ? event.until : null,
});

const textOf = (event: SignalEvent): string | null => {
  if (event.event === 'raised') return null;
  if (event.event === 'treated') return event.treatment;
  return event.event === 'cleared' ? event.evidence : event.reason;
};

/** What every detector says of a customer, as the caller reads it. */
export const describeFindings = (
  { customerId, customerRef, isSimulated, asOf, bound, detections }: Look,
  standing: readonly StandingSignal[],
  locale: Locale,
): FindingsAnswer => ({
  customerId,
  ...(isSimulated ? { simulated: true as const } : {}),
  asOf,
  policy: bound.ref,
  findings: detections(standing).flatMap(({ kind, finding, strength, values }) => {
    const detector = bound.policy.detectors.find((each) => each.kind === kind);
    if (!detector) return [];
    const signalId = findOpen(standing, { customerRef, kind })?.signalId ?? null;
    const seen = values.map((value) => describeSeen(value, creditCatalogue, locale));
    return [{ kind, label: detector.label[locale], level: detector.level, finding, strength, seen, signalId }];
  }),
});
