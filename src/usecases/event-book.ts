import type { EventContent, EventItem, HistoricEvent } from '../domain/event.ts';
import { eventTypes } from '../domain/event.ts';
import { AppError, appError } from '../errors.ts';
import { type CustomerHistory, readHistories, readIndustryEvents } from '../store/histories.ts';
import type { Queryable } from '../store/transaction.ts';
import { readEventsFile } from './events-file.ts';

/** A book of customers that can be read again from its start. */
export interface EventBook {
  /** One customer after the other, each once. */
  histories(): AsyncIterable<CustomerHistory>;
  industry(): Promise<readonly HistoricEvent[]>;
}

/** The book of a database. */
export const openStoredBook = (client: Queryable): EventBook => ({
  histories: () => readHistories(client),
  industry: () => readIndustryEvents(client),
});

/**
 * The book of a file of events, one a line, those of a customer together; it needs no database. Whoever is related to a
 * customer is named by id.
 * @throws bad_row where a line is no event, or a customer's events do not stand together
 */
export const openEventFile = (file: string): EventBook => ({
  async *histories() {
    const seen = new Set<string>();
    let [customerId, events]: [string, HistoricEvent[]] = ['', []];
    for await (const { row, item } of readItems(file)) {
      if (!('customerId' in item)) continue;
      if (item.customerId !== customerId) {
        if (events.length > 0) yield { customerRef: customerId, customerId, events };
        if (seen.has(item.customerId)) throw appError('bad_row', { file, row, problem: apart(item.customerId) });
        [customerId, events] = [item.customerId, []];
        seen.add(customerId);
      }
      events.push(toHistoric(item));
    }
    if (events.length > 0) yield { customerRef: customerId, customerId, events };
  },
  async industry() {
    const events: HistoricEvent[] = [];
    for await (const { item } of readItems(file)) if (!('customerId' in item)) events.push(toHistoric(item));
    return events;
  },
});

const apart = (customerId: string) => ({
  zh: `客户 ${customerId} 的事件没有排在一起，请按客户排序`,
  en: `the events of customer ${customerId} do not stand together; sort the file by customer`,
});

async function* readItems(file: string): AsyncGenerator<{ readonly row: number; readonly item: EventItem }> {
  for await (const page of readEventsFile({ file, onRead: () => undefined })) {
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
