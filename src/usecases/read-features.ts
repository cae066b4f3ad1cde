import type { HistoricEvent } from '../domain/event.ts';
import { AppError, appError } from '../errors.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { createCivilClock } from '../features/civil-clock.ts';
import { createFeatureComputer } from '../features/compute.ts';
import { type DatedEvent, standingDated } from '../features/dated-event.ts';
import { findDefaults, PROBATION_DAYS } from '../features/default.ts';
import type { PartyState, Surroundings } from '../features/made-rows.ts';
import { createPartyStates } from '../features/party-state.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { readIndustryEvents } from '../store/histories.ts';
import { bookDateAt } from './book-date.ts';
import { type HeldHistories, type HeldHistory, type HistorySource, holdHistories } from './held-histories.ts';
import { createMemo } from './memo.ts';

/** Who is asked about, and as of when. */
export interface FeaturesWanted {
  readonly customerId: string;
  /** The date of knowledge; null = the book date. */
  readonly asOf: string | null;
  /** When it is asked: nothing known after that is seen. */
  readonly at: Date;
}

/** What a customer's own events say as of a date. */
export interface FeaturesRead {
  readonly customerRef: string;
  /** The date of knowledge. */
  readonly asOf: string;
  /** Scaled integers in the order of the catalogue; NaN = missing. */
  readonly values: Float64Array;
  /** What the same history said as of an earlier date; null where nothing was known by then. @throws database_unavailable */
  valuesAt(earlier: string): Promise<Float64Array | null>;
  /** The events that stood by then. */
  readonly standing: readonly DatedEvent[];
  /** All that is kept of the customer, dated, what became known later and what was corrected too. */
  readonly dated: readonly DatedEvent[];
  /** The same as they were recorded. */
  readonly events: readonly HistoricEvent[];
  /** Whether the customer is in default by then, its probation included. */
  readonly isDefaulted: boolean;
  /** Whether the simulator told any of these events. */
  readonly isSimulated: boolean;
}

/** Computes the features of behaviour from histories. */
export interface Features {
  /**
   * Every feature of the catalogue as of a date, of what is stored by now.
   * @throws history_missing where nothing was known of the customer by then, history_too_long where there are too many
   * events to read at once; bad_request where the date lies after the
   * book date; database_unavailable
   */
  read(wanted: FeaturesWanted): Promise<FeaturesRead>;
}

/** Reads anybody's. */
export interface FeatureReader extends Features {
  /**
   * For customers who are read more than once: the history of each is read whole once, after that only what was added, and
   * that together for all who are asked for in one turn of the event loop. Of others it knows nothing.
   */
  hold(customerIds: readonly string[]): Features;
}

/** What a reader is built of. */
export interface FeatureReaderParts {
  readonly database: Pick<Database, 'pool'>;
  readonly timeZone: string;
  /** Most events of one customer that are read; 200,000 unless told. */
  readonly mostEvents?: number;
}

/** A longer history holds everybody up for seconds, and a few of them would take all memory. */
const MOST_EVENTS = 200_000;

/** Others whose state is looked up for one customer; more are left unknown. */
const MOST_PARTIES = 100;

/** What is seen of a history as of a date. */
interface SeenAt {
  readonly asOf: string;
  readonly day: number;
  /** How many of its events: of two dates at which these are as many, they are the same ones. */
  readonly seen: number;
  readonly standing: readonly DatedEvent[];
}

/** The values of a history, and all that they were computed from beside it. */
interface Computed extends Pick<SeenAt, 'day' | 'seen'> {
  readonly surroundings: Surroundings;
  readonly values: Float64Array;
}

/** Makes a reader. */
export const createFeatureReader = ({
  database: { pool },
  timeZone,
  mostEvents = MOST_EVENTS,
}: FeatureReaderParts): FeatureReader => {
  const tooLong = new Set<string>();
  const clock = createCivilClock(timeZone);
  const computer = createFeatureComputer(creditCatalogue, timeZone);
  const parties = createPartyStates(timeZone);
  const readIndustry = createIndustryReader(pool, computer.date);
  const computed = new WeakMap<HeldHistory, Computed>();

  const readSurroundings = async (
    held: HeldHistories,
    standing: readonly DatedEvent[],
    asOf: string,
  ): Promise<Surroundings> => {
    const histories = await held.ofParties(listParties(standing));
    const states = [...histories].map(([ref, { dated }]) => [ref, parties.stateOf(dated, asOf)] as const);
    const industry = await readIndustry(held.latest()?.industryHead ?? '', Date.parse(asOf));
    return { industry, parties: new Map<string, PartyState>(states) };
  };
  /** Values are the same where day, events that are seen and surroundings are: then they are not computed twice. */
  const valuesOf = async (held: HeldHistories, history: HeldHistory, date: SeenAt): Promise<Float64Array> => {
    const { asOf, day, seen, standing } = date;
    const surroundings = await readSurroundings(held, standing, asOf);
    const last = computed.get(history);
    if (last && last.day === day && last.seen === seen && isSame(last.surroundings, surroundings)) return last.values;
    const { values } = computer.compute(history.dated, asOf, surroundings);
    computed.set(history, { day, seen, surroundings, values });
    return values;
  };
  const seeAt = ({ dated }: HeldHistory, asOf: string): SeenAt => {
    const instant = Date.parse(asOf);
    const seen = dated.reduce((count, { known }) => (known <= instant ? count + 1 : count), 0);
    return { asOf, day: clock.dayOf(instant), seen, standing: standingDated(dated, instant) };
  };
  const read = async (held: HeldHistories, { customerId, asOf: wanted, at }: FeaturesWanted): Promise<FeaturesRead> => {
    await held.follow();
    const history = held.of(customerId);
    const latest = held.latest();
    if (history && tooLong.has(history.customerRef)) {
      throw appError('history_too_long', { customer: customerId, limit: mostEvents });
    }
    if (!latest || !history || history.dated.length === 0) throw appError('history_missing', { customer: customerId });
    const asOf = settleDate(wanted, bookDateAt(latest.lately, at));
    const date = seeAt(history, asOf);
    const { standing, day } = date;
    if (standing.length === 0) throw appError('history_missing', { customer: customerId });
    const { customerRef, dated, events } = history;
    return {
      customerRef,
      asOf,
      values: await valuesOf(held, history, date),
      async valuesAt(earlier) {
        const stood = seeAt(history, earlier);
        return stood.standing.length === 0 ? null : orDatabaseFault(valuesOf(held, history, stood));
      },
      standing,
      dated,
      events,
      isDefaulted: findDefaults(standing, day).some((found) => found.day > day - PROBATION_DAYS),
      isSimulated: standing.some(({ event }) => (event as HistoricEvent).isSimulated === true),
    };
  };
  const hold = (customerIds: readonly string[]): Features => {
    const held = holdHistories({ pool, date: computer.date, mostEvents, tooLong }, customerIds);
    return { read: (wanted) => orDatabaseFault(read(held, wanted)) };
  };
  return { read: (wanted) => hold([wanted.customerId]).read(wanted), hold };
};

/** Whether nothing can be said of a customer now: nothing is known any more, or more than is read at once. */
export const isUnreadable = (fault: unknown): boolean =>
  fault instanceof AppError && (fault.code === 'history_missing' || fault.code === 'history_too_long');

const isSame = (one: Surroundings, other: Surroundings): boolean =>
  one.industry === other.industry &&
  one.parties.size === other.parties.size &&
  [...one.parties].every(([ref, { daysPastDue, monthsLate }]) => {
    const state = other.parties.get(ref);
    return state?.daysPastDue === daysPastDue && state.monthsLate === monthsLate;
  });

/** The date asked for, else that of the book. @throws bad_request where it lies after that */
const settleDate = (asOf: string | null, bookDate: Date): string => {
  if (asOf === null) return bookDate.toISOString();
  if (Date.parse(asOf) <= bookDate.getTime()) return new Date(asOf).toISOString();
  const date = bookDate.toISOString();
  const problem = { zh: `晚于账簿日期 ${date}`, en: `it lies after the book date, ${date}` };
  throw appError('bad_request', { field: 'asOf', problem });
};

const listParties = (standing: readonly DatedEvent[]): string[] =>
  [
    ...new Set(
      standing.flatMap(({ event }) =>
        event.type === 'relation' ? [(event as HistoricEvent & typeof event).payload.party] : [],
      ),
    ),
  ].slice(0, MOST_PARTIES);

type IndustryEvents = Surroundings['industry'];

/** Reads indices of industries as they stand at an instant, again only where some were added or became known. */
const createIndustryReader = (pool: Database['pool'], date: HistorySource['date']) => {
  const keep = createMemo<readonly DatedEvent[]>(1);
  let known = { head: '', from: 0, until: 0, standing: [] as IndustryEvents };
  return async (head: string, instant: number): Promise<IndustryEvents> => {
    const dated = await keep(head, async () => date(await readIndustryEvents(pool)));
    if (known.head === head && known.from <= instant && instant < known.until) return known.standing;
    const later = dated.flatMap((event) => (event.known > instant ? [event.known] : []));
    const until = later.reduce((next, moment) => Math.min(next, moment), Number.POSITIVE_INFINITY);
    known = { head, from: instant, until, standing: standingDated(dated, instant) as IndustryEvents };
    return known.standing;
  };
};
