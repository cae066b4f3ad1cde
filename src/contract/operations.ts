import type { z } from 'zod';
import type { Text } from '../domain/text.ts';
import { DecisionPath, DecisionQuery, DecisionsAnswer, DecisionsQuery, ReplayAnswer } from './decisions.ts';
import { BatchAnswer, BatchBody, PredictAnswer, PredictBody, StreamLine } from './predict.ts';
import { ModelPath, ModelSummary, ModelsAnswer, PolicyAnswer, PolicyQuery } from './registry.ts';

/** One endpoint: what it takes and answers. Parsing, OpenAPI and the client all come from this. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** With `{name}` where a part of the path stands for a value. */
  readonly path: string;
  readonly summary: Text;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A JSON body; for a stream the shape of each line. */
  readonly body?: z.ZodObject;
  /** The body of the answer; for a stream the shape of each line that is no problem. */
  readonly answer: z.ZodType;
  /** JSON, or JSON lines in both directions. */
  readonly media: 'application/json' | 'application/x-ndjson';
  /** Whether an `Idempotency-Key` makes it safe to send again. */
  readonly isIdempotent: boolean;
}

const json = { media: 'application/json', isIdempotent: false } as const;

/** Vigil's own endpoints, by the name the client calls them by. */
export const operations = {
  predict: {
    ...json,
    method: 'post',
    path: '/v1/predict',
    summary: { zh: '对一名客户作出决策，存储后应答', en: 'Decide for one customer; stored before it is answered' },
    body: PredictBody,
    answer: PredictAnswer,
    isIdempotent: true,
  },
  predictBatch: {
    ...json,
    method: 'post',
    path: '/v1/predict/batch',
    summary: { zh: '批量决策，全部存储或全部不存', en: 'Decide for up to 1,000 customers, all or none' },
    body: BatchBody,
    answer: BatchAnswer,
    isIdempotent: true,
  },
  predictStream: {
    method: 'post',
    path: '/v1/predict/stream',
    summary: { zh: '逐行决策（NDJSON），按序应答', en: 'Decide line by line (NDJSON), answered in order' },
    body: StreamLine,
    answer: PredictAnswer.extend({ id: StreamLine.shape.id }),
    media: 'application/x-ndjson',
    isIdempotent: true,
  },
  readDecision: {
    ...json,
    method: 'get',
    path: '/v1/decisions/{id}',
    summary: { zh: '读取一项决策', en: 'Read a stored decision' },
    params: DecisionPath,
    query: DecisionQuery,
    answer: PredictAnswer,
  },
  listDecisions: {
    ...json,
    method: 'get',
    path: '/v1/decisions',
    summary: { zh: '列出一名客户的决策', en: "List a customer's decisions, newest first" },
    query: DecisionsQuery,
    answer: DecisionsAnswer,
  },
  replayDecision: {
    ...json,
    method: 'post',
    path: '/v1/decisions/{id}/replay',
    summary: { zh: '重放一项决策并逐项比较', en: 'Decide again from what was stored and compare' },
    params: DecisionPath,
    answer: ReplayAnswer,
  },
  listModels: {
    ...json,
    method: 'get',
    path: '/v1/models',
    summary: { zh: '列出模型', en: 'List the models of the registry' },
    answer: ModelsAnswer,
  },
  readModel: {
    ...json,
    method: 'get',
    path: '/v1/models/{name}/versions/{version}',
    summary: { zh: '读取一个模型', en: 'Read one version of a model' },
    params: ModelPath,
    answer: ModelSummary,
  },
  readPolicy: {
    ...json,
    method: 'get',
    path: '/v1/policies/current',
    summary: { zh: '读取正在生效的策略', en: 'Read the policy in use' },
    query: PolicyQuery,
    answer: PolicyAnswer,
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
