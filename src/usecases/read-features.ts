import type { HistoricEvent } from '../domain/event.ts';
import { appError } from '../errors.ts';
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
import { type HeldHistories, type HistorySource, holdHistories } from './held-histories.ts';

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
   * @throws history_missing where nothing was known of the customer by then; bad_request where the date lies after the
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
}

/** Others whose state is looked up for one customer; more are left unknown. */
const MOST_PARTIES = 100;

/** Makes a reader. */
export const createFeatureReader = ({ database: { pool }, timeZone }: FeatureReaderParts): FeatureReader => {
  const clock = createCivilClock(timeZone);
  const computer = createFeatureComputer(creditCatalogue, timeZone);
  const parties = createPartyStates(timeZone);
  const readIndustry = createIndustryReader(pool, computer.date);

  const readSurroundings = async (
    held: HeldHistories,
    standing: readonly DatedEvent[],
    asOf: string,
  ): Promise<Surroundings> => {
    const histories = await held.ofParties(listParties(standing));
    const states = [...histories].map(([ref, { dated }]) => [ref, parties.stateOf(dated, asOf)] as const);
    return {
      industry: await readIndustry(held.latest()?.industryHead ?? '', Date.parse(asOf)),
      parties: new Map<string, PartyState>(states),
    };
  };
  const read = async (held: HeldHistories, { customerId, asOf: wanted, at }: FeaturesWanted): Promise<FeaturesRead> => {
    await held.follow();
    const history = held.of(customerId);
    const latest = held.latest();
    if (!latest || !history || history.dated.length === 0) throw appError('history_missing', { customer: customerId });
    const { customerRef, dated, events } = history;
    const asOf = settleDate(wanted, bookDateAt(latest.lately, at));
    const valuesOf = async (standing: readonly DatedEvent[], date: string) =>
      computer.compute(dated, date, await readSurroundings(held, standing, date)).values;
    const instant = Date.parse(asOf);
    const standing = standingDated(dated, instant);
    if (standing.length === 0) throw appError('history_missing', { customer: customerId });
    const day = clock.dayOf(instant);
    return {
      customerRef,
      asOf,
      values: await valuesOf(standing, asOf),
      async valuesAt(earlier) {
        const stood = standingDated(dated, Date.parse(earlier));
        return stood.length === 0 ? null : orDatabaseFault(valuesOf(stood, earlier));
      },
      standing,
      dated,
      events,
      isDefaulted: findDefaults(standing, day).some((found) => found.day > day - PROBATION_DAYS),
      isSimulated: standing.some(({ event }) => (event as HistoricEvent).isSimulated === true),
    };
  };
  const hold = (customerIds: readonly string[]): Features => {
    const held = holdHistories({ pool, date: computer.date }, customerIds);
    return { read: (wanted) => orDatabaseFault(read(held, wanted)) };
  };
  return { read: (wanted) => hold([wanted.customerId]).read(wanted), hold };
};

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
  let [head, dated]: [string, readonly DatedEvent[]] = ['', []];
  let known: { readonly from: number; readonly until: number; readonly standing: IndustryEvents } | null = null;
  return async (latest: string, instant: number): Promise<IndustryEvents> => {
    if (latest !== head) {
      [dated, head, known] = [date(await readIndustryEvents(pool)), latest, null];
    }
    if (known && known.from <= instant && instant < known.until) return known.standing;
    const until = dated.reduce(
      (next, event) => (event.known > instant ? Math.min(next, event.known) : next),
      Number.POSITIVE_INFINITY,
    );
    known = { from: instant, until, standing: standingDated(dated, instant) as IndustryEvents };
    return known.standing;
  };
};
