import type { PartyState } from '../features/made-rows.ts';
import { createPartyStates } from '../features/party-state.ts';
import type { EventBook } from './event-book.ts';

/** Who is asked about, and as of when. */
export interface PartiesWanted {
  /** References of those to whom somebody is related. */
  readonly named: ReadonlySet<string>;
  readonly asOf: readonly string[];
  readonly timeZone: string;
}

/** How late those are to whom somebody is related, as of each instant, in the order of the instants. */
export const readPartyStates = async (
  book: EventBook,
  { named, asOf, timeZone }: PartiesWanted,
): Promise<Map<string, PartyState>[]> => {
  const states = asOf.map(() => new Map<string, PartyState>());
  if (named.size === 0) return states;
  const { date, stateOf } = createPartyStates(timeZone);
  for await (const { customerRef, events } of book.histories()) {
    if (!named.has(customerRef)) continue;
    const dated = date(events);
    for (const [place, instant] of asOf.entries()) states[place]?.set(customerRef, stateOf(dated, instant));
  }
  return states;
};
