import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Explain, type PredictAnswer, type PredictBody } from '../contract/predict.ts';
import type { Decision } from '../domain/decision.ts';
import { Locale } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import type { Idempotency } from '../store/idempotency.ts';
import { type AnswerOptions, renderAnswer } from '../usecases/answer.ts';
import type { PredictRequest } from '../usecases/predict.ts';
import type { Principal } from './guards.ts';
import type { ServiceParts } from './service.ts';

/** Requests of one call, how each wants its answer, and the key they may be sent again under. */
export interface PredictCall {
  readonly bodies: readonly PredictBody[];
  readonly locale: Locale;
  readonly idempotency: IdempotencyScope | null;
  readonly placeOf?: (index: number) => string;
  /** Whether it may wait to be stored where others are refused. */
  readonly isPatient?: boolean;
  /** Runs some work once the answer is sent. */
  readonly onSent: (work: () => void) => void;
}

/** Whose key it is, of which endpoint, and what was sent with it. */
export interface IdempotencyScope {
  readonly principal: Principal;
  readonly operation: string;
  readonly key: string;
  readonly body: unknown;
}

/** Answers in the order of the requests, and whether an earlier request had been answered with the same. */
export interface PredictAnswers {
  readonly answers: readonly PredictAnswer[];
  readonly isReplayed: boolean;
}

/** How each decision of a request was to be rendered, as it is kept with its key. */
const KeptOptions = z.array(z.strictObject({ locale: Locale, explain: Explain }));

/** Decides, stores and renders; versions in shadow score the same once that is answered. */
export const answerPredict = async (parts: ServiceParts, call: PredictCall): Promise<PredictAnswers> => {
  const options = call.bodies.map(({ locale, explain }): AnswerOptions => ({ locale: locale ?? call.locale, explain }));
  const requests = call.bodies.map(toRequest);
  const { decisions, asked, replayed } = await parts.predictor.predict(requests, {
    idempotency: call.idempotency && toIdempotency(call.idempotency, options),
    ...(call.placeOf ? { placeOf: call.placeOf } : {}),
    ...(call.isPatient ? { isPatient: true } : {}),
  });
  if (replayed === null) {
    for (const decision of decisions) parts.metrics.decided(decision);
    call.onSent(() => parts.challengers.take(asked, decisions));
  }
  const chosen = replayed === null ? options : KeptOptions.parse(JSON.parse(replayed));
  return { answers: await renderAll(parts, decisions, chosen), isReplayed: replayed !== null };
};

/** Runs work once an answer is sent, or its caller is gone. */
export const afterAnswer =
  (res: Response): PredictCall['onSent'] =>
  (work) =>
    void res.once('close', work);

/** Refuses before the body is read, so that a flood costs little. @throws overloaded */
export const refuseOverload = ({ predictor }: Pick<ServiceParts, 'predictor'>): void => {
  if (predictor.isFull()) throw appError('overloaded');
};

/** Renders one after the other; whole explanations take milliseconds each, and others get their turn in between. */
const renderAll = async (
  parts: ServiceParts,
  decisions: readonly Decision[],
  options: readonly AnswerOptions[],
): Promise<PredictAnswer[]> => {
  const answers: PredictAnswer[] = [];
  for (const [index, decision] of decisions.entries()) {
    const chosen = options[index] as AnswerOptions;
    if (index > 0 && chosen.explain === 'full') await setImmediate();
    answers.push(await renderStored(parts, decision, chosen));
  }
  return answers;
};

/** Renders a decision with the artifacts it names. */
export const renderStored = async (
  { live }: Pick<ServiceParts, 'live'>,
  decision: Decision,
  options: AnswerOptions,
): Promise<PredictAnswer> => renderAnswer(decision, await live.planOf(decision), options);

const toRequest = ({ customerId, features, asOf, purpose, segment, model }: PredictBody): PredictRequest => ({
  customerId,
  fields: features ?? null,
  asOf: asOf ?? null,
  purpose,
  segment: segment ?? null,
  model,
});

const toIdempotency = (
  { principal, operation, key, body }: IdempotencyScope,
  options: readonly AnswerOptions[],
): Idempotency => ({
  key: `${principal}\n${operation}\n${key}`,
  digest: createHash('sha256').update(toCanonicalJson(body)).digest('hex'),
  options: JSON.stringify(options),
});

/** The `Idempotency-Key` of a request. @throws bad_request where it is not 1 to 200 printable characters */
export const idempotencyKeyOf = (req: Request): string | null => {
  const key = req.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const problem = { zh: '不是 1 到 200 个可打印的 ASCII 字符', en: 'not 1 to 200 printable ASCII characters' };
  throw appError('bad_request', { field: 'Idempotency-Key', problem });
};
