import { randomUUID } from 'node:crypto';
import type { SignalsObserved } from '../domain/signal.ts';
import { createCivilClock } from '../features/civil-clock.ts';
import { type ReceivedTypes, receivedBy } from '../features/received-types.ts';
import { type Detection, type DetectorState, type Observation, unseen } from '../signals/detect.ts';
import { findOpen, foldSignals, type StandingSignal } from '../signals/life.ts';
import { raiseSignals, seeSignals } from '../signals/raise.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { readReceivedTypes } from '../store/received-types.ts';
import { type CustomerSignals, changeSignals, noteWatched, type SignalChange } from '../store/signals.ts';
import { createFeatureReader, type FeatureReader, type Features, isUnreadable } from './read-features.ts';
import { type BoundSignals, createSignalsInUse, type SignalsInUse } from './signals-in-use.ts';

/** Looks for trouble in customers. */
export interface Watcher {
  /**
   * Evaluates every detector of the policy in use on customers as of the book date, and raises what is up.
   * @param features what is read of them, where they are read for something else too
   * @returns those of whom a signal was raised; customers without events are passed over
   * @throws database_unavailable
   */
  watch(customerIds: readonly string[], features?: Features): Promise<string[]>;
  /** What every detector says of a customer now; nothing is stored. @throws history_missing, database_unavailable */
  look(customerId: string): Promise<Look>;
}

/** What a customer looks like to the detectors. */
export interface Look {
  readonly customerId: string;
  readonly customerRef: string;
  readonly isSimulated: boolean;
  readonly asOf: string;
  readonly bound: BoundSignals;
  /** In the order of the detectors. */
  detections(standing: readonly StandingSignal[]): readonly Detection[];
}

/** What a watcher is built of. */
export interface WatcherParts {
  readonly database: Pick<Database, 'pool'>;
  readonly features: FeatureReader;
  readonly signals: SignalsInUse;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** What watching is built of, and the watcher. */
export interface Watching extends WatcherParts {
  readonly database: Database;
  readonly watcher: Watcher;
}

/** Builds a watcher over a database. */
export const openWatching = (
  database: Database,
  { timeZone, now }: Pick<WatcherParts, 'timeZone' | 'now'>,
): Watching => {
  const features = createFeatureReader({ database, timeZone });
  const parts = { database, features, signals: createSignalsInUse(database, now), timeZone, now };
  return { ...parts, watcher: createWatcher(parts) };
};

/** Civil days between evaluations of a detector that must hold for several: policies are tuned on months. */
const DAYS_APART = 30;

/** What customers are looked at with: the policy, and since when the book has known types of events. */
interface Using {
  readonly bound: BoundSignals;
  readonly received: ReceivedTypes;
}

/** Makes a watcher. */
export const createWatcher = ({ database, features, signals, timeZone, now }: WatcherParts): Watcher => {
  const { pool } = database;
  const findUsing = async (): Promise<Using> => {
    const [bound, received] = await Promise.all([signals.current(), readReceivedTypes(pool)]);
    return { bound, received };
  };
  const clock = createCivilClock(timeZone);
  const toInstant = (asOf: string, evaluations: number): string =>
    new Date(clock.endOf(clock.dayOf(Date.parse(asOf)) - DAYS_APART * evaluations)).toISOString();
  const look = async (customerId: string, using: Promise<Using>, from: Features): Promise<Look> => {
    const [{ bound, received }, read] = await Promise.all([using, from.read({ customerId, asOf: null, at: now() })]);
    const { detectors } = bound.detectors;
    const { customerRef, asOf, isSimulated } = read;
    const seeAs = (values: Float64Array, instant: string): Observation => ({
      values,
      received: receivedBy(received, { instant: Date.parse(instant), isSimulated }),
    });
    const { detect } = bound.detectors;
    const latest = seeAs(read.values, asOf);
    const first = detect(latest, []);
    const waits = first.map(({ finding }, place) => (finding === 'pending' ? (detectors[place]?.persistence ?? 1) : 1));
    let states: DetectorState[] = detectors.map(() => unseen);
    for (let ago = Math.max(1, ...waits) - 1; ago > 0; ago--) {
      const instant = toInstant(asOf, ago);
      const earlier = await read.valuesAt(instant);
      states = earlier ? detect(seeAs(earlier, instant), states).map(({ after }) => after) : states;
    }
    return {
      customerId,
      customerRef,
      isSimulated,
      asOf,
      bound,
      detections(standing) {
        const before = detectors.map(({ kind, persistence }, place): DetectorState => {
          if (findOpen(standing, { customerRef, kind })) return { isUp: true, held: 0 };
          const { isUp, held } = states[place] ?? unseen;
          return { isUp: false, held: isUp ? persistence : held };
        });
        return detect(latest, before);
      },
    };
  };
  return {
    look: (customerId) => look(customerId, findUsing(), features),
    watch: (customerIds, from = features.hold(customerIds)) =>
      orDatabaseFault(
        (async () => {
          if (customerIds.length === 0) return [];
          const using = findUsing();
          const found = await Promise.all(customerIds.map((customerId) => look(customerId, using, from).catch(orNull)));
          const looks = found.filter((each) => each !== null);
          if (looks.length === 0) return [];
          const at = now().toISOString();
          const known = await noteWatched(
            pool,
            looks.map(({ customerRef }) => customerRef),
            at,
          );
          const changing = looks.filter((each) => isChange(toChange(each, known, at)));
          const raised = new Set<string>();
          if (changing.length > 0) {
            const refs = changing.map(({ customerRef }) => customerRef);
            await changeSignals(database, refs, (found) =>
              changing.flatMap((each) => {
                const change = toChange(each, found, at);
                if (change && change.events.length > 0) raised.add(each.customerId);
                return change ?? [];
              }),
            );
          }
          return [...raised];
        })(),
      ),
  };
};

/** Customers of whom nothing is known are none to watch, nor those of whom there is more than can be read at once. */
const orNull = (fault: unknown): null => {
  if (isUnreadable(fault)) return null;
  throw fault;
};

const isChange = (change: SignalChange | null): boolean =>
  change !== null && (change.events.length > 0 || change.observed !== null);

/** What a look makes of what is known; null where the customer was erased meanwhile. */
const toChange = (
  { customerRef, asOf, bound, detections }: Look,
  known: ReadonlyMap<string, CustomerSignals>,
  at: string,
): SignalChange | null => {
  const found = known.get(customerRef);
  if (!found) return null;
  const standing = foldSignals(found.events);
  const detected = detections(standing);
  const { policy, ref: policyRef } = bound;
  const events = raiseSignals({ customerRef, standing, detections: detected, policy, policyRef, asOf, at, createId });
  const kinds = detected.flatMap(({ kind, finding }) => (finding === 'unobserved' ? [] : [kind])).sort();
  const isSame = found.watch !== null && JSON.stringify(found.watch.observed) === JSON.stringify(kinds);
  const observed: SignalsObserved = { schema: 1, event: 'observed', customerRef, policy: policyRef, at, kinds };
  return {
    customerRef,
    events,
    observed: isSame ? null : observed,
    watch: { observed: kinds, at },
    seen: seeSignals(foldSignals([...found.events, ...events]), kinds),
  };
};

const createId = (): string => randomUUID();
