import {
  InferenceAnswer,
  InferenceBody,
  InferenceModelPath,
  InferenceProblem,
  InferenceVersionPath,
  ModelMetadata,
  ModelReady,
  ServerMetadata,
} from './inference.ts';
import { type Operation, undecided } from './operations.ts';

const MODEL = '/v2/models/{name}';
const VERSION = '/v2/models/{name}/versions/{version}';

const common = { media: 'application/json', isIdempotent: false, faults: [], problem: InferenceProblem } as const;

/** Why a name, or a version, calls no model. */
const uncalled = ['model_not_live', 'model_untrusted', 'policy_model_mismatch', 'policy_not_in_force'] as const;
const uncalledVersion = [...uncalled, 'model_retired'] as const;

const modelMetadata = {
  ...common,
  method: 'get',
  answer: ModelMetadata,
  faults: uncalled,
} as const;

const modelReady = { ...common, method: 'get', answer: ModelReady, faults: uncalled } as const;

const infer = {
  ...common,
  method: 'post',
  body: InferenceBody,
  answer: InferenceAnswer,
  isIdempotent: true,
  faults: undecided,
} as const;

/** The Open Inference Protocol, version 2, but for its probes, which answer without a key. */
export const inferenceOperations = {
  inferenceServer: {
    ...common,
    method: 'get',
    path: '/v2',
    summary: { zh: '推理服务信息', en: 'Open Inference Protocol: the server' },
    answer: ServerMetadata,
  },
  inferenceModel: {
    ...modelMetadata,
    path: MODEL,
    summary: { zh: '已上线模型的张量', en: 'Open Inference Protocol: tensors of a promoted model' },
    params: InferenceModelPath,
  },
  inferenceModelVersion: {
    ...modelMetadata,
    faults: uncalledVersion,
    path: VERSION,
    summary: { zh: '指定版本模型的张量', en: 'Open Inference Protocol: tensors of one version of a model' },
    params: InferenceVersionPath,
  },
  inferenceModelReady: {
    ...modelReady,
    path: `${MODEL}/ready`,
    summary: { zh: '模型是否可调用', en: 'Open Inference Protocol: whether a model can be called' },
    params: InferenceModelPath,
  },
  inferenceModelVersionReady: {
    ...modelReady,
    faults: uncalledVersion,
    path: `${VERSION}/ready`,
    summary: { zh: '指定版本是否可调用', en: 'Open Inference Protocol: whether one version of a model can be called' },
    params: InferenceVersionPath,
  },
  infer: {
    ...infer,
    path: `${MODEL}/infer`,
    summary: {
      zh: '以张量决策，每行存为一项决策',
      en: 'Open Inference Protocol: decide for rows of tensors, each stored',
    },
    params: InferenceModelPath,
  },
  inferVersion: {
    ...infer,
    path: `${VERSION}/infer`,
    summary: {
      zh: '由指定版本以张量决策，每行存为一项决策',
      en: 'Open Inference Protocol: decide for rows of tensors by one version of a model, each stored',
    },
    params: InferenceVersionPath,
  },
} as const satisfies Record<string, Operation>;

export type InferenceOperationName = keyof typeof inferenceOperations;
