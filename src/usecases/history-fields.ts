import type { RawFields } from '../decision/row.ts';
import type { HistoricEvent } from '../domain/event.ts';
import { appError } from '../errors.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { findFeature } from '../features/catalogue/dictionary.ts';
import { createCivilClock } from '../features/civil-clock.ts';
import type { ColumnDefinition } from '../features/column.ts';
import { createFeatureComputer } from '../features/compute.ts';
import { standingDated } from '../features/dated-event.ts';
import { findDefaults, PROBATION_DAYS } from '../features/default.ts';
import type { PartyState, Surroundings } from '../features/made-rows.ts';
import { createPartyStates } from '../features/party-state.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { findCustomerRef, readHistory, readIndustryEvents, readIndustryHead } from '../store/histories.ts';
import { readBook } from './book-date.ts';

/** What a customer's own events say, in the place of features that a caller would send. */
export interface HistoryFields {
  readonly fields: RawFields;
  /** The date of knowledge. */
  readonly asOf: string;
  /** In default a customer gets no PD: rules and the policy's floor decide. */
  readonly state: 'scored' | 'defaulted';
}

/** Who is asked about, and as of when. */
export interface HistoryWanted {
  readonly customerId: string;
  /** Null = the book date. */
  readonly asOf: string | null;
  /** When it is decided: nothing known after that is seen. */
  readonly at: Date;
}

/** Reads histories and computes the features of behaviour. */
export interface HistoryReader {
  /**
   * The columns of a model as of a date, computed from the customer's events.
   * @throws history_missing where nothing was known of the customer by then; field_missing naming every column that no
   * feature of behaviour is; bad_request where the date lies in the future; database_unavailable
   */
  read(wanted: HistoryWanted, columns: readonly ColumnDefinition[]): Promise<HistoryFields>;
}

/** What a reader is built of. */
export interface HistoryReaderParts {
  readonly database: Pick<Database, 'pool'>;
  readonly timeZone: string;
}

/** Others whose state is looked up for one customer; more are left unknown. */
const MOST_PARTIES = 100;

export const createHistoryReader = ({ database, timeZone }: HistoryReaderParts): HistoryReader => {
  const { pool } = database;
  const clock = createCivilClock(timeZone);
  const computer = createFeatureComputer(creditCatalogue, timeZone);
  const placeOf = new Map(creditCatalogue.map(({ name }, place) => [name, place]));
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
  return {
    read({ customerId, asOf: wanted, at }, columns) {
      return orDatabaseFault(
        (async () => {
          const customerRef = await findCustomerRef(pool, customerId);
          const dated = customerRef === null ? [] : computer.date(await readHistory(pool, customerRef));
          if (dated.length === 0) throw appError('history_missing', { customer: customerId });
          const asOf = await settleDate(wanted, at);
          const instant = Date.parse(asOf);
          const standing = standingDated(dated, instant);
          if (standing.length === 0) throw appError('history_missing', { customer: customerId });
          const features = columns.map(toFeature);
          const parties = new Map<string, PartyState>();
          for (const party of listParties(standing.map(({ event }) => event as HistoricEvent)))
            parties.set(party, await readPartyState(party, asOf));
          const surroundings = {
            industry: standingDated(computer.date(await industry()), instant) as Surroundings['industry'],
            parties,
          };
          const { values } = computer.compute(dated, asOf, surroundings);
          const day = clock.dayOf(instant);
          const isDefaulted = findDefaults(standing, day).some((found) => found.day > day - PROBATION_DAYS);
          return {
            fields: Object.fromEntries(
              features.map(({ name, decimals }) => [name, toNatural(values[placeOf.get(name) ?? -1], decimals)]),
            ),
            asOf,
            state: isDefaulted ? 'defaulted' : 'scored',
          };
        })(),
      );
    },
  };
};

const toFeature = ({ name, source }: ColumnDefinition) => {
  const feature = findFeature(source);
  if (feature?.name !== name) throw appError('field_missing', { field: name });
  return feature;
};

const toNatural = (scaled: number | undefined, decimals: number): number | null =>
  scaled === undefined || Number.isNaN(scaled) ? null : scaled / 10 ** decimals;

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
