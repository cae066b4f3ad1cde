import { statSync } from 'node:fs';
import type { EventContent, EventItem, EventType, HistoricEvent } from '../domain/event.ts';
import { eventTypes } from '../domain/event.ts';
import { AppError, appError } from '../errors.ts';
import type { ReceivedTypes } from '../features/received-types.ts';
import { type CustomerHistory, countCustomers, readHistories, readIndustryEvents } from '../store/histories.ts';
import { readReceivedTypes } from '../store/received-types.ts';
import type { Queryable } from '../store/transaction.ts';
import { readEventsFile } from './events-file.ts';
import type { PlacedEvent } from './import-events.ts';
import { type LongWork, unwatched } from './long-work.ts';

/** A book of customers that can be read again from its start. */
export interface EventBook {
  /** One customer after the other, each once. */
  histories(): AsyncIterable<CustomerHistory>;
  survey(): Promise<BookSurvey>;
}

/** What must be known of a whole book before one customer of it can be looked at. */
export interface BookSurvey {
  readonly industry: readonly HistoricEvent[];
  /** References of those to whom somebody is related. */
  readonly parties: ReadonlySet<string>;
  /** When the last event became known, milliseconds since 1970; 0 of an empty book. */
  readonly lastKnown: number;
  readonly received: ReceivedTypes;
}

/** The book of a database. */
export const openStoredBook = (client: Queryable, work: LongWork = unwatched): EventBook => {
  async function* histories(): AsyncGenerator<CustomerHistory> {
    const all = await countCustomers(client);
    let done = 0;
    for await (const history of readHistories(client)) {
      if (work.signal.aborted) throw appError('cancelled');
      yield history;
      work.onProgress(++done, all);
    }
  }
  return {
    histories,
    survey: async () => ({
      ...(await surveyHistories(histories())),
      industry: await readIndustryEvents(client),
      received: await readReceivedTypes(client),
    }),
  };
};

const surveyHistories = async (histories: AsyncIterable<CustomerHistory>): Promise<Omit<BookSurvey, 'industry'>> => {
  const parties = new Set<string>();
  let lastKnown = 0;
  const first = new Map<EventType, number>();
  for await (const { events } of histories) {
    for (const event of events) {
      if (event.type === 'relation') parties.add(event.payload.party);
      const known = Date.parse(event.knownAt);
      lastKnown = Math.max(lastKnown, known);
      first.set(event.type, Math.min(first.get(event.type) ?? known, known));
    }
  }
  return { parties, lastKnown, received: { ofAnybody: first, ofReal: first } };
};

/**
 * The book of a file of events, one a line, those of a customer together; it needs no database. Whoever is related to a
 * customer is named by id. The first time it is read every line is checked.
 * @throws bad_row where a line is no event, or a customer's events do not stand together
 */
export const openEventFile = (file: string, work: LongWork = unwatched): EventBook =>
  openPagedFile({ file, read: (isChecked, onRead) => readEventsFile({ file, onRead, isChecked }) }, work);

/** A file and how its events are read, page by page, from its start each time. */
export interface PagedFile {
  readonly file: string;
  /** @param isChecked whether every event has been checked before */
  readonly read: (isChecked: boolean, onRead: (bytes: number) => void) => AsyncIterable<readonly PlacedEvent[]>;
}

/** The book of any file whose rows tell events, as `openEventFile` says of one of events. @throws bad_row, and what reading throws */
export const openPagedFile = (paged: PagedFile, work: LongWork = unwatched): EventBook => {
  const { file } = paged;
  const industry: HistoricEvent[] = [];
  let isChecked = false;
  async function* histories(): AsyncGenerator<CustomerHistory> {
    const seen = new Set<string>();
    const isFirst = !isChecked;
    industry.length = isFirst ? 0 : industry.length;
    let [customerId, events]: [string, HistoricEvent[]] = ['', []];
    for await (const { row, item } of readItems(paged, { isChecked, work })) {
      if (!('customerId' in item)) {
        if (isFirst) industry.push(toHistoric(item));
        continue;
      }
      if (item.customerId !== customerId) {
        if (events.length > 0) yield { customerRef: customerId, customerId, events };
        if (seen.has(item.customerId)) throw appError('bad_row', { file, row, problem: apart(item.customerId) });
        [customerId, events] = [item.customerId, []];
        seen.add(customerId);
      }
      events.push(toHistoric(item));
    }
    if (events.length > 0) yield { customerRef: customerId, customerId, events };
    isChecked = true;
  }
  return { histories, survey: async () => ({ ...(await surveyHistories(histories())), industry }) };
};

const apart = (customerId: string) => ({
  zh: `客户 ${customerId} 的事件没有排在一起，请按客户排序`,
  en: `the events of customer ${customerId} do not stand together; sort the file by customer`,
});

async function* readItems(
  { file, read }: PagedFile,
  { isChecked, work }: { readonly isChecked: boolean; readonly work: LongWork },
): AsyncGenerator<{ readonly row: number; readonly item: EventItem }> {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  for await (const page of read(isChecked, (bytes) => work.onProgress(bytes, size))) {
    if (work.signal.aborted) throw appError('cancelled');
    for (const { row, event } of page) {
      if (event instanceof AppError) throw event;
      yield { row, item: event };
    }
  }
}

const DAY = 86_400_000;

/** An event as an import would keep it: known when it says, else after its type's lag. */
const toHistoric = (item: EventItem): HistoricEvent => {
  const { lagDays } = eventTypes[item.type];
  const knownAt = item.knownAt ?? new Date(Date.parse(item.occurredAt) + lagDays * DAY).toISOString();
  return { ...(item as EventContent), knownAt, recordedAt: knownAt, isBackfilled: true };
};
