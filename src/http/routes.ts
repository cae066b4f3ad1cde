import { type RequestHandler, Router } from 'express';
import { type Operation, type OperationName, operations } from '../contract/operations.ts';
import { appError } from '../errors.ts';
import type { AdmitLarge } from './admission.ts';
import { parsePart, readJsonBody } from './body.ts';
import { contextOf, localeOf } from './context.ts';
import { type Call, createEndpoints } from './endpoints.ts';
import { refuseOtherMethods, toRoute } from './methods.ts';
import { idempotencyKeyOf } from './predict.ts';
import type { ServiceParts } from './service.ts';
import { streamPredict } from './stream.ts';

const KILOBYTE = 1_024;
/** Largest JSON body of one request, and of a batch. */
const MOST_BYTES = 64 * KILOBYTE;
const MOST_BATCH_BYTES = 8_192 * KILOBYTE;
/** Streams one key may have open. */
const MOST_STREAMS = 8;

/** Vigil's own endpoints, each parsed by its contract. */
export const createRoutes = (parts: ServiceParts, admitLarge: AdmitLarge): Router => {
  const router = Router({ caseSensitive: true });
  const endpoints = createEndpoints(parts);
  for (const [name, operation] of Object.entries(operations) as [OperationName, Operation][]) {
    const path = toRoute(operation.path);
    const handlers: RequestHandler[] = [enter(name, parts)];
    if (name === 'predictStream') handlers.push(openStream(parts));
    else {
      if (name === 'predictBatch') handlers.push(admitLarge(MOST_BATCH_BYTES), readJsonBody(MOST_BATCH_BYTES));
      else if (operation.body) handlers.push(readJsonBody(MOST_BYTES));
      handlers.push(answerJson(parts, operation, endpoints[name] as (call: Call<OperationName>) => Promise<unknown>));
    }
    router[operation.method](path, ...handlers);
  }
  refuseOtherMethods(router, operations);
  return router;
};

/** Names the endpoint, and refuses predictions under overload before their body is read, so that a flood costs little. */
const enter = (name: OperationName, { predictor }: ServiceParts): RequestHandler => {
  const isPrediction = name.startsWith('predict');
  return (_, res, next) => {
    contextOf(res).operation = name;
    if (isPrediction && predictor.isFull()) throw appError('overloaded');
    next();
  };
};

const answerJson =
  (
    parts: ServiceParts,
    operation: Operation,
    endpoint: (call: Call<OperationName>) => Promise<unknown>,
  ): RequestHandler =>
  async (req, res) => {
    const context = contextOf(res);
    const call = {
      params: operation.params && parsePart(operation.params, req.params),
      query: operation.query && parsePart(operation.query, req.query),
      body: operation.body && parsePart(operation.body, req.body),
      locale: localeOf(req, parts.locale),
      principal: context.principal ?? '',
      context,
      req,
      res,
    };
    const answer = await endpoint(call as Call<OperationName>);
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.end(JSON.stringify(answer));
  };

const openStream = (parts: ServiceParts): RequestHandler => {
  const open = new Map<string, number>();
  return async (req, res) => {
    if (!req.is('application/x-ndjson')) throw appError('media_type_unsupported', { wanted: 'application/x-ndjson' });
    const principal = contextOf(res).principal ?? '';
    const count = open.get(principal) ?? 0;
    if (count >= MOST_STREAMS) throw appError('too_many_streams', { limit: MOST_STREAMS });
    const call = { principal, locale: localeOf(req, parts.locale), idempotencyKey: idempotencyKeyOf(req) };
    open.set(principal, count + 1);
    try {
      await streamPredict(parts, { req, res }, call);
    } finally {
      open.set(principal, (open.get(principal) ?? 1) - 1);
    }
  };
};
