import type { EventType } from '../domain/event.ts';
import type { ReceivedTypes } from '../features/received-types.ts';
import { toRows } from './rows-text.ts';
import type { Queryable } from './transaction.ts';

/** An event as far as it tells that its type is received. */
export interface ReceivedEvent {
  readonly type: EventType;
  readonly knownAt: string;
}

/** Remembers since when types of events are known; where nothing is new nothing is written. The chain must be held. */
export const writeReceivedTypes = (events: readonly ReceivedEvent[], isSimulated: boolean): string => {
  const first = new Map<EventType, string>();
  for (const { type, knownAt } of events) {
    const since = first.get(type);
    if (since === undefined || Date.parse(knownAt) < Date.parse(since)) first.set(type, knownAt);
  }
  const since = [...first.values()];
  return `INSERT INTO event_types AS kept (type, known_at, real_known_at)
    SELECT type, known_at::timestamptz, real_known_at::timestamptz
    FROM ${toRows({ type: [...first.keys()], known_at: since, real_known_at: isSimulated ? since.map(() => '') : since })}
    WHERE NOT EXISTS (SELECT 1 FROM event_types known WHERE known.type = t.type AND known.known_at <= t.known_at::timestamptz
      AND (t.real_known_at IS NULL OR known.real_known_at <= t.real_known_at::timestamptz))
    ON CONFLICT (type) DO UPDATE SET known_at = LEAST(kept.known_at, EXCLUDED.known_at),
      real_known_at = LEAST(kept.real_known_at, EXCLUDED.real_known_at)`;
};

interface TypeRow {
  readonly type: EventType;
  readonly known_at: Date;
  readonly real_known_at: Date | null;
}

/** Since when the book has known each type of event. */
export const readReceivedTypes = async (client: Queryable): Promise<ReceivedTypes> => {
  const { rows } = await client.query<TypeRow>('SELECT type, known_at, real_known_at FROM event_types');
  return {
    ofAnybody: new Map(rows.map(({ type, known_at }) => [type, known_at.getTime()])),
    ofReal: new Map(
      rows.flatMap(({ type, real_known_at }) => (real_known_at === null ? [] : [[type, real_known_at.getTime()]])),
    ),
  };
};

/** Forgets types that simulated customers alone were told of, and those of which no event is left. */
export const forgetSimulatedTypes = async (client: Queryable): Promise<void> => {
  await client.query(
    `DELETE FROM event_types kept WHERE real_known_at IS NULL
     OR NOT EXISTS (SELECT 1 FROM events e WHERE e.type = kept.type)`,
  );
  await client.query('UPDATE event_types SET known_at = real_known_at WHERE known_at < real_known_at');
};
