import { SignalEvent, type SignalLevel, type SignalPolicy } from '../domain/signal.ts';
import { appError } from '../errors.ts';
import { findRefusal, foldSignals, isSnoozed, type SignalState, type StandingSignal } from '../signals/life.ts';
import { seeSignals } from '../signals/raise.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { findCustomerRef } from '../store/histories.ts';
import {
  changeSignals,
  countOpenSignals,
  findSignalPlace,
  listSignalPlaces,
  type OpenSignals,
  readSignals,
  type SignalPlace,
  type SignalsWanted,
} from '../store/signals.ts';
import type { SignalsInUse } from './signals-in-use.ts';

/** A signal as it stands, with the policy it was raised by. */
export interface FoundSignal extends Pick<SignalPlace, 'customerId' | 'seq' | 'isSimulated'> {
  readonly signal: StandingSignal;
  readonly policy: SignalPolicy;
  /** Whether it waits for nobody now. */
  readonly isSnoozed: boolean;
  /** Whether it should have been confirmed or cleared by now, and was not. */
  readonly isOverdue: boolean;
}

/** What is needed to read signals. */
export interface SignalsParts {
  readonly database: Database;
  readonly signals: SignalsInUse;
  readonly now: () => Date;
}

/** Which signals are asked for; null = any. */
export interface SignalsAsked {
  readonly customerId: string | null;
  /** `open` = every state but cleared. */
  readonly state: SignalState | 'open' | null;
  readonly level: SignalLevel | null;
  readonly kind: string | null;
  readonly overdue: boolean;
  readonly limit: number;
  readonly before: string | null;
}

/** A page of signals, the newest first, and where the next begins. */
export interface SignalsPage {
  readonly signals: readonly FoundSignal[];
  readonly nextBefore: string | null;
}

const OPEN: readonly SignalState[] = ['raised', 'confirmed', 'treated'];

const toStates = (state: SignalsAsked['state']): readonly SignalState[] => {
  if (state === null) return [...OPEN, 'cleared'];
  return state === 'open' ? OPEN : [state];
};

/** Lists signals. @throws customer_missing, database_unavailable */
export const listSignals = (parts: SignalsParts, asked: SignalsAsked): Promise<SignalsPage> =>
  orDatabaseFault(
    (async () => {
      const { pool } = parts.database;
      const { customerId, limit, before, level, kind } = asked;
      const customerRef = customerId === null ? null : await findCustomerRef(pool, customerId);
      if (customerId !== null && customerRef === null) throw appError('customer_missing', { customer: customerId });
      const wanted: SignalsWanted = {
        customerRef,
        states: toStates(asked.state),
        level,
        kind,
        overdueAt: asked.overdue ? parts.now().toISOString() : null,
        limit: limit + 1,
        before,
      };
      const places = await listSignalPlaces(pool, wanted);
      const page = places.slice(0, limit);
      const signals = await findSignals(parts, page);
      return { signals, nextBefore: places.length > limit ? (page.at(-1)?.seq ?? null) : null };
    })(),
  );

/** One signal. @throws signal_missing, database_unavailable */
export const readSignal = (parts: SignalsParts, signalId: string): Promise<FoundSignal> =>
  orDatabaseFault(
    (async () => {
      const place = await findSignalPlace(parts.database.pool, signalId);
      const [found] = place ? await findSignals(parts, [place]) : [];
      if (!found) throw appError('signal_missing', { signal: signalId });
      return found;
    })(),
  );

const findSignals = async (
  { database, signals, now }: SignalsParts,
  places: readonly SignalPlace[],
): Promise<FoundSignal[]> => {
  const known = await readSignals(database.pool, [...new Set(places.map(({ customerRef }) => customerRef))]);
  const standing = new Map([...known].map(([ref, { events }]) => [ref, foldSignals(events)]));
  const at = now().toISOString();
  const found: FoundSignal[] = [];
  for (const { signalId, customerRef, customerId, seq, isSimulated } of places) {
    const signal = standing.get(customerRef)?.find((each) => each.signalId === signalId);
    if (!signal) continue;
    const snoozed = isSnoozed(signal, at);
    const isOverdue = signal.state === 'raised' && !snoozed && Date.parse(signal.raised.dueAt) < Date.parse(at);
    const policy = await signals.find(signal.raised.policy);
    found.push({ customerId, seq, isSimulated, signal, policy, isSnoozed: snoozed, isOverdue });
  }
  return found;
};

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** What somebody does with a signal. */
export type SignalAct = DistributiveOmit<
  Exclude<SignalEvent, { event: 'raised' }>,
  'schema' | 'signalId' | 'actor' | 'at'
>;

/**
 * Does something with a signal; what decisions see follows with it.
 * @returns the signal as it stands then
 * @throws signal_missing, signal_conflict, signal_refused, database_unavailable
 */
export const actOnSignal = async (
  parts: SignalsParts,
  { signalId, actor, act }: { readonly signalId: string; readonly actor: string; readonly act: SignalAct },
): Promise<FoundSignal> => {
  const { database, now } = parts;
  const place = await orDatabaseFault(findSignalPlace(database.pool, signalId));
  if (!place) throw appError('signal_missing', { signal: signalId });
  const { customerRef } = place;
  const event = SignalEvent.parse({ schema: 1, signalId, actor, at: now().toISOString(), ...act });
  await changeSignals(database, [customerRef], (found) => {
    const known = found.get(customerRef);
    if (!known?.watch) throw appError('signal_missing', { signal: signalId });
    const refusal = findRefusal(foldSignals(known.events), event);
    if (refusal) throw refusal;
    const seen = seeSignals(foldSignals([...known.events, event]), known.watch.observed);
    return [{ customerRef, events: [event], observed: null, watch: known.watch, seen }];
  });
  return readSignal(parts, signalId);
};

/** How many signals are open and overdue, by level. @throws database_unavailable */
export const countSignals = ({ pool }: Pick<Database, 'pool'>, at: Date): Promise<OpenSignals[]> =>
  orDatabaseFault(countOpenSignals(pool, at.toISOString()));

/** How every signal of a customer stands. @throws database_unavailable */
export const readStanding = async (
  { pool }: Pick<Database, 'pool'>,
  customerRef: string,
): Promise<readonly StandingSignal[]> => {
  const known = await orDatabaseFault(readSignals(pool, [customerRef]));
  return foldSignals(known.get(customerRef)?.events ?? []);
};
