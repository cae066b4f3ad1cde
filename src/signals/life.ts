import type { SignalEvent, SignalRaised } from '../domain/signal.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { isSamePerson } from '../model/registry.ts';

/** Where a signal stands. A snooze that is over follows from the date: the signal is as it was before. */
export type SignalState = 'raised' | 'confirmed' | 'treated' | 'cleared';

/** What everything that happened makes of one signal. */
export interface StandingSignal {
  readonly signalId: string;
  readonly raised: SignalRaised;
  readonly state: SignalState;
  /** Who confirmed it; null where nobody did. */
  readonly confirmer: string | null;
  /** The instant until which it sleeps; null where it was never snoozed. */
  readonly snoozedUntil: string | null;
  /** How often a signal of its kind had been cleared for the customer before: above 0 it was reopened. */
  readonly reopened: number;
  /** Its events, oldest first. */
  readonly history: readonly SignalEvent[];
}

/** What stands of every signal, from everything that happened, in the order in which they were raised. */
export const foldSignals = (events: readonly SignalEvent[]): StandingSignal[] => {
  const signals = new Map<string, StandingSignal>();
  for (const event of events) {
    const standing = signals.get(event.signalId);
    if (event.event === 'raised') signals.set(event.signalId, open(event, [...signals.values()]));
    else if (standing) signals.set(event.signalId, apply(standing, event));
  }
  return [...signals.values()];
};

const open = (raised: SignalRaised, earlier: readonly StandingSignal[]): StandingSignal => ({
  signalId: raised.signalId,
  raised,
  state: 'raised',
  confirmer: null,
  snoozedUntil: null,
  reopened: earlier.filter((each) => isOfOne(each.raised, raised) && each.state === 'cleared').length,
  history: [raised],
});

const apply = (signal: StandingSignal, event: Exclude<SignalEvent, SignalRaised>): StandingSignal => {
  const history = [...signal.history, event];
  if (event.event === 'snoozed') return { ...signal, snoozedUntil: event.until, history };
  const confirmer = event.event === 'confirmed' ? event.actor : signal.confirmer;
  return { ...signal, state: event.event, confirmer, history };
};

const isOfOne = (a: SignalRaised, b: Pick<SignalRaised, 'customerRef' | 'kind'>): boolean =>
  a.customerRef === b.customerRef && a.kind === b.kind;

/** The signal of a kind that is open for a customer; undefined where there is none. */
export const findOpen = (
  signals: readonly StandingSignal[],
  wanted: Pick<SignalRaised, 'customerRef' | 'kind'>,
): StandingSignal | undefined => signals.find(({ raised, state }) => state !== 'cleared' && isOfOne(raised, wanted));

/** Days that a snooze may last. */
export const MOST_SNOOZED_DAYS = 30;

const DAY = 86_400_000;

/**
 * Whether an event may follow on what stands.
 * @returns why not: `signal_conflict` where the signal is not where the act needs it, `signal_refused` where this person
 * or this signal may not; null where it may
 */
export const findRefusal = (signals: readonly StandingSignal[], event: SignalEvent): AppError | null => {
  const signal = signals.find(({ signalId }) => signalId === event.signalId);
  const conflict = (problem: Text) => appError('signal_conflict', { signal: event.signalId, problem });
  if (event.event === 'raised') {
    if (signal) return conflict(faults.known);
    return findOpen(signals, event) ? conflict(faults.open) : null;
  }
  if (!signal) return conflict(faults.unknown);
  if (signal.state === 'cleared') return conflict(faults.cleared);
  if (event.at < (signal.history.at(-1)?.at ?? '')) return conflict(faults.earlier);
  if (event.event === 'confirmed') return signal.state === 'raised' ? null : conflict(faults.confirmed);
  if (event.event === 'treated') return signal.state === 'raised' ? conflict(faults.unconfirmed) : null;
  const problem = event.event === 'cleared' ? findClearFault(signal, event.actor) : findSnoozeFault(signal, event);
  return problem && appError('signal_refused', { signal: event.signalId, actor: event.actor, problem });
};

/** Red takes two: whoever confirmed it cannot clear it, and nobody clears what none confirmed. */
const findClearFault = ({ raised, confirmer }: StandingSignal, actor: string): Text | null => {
  if (raised.level !== 'red') return null;
  if (confirmer === null) return faults.redUnconfirmed;
  return isSamePerson(confirmer, actor) ? faults.samePerson : null;
};

/** At most 30 days from when it was first put to sleep, so that snoozes do not add up. */
const findSnoozeFault = (
  { raised, history }: StandingSignal,
  { at, until }: Extract<SignalEvent, { event: 'snoozed' }>,
): Text | null => {
  if (!raised.isSnoozable) return faults.neverSnoozed;
  const first = history.find(({ event }) => event === 'snoozed')?.at ?? at;
  if (Date.parse(until) <= Date.parse(at)) return faults.past;
  return Date.parse(until) - Date.parse(first) > MOST_SNOOZED_DAYS * DAY ? faults.tooLong : null;
};

/** Whether a signal waits for nobody as of an instant. */
export const isSnoozed = ({ snoozedUntil, state }: StandingSignal, at: string): boolean =>
  state !== 'cleared' && snoozedUntil !== null && Date.parse(at) < Date.parse(snoozedUntil);

const faults = {
  known: { zh: '该编号的信号已存在', en: 'there is one of that id already' },
  open: { zh: '该客户已有同类信号未解除', en: 'the customer has an open one of its kind' },
  unknown: { zh: '不存在', en: 'there is none of that id' },
  cleared: { zh: '已解除', en: 'it was cleared' },
  earlier: { zh: '时间早于其上一事件', en: 'that lies before its latest event' },
  confirmed: { zh: '已确认', en: 'it was confirmed already' },
  unconfirmed: { zh: '须先确认', en: 'it must be confirmed first' },
  redUnconfirmed: { zh: '红色信号须先由他人确认', en: 'a red one must be confirmed by somebody else first' },
  samePerson: { zh: '红色信号不得由确认人解除', en: 'a red one is not cleared by whoever confirmed it' },
  neverSnoozed: { zh: '此类信号不得暂缓', en: 'signals of its kind are never snoozed' },
  past: { zh: '暂缓期已过', en: 'the snooze would be over already' },
  tooLong: {
    zh: `自首次暂缓起不得超过 ${MOST_SNOOZED_DAYS} 天`,
    en: `it may sleep at most ${MOST_SNOOZED_DAYS} days from when it was first snoozed`,
  },
} as const satisfies Record<string, Text>;
