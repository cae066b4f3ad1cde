import { type EventResult, ReportedEvent } from '../contract/events.ts';
import type { EventItem } from '../domain/event.ts';
import type { Locale } from '../domain/text.ts';
import { AppError } from '../errors.ts';
import type { RecordedEvent } from '../usecases/record-events.ts';
import { parsePart } from './body.ts';
import { type ProblemContext, toProblem } from './problem.ts';
import type { ServiceParts } from './service.ts';

/** Who reports, and how problems are told. */
export interface EventCall {
  readonly principal: string;
  readonly locale: Locale;
  readonly instance: string;
}

/** Stores one event. @throws what it is refused with */
export const answerEvent = async (
  { events }: Pick<ServiceParts, 'events'>,
  item: EventItem,
  principal: string,
): Promise<EventResult> => {
  const [recorded] = await events.record(principal, [item]);
  if (recorded?.state === 'refused') throw recorded.fault;
  return { eventId: item.eventId, state: recorded?.state ?? 'recorded' };
};

/** Stores many, each by itself; what is no event is refused in its place. */
export const answerEvents = async (
  { events }: Pick<ServiceParts, 'events'>,
  items: readonly object[],
  { principal, ...context }: EventCall,
): Promise<EventResult[]> => {
  const read = items.map((item, index) => readItem(item, `events.${index}`));
  const fit = read.flatMap((each) => (each instanceof AppError ? [] : [each]));
  const recorded = fit.length > 0 ? [...(await events.record(principal, fit))] : [];
  return items.map((item, index) => {
    const fault = read[index];
    const result: RecordedEvent | undefined =
      fault instanceof AppError ? { state: 'refused', fault } : recorded.shift();
    return toResult(eventIdOf(item), result, { ...context, place: `events.${index}` });
  });
};

const readItem = (item: object, place: string): EventItem | AppError => {
  try {
    return parsePart(ReportedEvent, item);
  } catch (fault) {
    if (fault instanceof AppError) return fault.within(place);
    throw fault;
  }
};

const toResult = (
  eventId: string | null,
  result: RecordedEvent | undefined,
  { place, ...context }: ProblemContext & { readonly place: string },
): EventResult => {
  if (result?.state !== 'refused') return { eventId, state: result?.state ?? 'recorded' };
  return { eventId, state: 'refused', problem: toProblem(result.fault.within(place), context) };
};

/** The id of what may be no event. */
export const eventIdOf = (value: unknown): string | null => {
  const { eventId } = (value ?? {}) as { eventId?: unknown };
  return typeof eventId === 'string' && eventId.length <= 128 ? eventId : null;
};
