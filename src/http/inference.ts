import { randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, Router } from 'express';
import { InferenceBody, InferenceModelPath, InferenceVersionPath } from '../contract/inference.ts';
import { CustomerId, MOST_BATCH_ROWS } from '../contract/predict.ts';
import { appError } from '../errors.ts';
import type { LiveModel } from '../usecases/live.ts';
import { parsePart, readJsonBody } from './body.ts';
import { contextOf, localeOf } from './context.ts';
import { answerPredict, idempotencyKeyOf } from './predict.ts';
import type { ServiceParts } from './service.ts';
import { toMetadata, toRows, toTensors } from './tensors.ts';

const MOST_BYTES = 8 * 1_024 * 1_024;

/** The Open Inference Protocol, version 2: every row inferred is a decision that is stored before it is answered. */
export const createInference = (parts: ServiceParts): Router => {
  const router = Router({ caseSensitive: true });
  router.use('/v2', (_, res, next) => {
    contextOf(res).operation = 'inference';
    next();
  });
  router.get('/v2', (_, res) => {
    res.json({ name: 'vigil', version: parts.version, extensions: [] });
  });
  for (const base of ['/v2/models/:name/versions/:version', '/v2/models/:name']) {
    router.get(base, describe(parts));
    router.get(`${base}/ready`, async (req, res) => {
      const { ref } = await findCallable(parts, req);
      res.json({ name: ref.name, ready: true });
    });
    router.post(`${base}/infer`, readJsonBody(MOST_BYTES), infer(parts));
  }
  return router;
};

/** The model of a path: the version it names, else the promoted one. @throws model_not_live */
const findCallable = async ({ live }: ServiceParts, { params }: Request): Promise<LiveModel> => {
  const named: { name: string; version?: string } =
    params.version === undefined ? parsePart(InferenceModelPath, params) : parsePart(InferenceVersionPath, params);
  const found = (await live.models()).find(
    ({ ref, state }) =>
      ref.name === named.name &&
      (named.version === undefined ? state === 'promoted' : state !== 'retired' && ref.version === named.version),
  );
  if (!found) throw appError('model_not_live', { model: [named.name, named.version].filter(Boolean).join('@') });
  return found;
};

const describe =
  (parts: ServiceParts): RequestHandler =>
  async (req, res) => {
    const found = await findCallable(parts, req);
    const versions = (await parts.live.models()).flatMap(({ ref, state }) =>
      ref.name === found.ref.name && state !== 'retired' ? [ref.version] : [],
    );
    res.json(toMetadata(found, versions));
  };

const infer =
  (parts: ServiceParts): RequestHandler =>
  async (req, res) => {
    const body = parsePart(InferenceBody, req.body);
    const { ref } = await findCallable(parts, req);
    const rows = toRows(body);
    if (rows.length > MOST_BATCH_ROWS)
      throw appError('bad_request', { field: 'inputs', problem: { zh: '行数过多', en: 'too many rows' } });
    const model = `${ref.name}@${ref.version}`;
    const bodies = rows.map(({ customerId, fields }) => ({
      customerId: parsePart(CustomerId, customerId ?? `inference-${randomUUID()}`),
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
    });
    res.json({
      ...(body.id === undefined ? {} : { id: body.id }),
      model_name: ref.name,
      model_version: ref.version,
      outputs: toTensors(answers, body.outputs),
    });
  };
