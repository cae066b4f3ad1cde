import type { Express, RequestHandler } from 'express';
import { type Operation, type OperationName, operations, type StreamName } from '../contract/operations.ts';
import { appError } from '../errors.ts';
import type { AdmitLarge } from './admission.ts';
import { parsePart, readJsonBody } from './body.ts';
import { contextOf, localeOf } from './context.ts';
import { type Call, createEndpoints } from './endpoints.ts';
import { streamEvents } from './event-stream.ts';
import { refuseOtherMethods, toRoute } from './methods.ts';
import { idempotencyKeyOf, refuseOverload } from './predict.ts';
import { streamPredict } from './predict-stream.ts';
import { sendJson } from './send.ts';
import type { ServiceParts } from './service.ts';
import type { StreamCall } from './stream.ts';

const KILOBYTE = 1_024;
/** Largest JSON body of one request, and of a batch. */
const MOST_BYTES = 64 * KILOBYTE;
const MOST_BATCH_BYTES = 8_192 * KILOBYTE;
/** Operations that take many rows at once. */
const batches: readonly OperationName[] = ['predictBatch', 'recordOutcomes', 'recordEvents'];
/** Operations whose lines are answered one by one. */
const streams: Readonly<Record<StreamName, typeof streamPredict>> = {
  predictStream: streamPredict,
  recordEventsStream: streamEvents,
};
const isStream = (name: OperationName): name is StreamName => name in streams;
/** Streams one key may have open. */
const MOST_STREAMS = 8;

/** Adds Vigil's own endpoints, each parsed by its contract. */
export const addRoutes = (app: Express, parts: ServiceParts, admitLarge: AdmitLarge): void => {
  const endpoints = createEndpoints(parts);
  const openStream = countStreams(parts);
  for (const [name, operation] of Object.entries(operations) as [OperationName, Operation][]) {
    const handler = isStream(name)
      ? openStream(name)
      : answerJson(parts, { name, operation, endpoint: endpoints[name] as Endpoint, admitLarge });
    app[operation.method](toRoute(operation.path), handler);
  }
  refuseOtherMethods(app, operations);
};

type Endpoint = (call: Call<OperationName>) => Promise<unknown>;

/** An operation with what answers it. */
interface Answering {
  readonly name: OperationName;
  readonly operation: Operation;
  readonly endpoint: Endpoint;
  readonly admitLarge: AdmitLarge;
}

/** One handler for the whole of it, since each layer of the router costs. */
const answerJson = (parts: ServiceParts, { name, operation, endpoint, admitLarge }: Answering): RequestHandler => {
  const { params, query, body } = operation;
  const isBatch = batches.includes(name);
  const mayBeOverloaded = operation.faults.includes('overloaded');
  const limit = isBatch ? MOST_BATCH_BYTES : MOST_BYTES;
  return async (req, res) => {
    const context = contextOf(res);
    context.operation = name;
    if (mayBeOverloaded) refuseOverload(parts);
    if (isBatch) admitLarge(req, res, limit);
    const sent = body && (await readJsonBody(req, limit));
    const call = {
      params: params && parsePart(params, req.params),
      query: query && parsePart(query, req.query),
      body: body && parsePart(body, sent),
      locale: localeOf(req, parts.locale),
      principal: context.principal ?? '',
      context,
      req,
      res,
    };
    sendJson(res, await endpoint(call as Call<OperationName>));
  };
};

/** Opens streams, not too many for one key. */
const countStreams = (parts: ServiceParts): ((name: StreamName) => RequestHandler) => {
  const open = new Map<string, number>();
  return (name) => async (req, res) => {
    contextOf(res).operation = name;
    refuseOverload(parts);
    if (!req.is('application/x-ndjson')) throw appError('media_type_unsupported', { wanted: 'application/x-ndjson' });
    const principal = contextOf(res).principal ?? '';
    const count = open.get(principal) ?? 0;
    if (count >= MOST_STREAMS) throw appError('too_many_streams', { limit: MOST_STREAMS });
    const idempotencyKey = operations[name].isIdempotent ? idempotencyKeyOf(req) : null;
    const call: StreamCall = { principal, locale: localeOf(req, parts.locale), idempotencyKey };
    open.set(principal, count + 1);
    try {
      await streams[name](parts, { req, res }, call);
    } finally {
      open.set(principal, (open.get(principal) ?? 1) - 1);
    }
  };
};
