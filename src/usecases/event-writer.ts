import type { EventItem } from '../domain/event.ts';
import { AppError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { createGroupCommit, type GroupCommit } from '../store/group-commit.ts';
import { type RecordedEvent, recordEvents } from './record-events.ts';

/** Stores live events as they come: those that wait are written together. */
export interface EventWriter {
  /** Resolves once they are stored, with what became of each. @throws clock_behind, database_unavailable */
  record(actor: string, items: readonly EventItem[]): Promise<readonly RecordedEvent[]>;
  /** Whether so much waits that no more should come. */
  isFull(): boolean;
  /** Resolves once nothing waits. */
  drain(): Promise<void>;
}

/** What the writer needs. */
export interface EventWriterParts {
  readonly database: Database;
  readonly now: () => Date;
  /** Hears of customers of whom something new was stored. */
  readonly onRecorded: (customerIds: readonly string[]) => void;
}

/** Most events that wait. */
const MOST_WAITING = 20_000;

type Group = GroupCommit<readonly EventItem[], readonly RecordedEvent[]>;

/** Makes the writer; each actor's events are written by themselves, since a record names one. */
export const createEventWriter = ({ database, now, onRecorded }: EventWriterParts): EventWriter => {
  const groups = new Map<string, Group>();
  const open = (actor: string): Group => {
    const group = groups.get(actor) ?? createGroup(actor);
    groups.set(actor, group);
    return group;
  };
  const createGroup = (actor: string): Group =>
    createGroupCommit({
      async commit(requests) {
        const results = await recordEvents(database, requests.flat(), { actor, now: now(), source: 'live' });
        let from = 0;
        return requests.map(({ length }) => {
          from += length;
          return results.slice(from - length, from);
        });
      },
      rowsOf: ({ length }) => length,
      isShared: (cause) => cause instanceof AppError && cause.kind === 'unavailable',
    });
  return {
    async record(actor, items) {
      const results = await open(actor).submit(items);
      onRecorded(
        items.flatMap((item, index) =>
          'customerId' in item && results[index]?.state === 'recorded' ? [item.customerId] : [],
        ),
      );
      return results;
    },
    isFull: () => [...groups.values()].reduce((sum, group) => sum + group.waiting(), 0) >= MOST_WAITING,
    async drain() {
      for (const group of groups.values()) await group.drain();
    },
  };
};
