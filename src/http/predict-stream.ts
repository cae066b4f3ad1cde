import type { Request, Response } from 'express';
import { StreamLine } from '../contract/predict.ts';
import type { AppError } from '../errors.ts';
import { parseJson, parsePart } from './body.ts';
import { answerPredict } from './predict.ts';
import { toAppError } from './problem.ts';
import type { ServiceParts } from './service.ts';
import { type LineAnswer, type StreamCall, streamLines } from './stream.ts';

/** Decides line by line, as `streamLines` works. */
export const streamPredict = (
  parts: ServiceParts,
  sides: { req: Request; res: Response },
  call: StreamCall,
): Promise<void> =>
  streamLines(
    parts,
    { ...sides, locale: call.locale },
    {
      answerLine: (line, problemOf) => answerLine(parts, { line, call, problemOf }),
      toEnd: (problem) => ({ id: null, problem }),
      isFull: () => parts.predictor.isFull(),
    },
  );

interface LineCall {
  readonly line: Buffer | AppError;
  readonly call: StreamCall;
  readonly problemOf: (error: AppError) => object;
}

/** Answers one line, whatever it holds; never rejects. */
const answerLine = async (parts: ServiceParts, { line, call, problemOf }: LineCall): Promise<LineAnswer> => {
  let id: string | null = null;
  const afterwards: (() => void)[] = [];
  try {
    if (!Buffer.isBuffer(line)) throw line;
    const value = parseJson(line);
    id = idOf(value);
    const { id: _, ...body } = parsePart(StreamLine, value);
    const { principal, locale, idempotencyKey } = call;
    const idempotency =
      idempotencyKey === null ? null : { principal, operation: 'predictStream', key: `${idempotencyKey}\n${id}`, body };
    const onSent = (work: () => void) => void afterwards.push(work);
    const { answers } = await answerPredict(parts, { bodies: [body], locale, idempotency, isPatient: true, onSent });
    return { text: JSON.stringify({ id, ...answers[0] }), isStored: true, end: null, afterwards };
  } catch (fault) {
    const error = toAppError(fault);
    if (error.code === 'internal') parts.logger.error({ err: error.cause }, 'a line met an internal fault');
    return {
      text: JSON.stringify({ id, problem: problemOf(error) }),
      isStored: false,
      end: error.code === 'database_unavailable' ? error : null,
      afterwards,
    };
  }
};

const idOf = (value: unknown): string | null => {
  const { id } = (value ?? {}) as { id?: unknown };
  return typeof id === 'string' && id.length <= 128 ? id : null;
};
