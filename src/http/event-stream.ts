import type { Request, Response } from 'express';
import { type EventResult, ReportedEvent } from '../contract/events.ts';
import type { Problem } from '../contract/problem.ts';
import type { AppError } from '../errors.ts';
import { parseJson, parsePart } from './body.ts';
import { answerEvent, eventIdOf } from './events.ts';
import { toAppError } from './problem.ts';
import type { ServiceParts } from './service.ts';
import { type LineAnswer, type StreamCall, streamLines } from './stream.ts';

/** Stores events line by line, those that wait in one transaction, as `streamLines` works. */
export const streamEvents = (
  parts: ServiceParts,
  sides: { req: Request; res: Response },
  { principal, locale }: StreamCall,
): Promise<void> =>
  streamLines(
    parts,
    { ...sides, locale },
    {
      answerLine: (line, problemOf) => answerLine(parts, { line, principal, problemOf }),
      toEnd: (problem) => refused(null, problem),
      isFull: () => parts.events.isFull(),
    },
  );

interface LineCall {
  readonly line: Buffer | AppError;
  readonly principal: string;
  readonly problemOf: (error: AppError) => Problem;
}

const refused = (eventId: string | null, problem: Problem): EventResult => ({ eventId, state: 'refused', problem });

/** Answers one line, whatever it holds; never rejects. */
const answerLine = async (parts: ServiceParts, { line, principal, problemOf }: LineCall): Promise<LineAnswer> => {
  let eventId: string | null = null;
  try {
    if (!Buffer.isBuffer(line)) throw line;
    const value = parseJson(line);
    eventId = eventIdOf(value);
    const answer = await answerEvent(parts, parsePart(ReportedEvent, value), principal);
    return { text: JSON.stringify(answer), isStored: true, end: null, afterwards: [] };
  } catch (fault) {
    const error = toAppError(fault);
    if (error.code === 'internal') parts.logger.error({ err: error.cause }, 'a line met an internal fault');
    const end = error.kind === 'unavailable' ? error : null;
    return { text: JSON.stringify(refused(eventId, problemOf(error))), isStored: false, end, afterwards: [] };
  }
};
