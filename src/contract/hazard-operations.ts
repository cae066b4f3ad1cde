import { CurveAnswer, CurveBody, HazardsAnswer } from './hazards.ts';
import { ModelPath } from './model-event.ts';
import type { Operation } from './operations.ts';

const json = { media: 'application/json', isIdempotent: false, faults: [] } as const;

/** Time to default, by the name the client calls each operation by. */
export const hazardOperations = {
  listHazards: {
    ...json,
    method: 'get',
    path: '/v1/hazards',
    summary: { zh: '列出违约时间模型', en: 'List the models of time to default' },
    answer: HazardsAnswer,
  },
  drawCurve: {
    ...json,
    method: 'post',
    path: '/v1/hazards/{name}/versions/{version}/curve',
    summary: {
      zh: '一名客户逐期的违约与还清概率及每期得分的确切原因；不存储',
      en: "One customer's chances of default and payoff period by period, with exact reasons for each score; nothing is stored",
    },
    params: ModelPath,
    body: CurveBody,
    answer: CurveAnswer,
    faults: [
      ...(['model_missing', 'model_not_live', 'model_retired', 'model_untrusted', 'artifact_missing'] as const),
      ...(['policy_model_mismatch', 'horizon_unfit', 'bad_value', 'field_missing', 'field_unknown'] as const),
    ],
  },
} as const satisfies Record<string, Operation>;
