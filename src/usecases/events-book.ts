import { type EventContent, type EventItem, eventTypes, type HistoricEvent } from '../domain/event.ts';
import { AppError, appError } from '../errors.ts';
import type { CustomerHistory } from '../store/histories.ts';
import { readEventsFile } from './events-file.ts';
import type { EventBook } from './feature-rows.ts';
import type { LongWork } from './long-work.ts';

const DAY = 86_400_000;

/**
 * The events of a file as a book, each customer's together as `vigil simulate` writes them: memory holds one customer's.
 * Customers and parties go by their ids at the caller.
 * @throws file_unreadable, bad_row where a line is no event, a customer comes back after another, or an event has no way
 * to be known; cancelled
 */
export const openEventsFile = (file: string, { signal, onProgress }: LongWork): EventBook => {
  const pages = () => readEventsFile({ file, onRead: (bytes) => onProgress(bytes, bytes) });
  /** What was found of industries by whoever read the file to its end. */
  let known: readonly HistoricEvent[] | null = null;
  const items = async function* (): AsyncGenerator<readonly { readonly row: number; readonly event: EventItem }[]> {
    for await (const page of pages()) {
      if (signal.aborted) throw appError('cancelled');
      yield page.map(({ row, event }) => {
        if (event instanceof AppError) throw event;
        return { row, event };
      });
    }
  };
  return {
    async *histories() {
      const industry: HistoricEvent[] = [];
      yield* groupByCustomer(items(), { file, industry });
      known = industry;
    },
    async industry() {
      if (known) return known;
      const industry: HistoricEvent[] = [];
      for await (const _ of groupByCustomer(items(), { file, industry }));
      known = industry;
      return known;
    },
  };
};

async function* groupByCustomer(
  pages: AsyncIterable<readonly { readonly row: number; readonly event: EventItem }[]>,
  { file, industry }: { readonly file: string; readonly industry: HistoricEvent[] },
): AsyncGenerator<CustomerHistory> {
  const seen = new Set<string>();
  let customerId: string | null = null;
  let events: HistoricEvent[] = [];
  const finish = (): CustomerHistory[] =>
    customerId === null ? [] : [{ customerRef: customerId, customerId, events }];
  for await (const page of pages) {
    for (const { row, event } of page) {
      if (!('customerId' in event)) {
        industry.push(toHistoric(event));
        continue;
      }
      if (event.customerId !== customerId) {
        yield* finish();
        if (seen.has(event.customerId)) throw appError('bad_row', { file, row, problem: scattered });
        customerId = event.customerId;
        seen.add(customerId);
        events = [];
      }
      events.push(toHistoric(event));
    }
  }
  yield* finish();
}

const scattered = {
  zh: '同一客户的事件必须连续排列',
  en: "a customer's events must stand together",
};

const toHistoric = (item: EventItem): HistoricEvent => {
  const { customerId: _, ...content } = { customerId: null, ...item };
  const occurred = Date.parse(item.occurredAt);
  const knownAt = item.knownAt ?? new Date(occurred + eventTypes[item.type].lagDays * DAY).toISOString();
  return { ...(content as EventContent), knownAt, recordedAt: knownAt, isBackfilled: true };
};
