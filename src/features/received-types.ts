import type { EventType } from '../domain/event.ts';

/** Since when a book has known events of each type, milliseconds since 1970; a type that never came is not there. */
export interface ReceivedTypes {
  /** Of anybody, simulated customers too. */
  readonly ofAnybody: ReadonlyMap<EventType, number>;
  /** Of real customers. */
  readonly ofReal: ReadonlyMap<EventType, number>;
}

/** Of whom something is asked, and as of when, milliseconds since 1970. */
export interface ReceivedWanted {
  readonly instant: number;
  readonly isSimulated: boolean;
}

/**
 * Types of events that a book had received by an instant, so that silence about a customer says something. What simulated
 * customers are told of connects no source of real ones.
 */
export const receivedBy = (
  { ofAnybody, ofReal }: ReceivedTypes,
  { instant, isSimulated }: ReceivedWanted,
): ReadonlySet<EventType> => {
  const known = [...(isSimulated ? ofAnybody : ofReal)].filter(([, since]) => since <= instant);
  return new Set(known.map(([type]) => type));
};
