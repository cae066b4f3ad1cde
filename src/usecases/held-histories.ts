import type { Pool } from 'pg';
import type { HistoricEvent } from '../domain/event.ts';
import type { DatedEvent } from '../features/dated-event.ts';
import { type Followed, LAST_RECORD, readBehind, readFollowed } from '../store/followed.ts';
import { createTurns } from './shared-turn.ts';

/** All that is kept of one customer as it was last read. */
export interface HeldHistory {
  readonly customerRef: string;
  /** In the order in which they were recorded. */
  readonly events: readonly HistoricEvent[];
  readonly dated: readonly DatedEvent[];
  /** The last record that was read. */
  readonly after: string;
}

/** Histories of some customers, each read once and followed from then on. */
export interface HeldHistories {
  /**
   * Reads what was added since the last time, of everybody at once, however many ask in one turn; who was erased is let go.
   * @throws what the database throws
   */
  follow(): Promise<void>;
  /** Null where nothing is known of a customer, or it is none of those that are held. */
  of(customerId: string): HeldHistory | null;
  /** The same of others by their references, read where they are not held yet. */
  ofParties(customerRefs: readonly string[]): Promise<ReadonlyMap<string, HeldHistory>>;
  /** What the chain said last of the book date and of what is about no customer; null before anything was read. */
  latest(): Pick<Followed, 'lately' | 'industryHead'> | null;
}

/** What histories are read with. */
export interface HistorySource {
  readonly pool: Pool;
  readonly date: (events: readonly HistoricEvent[]) => DatedEvent[];
  /** Most events of one customer that are held; of whom there are more none is, nor read again. */
  readonly mostEvents: number;
  /** References of those; they stay too long, so that whoever holds later need not find out. */
  readonly tooLong: Set<string>;
}

/** Begins to hold customers; nothing is read before it is asked for. */
export const holdHistories = (
  { pool, date, mostEvents, tooLong }: HistorySource,
  customerIds: readonly string[],
): HeldHistories => {
  const refs = new Map<string, string>();
  const held = new Map<string, HeldHistory>();
  const missing = new Set<string>();
  let latest: Followed | null = null;
  const share = createTurns();
  const begin = (customerRef: string): HeldHistory => ({
    customerRef,
    events: [],
    dated: [],
    after: tooLong.has(customerRef) ? LAST_RECORD : '0',
  });
  const take = (customerRef: string, behind: Followed['behind']): void => {
    const history = held.get(customerRef) ?? begin(customerRef);
    const added = behind.get(customerRef);
    if (added && history.events.length + added.events.length > mostEvents) tooLong.add(customerRef);
    if (added?.isTooLong) tooLong.add(customerRef);
    if (tooLong.has(customerRef)) return void held.set(customerRef, begin(customerRef));
    held.set(customerRef, added ? extend(history, { ...added, dated: date(added.events) }) : history);
  };
  const follow = share(async () => {
    const known = [...tooLong].filter((customerRef) => !held.has(customerRef)).map(begin);
    latest = await readFollowed(pool, { customerIds, held: [...held.values(), ...known], mostEvents });
    const asked = new Set(customerIds);
    const standing = new Set(
      latest.customers.flatMap(({ customerId, customerRef }) =>
        asked.has(customerId) || held.has(customerRef) ? [customerRef] : [],
      ),
    );
    for (const customerRef of held.keys()) if (!standing.has(customerRef)) held.delete(customerRef);
    refs.clear();
    for (const { customerId, customerRef } of latest.customers) refs.set(customerId, customerRef);
    for (const customerRef of standing) take(customerRef, latest.behind);
  });
  const fill = share(async () => {
    const wanted = [...missing].filter((customerRef) => !held.has(customerRef)).map(begin);
    missing.clear();
    const behind = await readBehind(pool, { held: wanted, mostEvents });
    for (const { customerRef } of wanted) take(customerRef, behind);
  });
  return {
    follow,
    of: (customerId) => held.get(refs.get(customerId) ?? '') ?? null,
    async ofParties(customerRefs) {
      const strange = customerRefs.filter((customerRef) => !held.has(customerRef));
      for (const customerRef of strange) missing.add(customerRef);
      if (strange.length > 0) await fill();
      return new Map(customerRefs.map((customerRef) => [customerRef, held.get(customerRef) ?? begin(customerRef)]));
    },
    latest: () => latest,
  };
};

/** A history with what was added; the one before stays as it was read. */
const extend = ({ customerRef, events, dated }: HeldHistory, added: Omit<HeldHistory, 'customerRef'>): HeldHistory => ({
  customerRef,
  events: events.concat(added.events),
  dated: dated.concat(added.dated),
  after: added.after,
});
