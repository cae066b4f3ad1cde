import type { EventItem } from '../../src/domain/event.ts';
import type { Truth } from './customer.ts';

type Transaction = Extract<EventItem, { type: 'transaction' }>;

/**
 * An event as one line of JSON, exactly as `JSON.stringify` writes it. Most events are transactions, whose line is put
 * together by hand, which takes a third of the time: no text in them needs escaping.
 */
export const toLine = (event: EventItem): string =>
  event.type === 'transaction' ? writeTransaction(event) : `${JSON.stringify(event)}\n`;

const quoted = (text: string | null): string => (text === null ? 'null' : `"${text}"`);

const writeTransaction = ({ eventId, customerId, occurredAt, knownAt, amountMinor, currency, payload }: Transaction) =>
  `{"eventId":"${eventId}","customerId":"${customerId}","occurredAt":"${occurredAt}","knownAt":"${knownAt}",` +
  `"type":"transaction","amountMinor":${amountMinor},"currency":"${currency}",` +
  `"payload":{"direction":"${payload.direction}","counterparty":${quoted(payload.counterparty)},` +
  `"channel":"${payload.channel}","category":"${payload.category}"}}\n`;

const truthColumns = [
  'customerId',
  'kind',
  'defaultOn',
  'firstUnpaidDueOn',
  'cause',
  'trigger',
  'ending',
  'endedOn',
  'laundering',
] as const satisfies readonly (keyof Truth)[];

/** The header of the table of truths (CSV). */
export const truthHeader = `${truthColumns.join(',')}\n`;

/** A customer's truth as a line of it; what there is not is empty. No value needs quotes. */
export const toTruthLine = (truth: Truth): string => `${truthColumns.map((column) => truth[column] ?? '').join(',')}\n`;
