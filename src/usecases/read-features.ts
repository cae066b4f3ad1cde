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
import { findCustomerRef, readHistory, readIndustryEvents, readIndustryHead } from '../store/histories.ts';
import { readBook } from './book-date.ts';

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

/** Reads histories and computes the features of behaviour. */
export interface FeatureReader {
  /**
   * Every feature of the catalogue as of a date.
   * @throws history_missing where nothing was known of the customer by then; bad_request where the date lies after the
   * book date; database_unavailable
   */
  read(wanted: FeaturesWanted): Promise<FeaturesRead>;
}

/** What a reader is built of. */
export interface FeatureReaderParts {
  readonly database: Pick<Database, 'pool'>;
  readonly timeZone: string;
}

/** Others whose state is looked up for one customer; more are left unknown. */
const MOST_PARTIES = 100;

/** Makes a reader. */
export const createFeatureReader = ({ database, timeZone }: FeatureReaderParts): FeatureReader => {
  const { pool } = database;
  const clock = createCivilClock(timeZone);
  const computer = createFeatureComputer(creditCatalogue, timeZone);
  const readPartyState = createPartyReader(pool, timeZone);
  const industry = cacheIndustry(pool);
  const settleDate = async (asOf: string | null, at: Date): Promise<string> => {
    const { date } = await readBook(database, at);
    if (asOf !== null && Date.parse(asOf) > date.getTime()) {
      const problem = {
        zh: `晚于账簿日期 ${date.toISOString()}`,
        en: `it lies after the book date, ${date.toISOString()}`,
      };
      throw appError('bad_request', { field: 'asOf', problem });
    }
    return asOf === null ? date.toISOString() : new Date(asOf).toISOString();
  };
  const readSurroundings = async (standing: readonly DatedEvent[], asOf: string): Promise<Surroundings> => {
    const parties = new Map<string, PartyState>();
    for (const party of listParties(standing.map(({ event }) => event as HistoricEvent)))
      parties.set(party, await readPartyState(party, asOf));
    const known = standingDated(computer.date(await industry()), Date.parse(asOf));
    return { industry: known as Surroundings['industry'], parties };
  };
  const read = async ({ customerId, asOf: wanted, at }: FeaturesWanted): Promise<FeaturesRead> => {
    const customerRef = await findCustomerRef(pool, customerId);
    const events = customerRef === null ? [] : await readHistory(pool, customerRef);
    const dated = computer.date(events);
    if (customerRef === null || dated.length === 0) throw appError('history_missing', { customer: customerId });
    const asOf = await settleDate(wanted, at);
    const instant = Date.parse(asOf);
    const standing = standingDated(dated, instant);
    if (standing.length === 0) throw appError('history_missing', { customer: customerId });
    const { values } = computer.compute(dated, asOf, await readSurroundings(standing, asOf));
    const day = clock.dayOf(instant);
    const isDefaulted = findDefaults(standing, day).some((found) => found.day > day - PROBATION_DAYS);
    const isSimulated = standing.some(({ event }) => (event as HistoricEvent).isSimulated === true);
    return { customerRef, asOf, values, standing, dated, events, isDefaulted, isSimulated };
  };
  return { read: (wanted) => orDatabaseFault(read(wanted)) };
};

const listParties = (events: readonly HistoricEvent[]): string[] =>
  [...new Set(events.flatMap((event) => (event.type === 'relation' ? [event.payload.party] : [])))].slice(
    0,
    MOST_PARTIES,
  );

const createPartyReader = (pool: Database['pool'], timeZone: string) => {
  const { date, stateOf } = createPartyStates(timeZone);
  return async (customerRef: string, asOf: string): Promise<PartyState> =>
    stateOf(date(await readHistory(pool, customerRef)), asOf);
};

/** Indices of industries, read again only where some were added. */
const cacheIndustry = (pool: Database['pool']) => {
  let [head, events]: [string, readonly HistoricEvent[]] = ['', []];
  return async (): Promise<readonly HistoricEvent[]> => {
    const latest = await readIndustryHead(pool);
    if (latest !== head) [head, events] = [latest, await readIndustryEvents(pool)];
    return events;
  };
};
