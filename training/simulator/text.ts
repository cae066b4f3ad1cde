import type { EventItem } from '../../src/domain/event.ts';
import type { Told } from './book.ts';
import { instantOf } from './calendar.ts';
import type { Lived, Truth } from './customer.ts';

/** An event as one line of JSON. */
export const toLine = (event: EventItem): string => `${JSON.stringify(event)}\n`;

/**
 * What was told of a customer as lines of events, exactly as `toLine` writes them, which takes no event to be made. All of
 * it is ASCII. What is told most is put together by hand: no text in it needs escaping.
 */
export const toLines = ({ customerId, entries }: Lived): string => {
  const [first, then] = [`{"eventId":"${customerId}-`, `","customerId":"${customerId}","occurredAt":"`];
  let lines = '';
  for (const { at, knownAt, sequence, told } of entries) {
    lines += `${first}${sequence}${then}${instantOf(at)}","knownAt":"${instantOf(knownAt)}",${write(told)}\n`;
  }
  return lines;
};

/** What was told, without the brace that opens it. */
const write = (told: Told): string => {
  if (told.type === 'transaction') return writeTransaction(told);
  if (told.type === 'repayment') return writePayload(told, `"method":"${told.payload.method}"`);
  if (told.type === 'instalment_due') return writePayload(told, `"schedule":"${told.payload.schedule}"`);
  return told.type === 'statement' ? writeStatement(told) : JSON.stringify(told).slice(1);
};

type Of<Type extends Told['type']> = Extract<Told, { type: Type }>;

const quoted = (text: string | null): string => (text === null ? 'null' : `"${text}"`);

const writeTransaction = ({ amountMinor, currency, payload }: Of<'transaction'>): string =>
  `"type":"transaction","amountMinor":${amountMinor},"currency":"${currency}",` +
  `"payload":{"direction":"${payload.direction}","counterparty":${quoted(payload.counterparty)},` +
  `"channel":"${payload.channel}","category":"${payload.category}"}}`;

const writePayload = (told: Of<'repayment' | 'instalment_due'>, payload: string): string =>
  `"type":"${told.type}","facilityId":"${told.facilityId}","amountMinor":${told.amountMinor},` +
  `"currency":"${told.currency}","payload":{${payload}}}`;

const writeStatement = ({ facilityId, currency, payload }: Of<'statement'>): string =>
  `"type":"statement","facilityId":"${facilityId}","currency":"${currency}","payload":{"month":"${payload.month}",` +
  `"balanceMinor":${payload.balanceMinor},"limitMinor":${payload.limitMinor},"paymentMinor":${payload.paymentMinor},` +
  `"status":"${payload.status}","monthsLate":${payload.monthsLate}}}`;

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
