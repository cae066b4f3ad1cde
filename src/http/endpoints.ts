import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Operation, OperationName, operations } from '../contract/operations.ts';
import type { Locale } from '../domain/text.ts';
import { listDecisions, readWhole } from '../usecases/decisions.ts';
import { replayDecision } from '../usecases/replay.ts';
import type { Context } from './context.ts';
import { answerPredict, idempotencyKeyOf, type PredictAnswers, renderStored } from './predict.ts';
import { describeModel, describePolicy, findVersion } from './registry.ts';
import type { ServiceParts } from './service.ts';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Part<Name extends OperationName, Key extends keyof Operation> =
  (typeof operations)[Name] extends Record<Key, infer Schema> ? Parsed<Schema> : undefined;

/** A request whose parts fit their schemas. */
export interface Call<Name extends OperationName> {
  readonly params: Part<Name, 'params'>;
  readonly query: Part<Name, 'query'>;
  readonly body: Part<Name, 'body'>;
  readonly locale: Locale;
  readonly principal: string;
  readonly context: Context;
  readonly req: Request;
  readonly res: Response;
}

type Answer<Name extends OperationName> = z.output<(typeof operations)[Name]['answer']>;

/** An endpoint of each operation that answers JSON. */
export type Endpoints = {
  readonly [Name in Exclude<OperationName, 'predictStream'>]: (call: Call<Name>) => Promise<Answer<Name>>;
};

/** What each endpoint does: calls the use case and tells its answer. */
export const createEndpoints = (parts: ServiceParts): Endpoints => {
  const { database, live } = parts;
  const scopeOf = ({ req, principal, body }: Call<'predict' | 'predictBatch'>, operation: OperationName) => {
    const key = idempotencyKeyOf(req);
    return key === null ? null : { principal, operation, key, body };
  };
  return {
    async predict(call) {
      const { body, locale, res } = call;
      const given = await answerPredict(parts, { bodies: [body], locale, idempotency: scopeOf(call, 'predict') });
      markReplayed(res, given);
      return given.answers[0] as Answer<'predict'>;
    },
    async predictBatch(call) {
      const { body, locale, res } = call;
      const given = await answerPredict(parts, {
        bodies: body.requests,
        locale,
        idempotency: scopeOf(call, 'predictBatch'),
        placeOf: (index) => `requests.${index}`,
      });
      markReplayed(res, given);
      return { answers: [...given.answers] };
    },
    async readDecision({ params, query, locale }) {
      const options = { locale: query.locale ?? locale, explain: query.explain };
      return renderStored(parts, await readWhole(database, params.id), options);
    },
    async listDecisions({ query, locale }) {
      const { customerId, limit, before } = query;
      const page = await listDecisions(database, {
        customerId,
        limit,
        before: before === undefined ? null : BigInt(before),
      });
      const options = { locale: query.locale ?? locale, explain: 'reasons' } as const;
      const decisions = await Promise.all(page.decisions.map((decision) => renderStored(parts, decision, options)));
      return { decisions, nextBefore: page.nextBefore === null ? null : String(page.nextBefore) };
    },
    async replayDecision({ params }) {
      const replayed = await replayDecision(database, params.id, live.planOf);
      return { outcome: replayed.outcome, fields: replayed.outcome === 'different' ? [...replayed.fields] : [] };
    },
    async listModels() {
      const models = await live.models();
      return { models: await Promise.all(models.map((model) => describeModel(live, model))) };
    },
    async readModel({ params }) {
      return describeModel(live, await findVersion(live, params.name, params.version));
    },
    async readPolicy({ query }) {
      return describePolicy(await live.policyFor(query.model));
    },
  };
};

const markReplayed = (res: Response, { isReplayed }: PredictAnswers): void => {
  if (isReplayed) res.setHeader('Idempotent-Replayed', 'true');
};
