import { randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import {
  type InferenceAnswer,
  InferenceBody,
  InferenceModelPath,
  type InferenceProblem,
  InferenceVersionPath,
  type ModelReady,
  type ServerMetadata,
} from '../contract/inference.ts';
import { type InferenceOperationName, inferenceOperations } from '../contract/inference-operations.ts';
import { CustomerId, MOST_BATCH_ROWS } from '../contract/predict.ts';
import type { Problem } from '../contract/problem.ts';
import { appError } from '../errors.ts';
import type { RegisteredModel } from '../model/registry.ts';
import type { AdmitLarge } from './admission.ts';
import { parseJson, parsePart } from './body.ts';
import { readBytes } from './bytes.ts';
import { contextOf, localeOf } from './context.ts';
import { refuseOtherMethods, toRoute } from './methods.ts';
import { afterAnswer, answerPredict, idempotencyKeyOf, refuseOverload } from './predict.ts';
import type { ServiceParts } from './service.ts';
import { attachBinary, toMetadata, toRows, toTensors } from './tensors.ts';

const MOST_BYTES = 8 * 1_024 * 1_024;

const Customers = z.object({ customer_id: z.array(CustomerId) });

/** How the protocol's extension says where the JSON ends and binary tensors begin, in both directions. */
const JSON_LENGTH = 'Inference-Header-Content-Length';

/** The Open Inference Protocol, version 2: every row inferred is a decision that is stored before it is answered. */
export const createInference = (parts: ServiceParts, admitLarge: AdmitLarge): Router => {
  const router = Router({ caseSensitive: true });
  const model = describe(parts);
  const ready = answerReady(parts);
  const decide = infer(parts, admitLarge);
  const handlers: Record<InferenceOperationName, RequestHandler> = {
    inferenceServer: answerServer(parts),
    inferenceModel: model,
    inferenceModelVersion: model,
    inferenceModelReady: ready,
    inferenceModelVersionReady: ready,
    infer: decide,
    inferVersion: decide,
  };
  router.use('/v2', (_, res, next) => {
    contextOf(res).operation = 'inference';
    next();
  });
  for (const name of Object.keys(handlers) as InferenceOperationName[]) {
    const { method, path } = inferenceOperations[name];
    router[method](toRoute(path), handlers[name]);
  }
  refuseOtherMethods(router, inferenceOperations);
  return router;
};

/** Whether a request is one of the protocol's. */
export const isInference = ({ path }: Request): boolean => path === '/v2' || path.startsWith('/v2/');

/** A problem with the member in which the protocol's clients look for it. */
export const toInferenceProblem = (problem: Problem): InferenceProblem => ({ ...problem, error: problem.detail });

const answerServer =
  ({ version }: ServiceParts): RequestHandler =>
  (_, res) => {
    const server: ServerMetadata = { name: 'vigil', version, extensions: ['binary_tensor_data'] };
    res.json(server);
  };

const answerReady =
  (parts: ServiceParts): RequestHandler =>
  async (req, res) => {
    const found = findCallable(parts, req);
    await parts.live.resolve({ model: pinOf(found), segment: null });
    const ready: ModelReady = { name: found.ref.name, ready: true };
    res.json(ready);
  };

/** The model of a path: the version it names, else the promoted one. @throws model_not_live, model_retired, model_untrusted */
const findCallable = ({ live }: ServiceParts, { params }: Request): RegisteredModel => {
  const named: { name: string; version?: string } =
    params.version === undefined ? parsePart(InferenceModelPath, params) : parsePart(InferenceVersionPath, params);
  return live.find([named.name, named.version].filter(Boolean).join('@'));
};

const pinOf = ({ ref }: RegisteredModel): string => `${ref.name}@${ref.version}`;

const describe =
  (parts: ServiceParts): RequestHandler =>
  async (req, res) => {
    const found = findCallable(parts, req);
    const { live } = await parts.live.resolve({ model: pinOf(found), segment: null });
    const versions = (await parts.live.models()).flatMap(({ ref, state }) =>
      ref.name === found.ref.name && state !== 'retired' ? [ref.version] : [],
    );
    res.json(toMetadata({ ref: found.ref, versions, columns: live.plan.features.columns }));
  };

const infer =
  (parts: ServiceParts, admitLarge: AdmitLarge): RequestHandler =>
  async (req, res) => {
    refuseOverload(parts);
    admitLarge(req, res, MOST_BYTES);
    const body = await readInference(req);
    const found = findCallable(parts, req);
    const model = pinOf(found);
    const rows = toRows(body);
    if (rows.length > MOST_BATCH_ROWS)
      throw appError('bad_request', { field: 'inputs', problem: { zh: '行数过多', en: 'too many rows' } });
    const named = rows.map(({ customerId }) => customerId ?? `inference-${randomUUID()}`);
    const customers = parsePart(Customers, { customer_id: named }).customer_id;
    const bodies = rows.map(({ fields }, row) => ({
      customerId: customers[row] as string,
      features: fields,
      purpose: body.parameters?.purpose ?? ('application' as const),
      model,
      explain: 'reasons' as const,
    }));
    const key = idempotencyKeyOf(req);
    const { answers } = await answerPredict(parts, {
      bodies,
      locale: localeOf(req, parts.locale),
      idempotency:
        key === null ? null : { principal: contextOf(res).principal ?? '', operation: `infer ${model}`, key, body },
      placeOf: (index) => `rows.${index}`,
      onSent: afterAnswer(res),
    });
    const { outputs, binary } = toTensors(answers, body);
    const id = body.id === undefined ? {} : { id: body.id };
    send(res, { ...id, model_name: found.ref.name, model_version: found.ref.version, outputs }, binary);
  };

/**
 * Reads an inference: JSON, and behind it binary tensors where the extension's header is there. The protocol's own client
 * declares no type; a browser sends such a body only for a script, with an Origin, which the guards look at.
 * @throws media_type_unsupported, body_too_large, bad_body, bad_request
 */
const readInference = async (req: Request): Promise<InferenceBody> => {
  const said = req.get(JSON_LENGTH);
  const wanted = said === undefined ? ['application/json'] : ['application/octet-stream', 'application/json'];
  if (req.headers['content-type'] !== undefined && !req.is(wanted)) {
    throw appError('media_type_unsupported', { wanted: wanted.join(', ') });
  }
  const bytes = await readBytes(req, MOST_BYTES);
  const length = said === undefined ? bytes.length : toLength(said, bytes.length);
  const body = parsePart(InferenceBody, parseJson(bytes.subarray(0, length)));
  return attachBinary(body, bytes.subarray(length));
};

const toLength = (said: string, most: number): number => {
  const length = /^\d{1,9}$/.test(said) ? Number(said) : Number.NaN;
  if (length <= most) return length;
  throw appError('bad_request', {
    field: JSON_LENGTH,
    problem: { zh: `不是 ${most} 以内的字节数`, en: `not a number of bytes up to ${most}` },
  });
};

const send = (res: Response, answer: InferenceAnswer, binary: Buffer): void => {
  if (binary.length === 0) return void res.json(answer);
  const json = Buffer.from(JSON.stringify(answer));
  res.setHeader(JSON_LENGTH, String(json.length));
  res.setHeader('Content-Type', 'application/octet-stream');
  res.end(Buffer.concat([json, binary]));
};
