import type { z } from 'zod';
import type { Text } from '../domain/text.ts';
import type { ErrorCode } from '../errors.ts';
import { AdjustmentAnswer, AdjustmentPath, AdjustmentsAnswer, ProposeBody } from './adjustments.ts';
import {
  ChallengerScoresAnswer,
  DecisionPath,
  DecisionQuery,
  DecisionsAnswer,
  DecisionsQuery,
  ReplayAnswer,
} from './decisions.ts';
import {
  CustomerAnswer,
  CustomerPath,
  CustomerQuery,
  EventResult,
  EventsAnswer,
  EventsBody,
  ReportedEvent,
  TimelineAnswer,
  TimelineQuery,
} from './events.ts';
import { hazardOperations } from './hazard-operations.ts';
import { ActBody, ApproveBody, ModelPath } from './model-event.ts';
import { MonitoringAnswer, MonitoringQuery } from './monitoring.ts';
import { OutcomesAnswer, OutcomesBody, OutcomesPage, OutcomesQuery } from './outcomes.ts';
import { BatchAnswer, BatchBody, PredictAnswer, PredictBody, StreamAnswer, StreamLine } from './predict.ts';
import {
  HistoryAnswer,
  HistoryQuery,
  ModelNamePath,
  ModelSummary,
  ModelsAnswer,
  PolicyAnswer,
  PolicyQuery,
  RegisterBody,
  WaiveBody,
} from './registry.ts';
import { ConcludeBody, ReviewAnswer, ReviewPath, ReviewQuery, ReviewsAnswer, ReviewsQuery } from './reviews.ts';
import { signalOperations } from './signal-operations.ts';

/** One endpoint: what it takes and answers. Parsing, OpenAPI and the client all come from this. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** With `{name}` where a part of the path stands for a value. */
  readonly path: string;
  readonly summary: Text;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A JSON body; for a stream the shape of each line. */
  readonly body?: z.ZodType;
  /** The body of the answer; for a stream the shape of each line. */
  readonly answer: z.ZodType;
  /** JSON, or JSON lines in both directions. */
  readonly media: 'application/json' | 'application/x-ndjson';
  /** Whether an `Idempotency-Key` makes it safe to send again. */
  readonly isIdempotent: boolean;
  /** What it may be answered with beside what every operation may (`faultsOf`). */
  readonly faults: readonly ErrorCode[];
  /** The shape of its problems, where they are more than a problem. */
  readonly problem?: z.ZodType;
}

const json = { media: 'application/json', isIdempotent: false, faults: [] } as const;

/** What keeps a decision from being made or stored. */
export const undecided = [
  'history_missing',
  'history_too_long',
  'bad_value',
  'field_missing',
  'field_unknown',
  'model_not_live',
  'model_retired',
  'model_untrusted',
  'no_model_live',
  'policy_model_mismatch',
  'policy_not_in_force',
  'overloaded',
  'idempotency_conflict',
  'decision_erased',
] as const;

const MODEL = '/v1/models/{name}/versions/{version}';
const ADJUSTMENT = `${MODEL}/adjustments/{adjustment}`;

/** Something done to one version of a model, answered with where it stands then. */
const act = {
  ...json,
  method: 'post',
  params: ModelPath,
  body: ActBody,
  answer: ModelSummary,
} as const;

/** Why a version cannot be read, and why it cannot be opened. */
const unread = ['model_not_live', 'model_untrusted', 'artifact_missing'] as const;
const unopened = [...unread, 'policy_model_mismatch'] as const;

/** Why an adjustment of a version cannot be read. */
const unreadAdjustment = ['adjustment_missing', 'adjustment_untrusted'] as const;

const actFaults = [...unread, 'model_retired', 'registry_conflict'] as const;

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
    faults: undecided,
  },
  predictBatch: {
    ...json,
    method: 'post',
    path: '/v1/predict/batch',
    summary: { zh: '批量决策，全部存储或全部不存', en: 'Decide for up to 1,000 customers, all or none' },
    body: BatchBody,
    answer: BatchAnswer,
    isIdempotent: true,
    faults: undecided,
  },
  predictStream: {
    method: 'post',
    path: '/v1/predict/stream',
    summary: { zh: '逐行决策（NDJSON），按序应答', en: 'Decide line by line (NDJSON), answered in order' },
    body: StreamLine,
    answer: StreamAnswer,
    media: 'application/x-ndjson',
    isIdempotent: true,
    faults: ['overloaded', 'too_many_streams'],
  },
  readDecision: {
    ...json,
    method: 'get',
    path: '/v1/decisions/{id}',
    summary: { zh: '读取一项决策', en: 'Read a stored decision' },
    params: DecisionPath,
    query: DecisionQuery,
    answer: PredictAnswer,
    faults: ['decision_missing', 'decision_erased'],
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
    faults: ['decision_missing'],
  },
  listChallengerScores: {
    ...json,
    method: 'get',
    path: '/v1/decisions/{id}/challengers',
    summary: {
      zh: '影子版本对同一请求的评分',
      en: 'What versions in shadow made of the same request',
    },
    params: DecisionPath,
    answer: ChallengerScoresAnswer,
    faults: ['decision_missing'],
  },
  recordOutcomes: {
    ...json,
    method: 'post',
    path: '/v1/outcomes',
    summary: {
      zh: '报告客户的结果（是否违约、损失），全部存储或全部不存；同一编号可重发或更正',
      en: 'Report what became of customers, all or none; an id may be sent again, or corrected',
    },
    body: OutcomesBody,
    answer: OutcomesAnswer,
    faults: ['customer_missing', 'outcome_conflict', 'overloaded'],
  },
  listOutcomes: {
    ...json,
    method: 'get',
    path: '/v1/outcomes',
    summary: {
      zh: '列出一名客户的结果，包括更正前的',
      en: 'List what became of a customer, newest first, what was corrected too',
    },
    query: OutcomesQuery,
    answer: OutcomesPage,
  },
  recordEvents: {
    ...json,
    method: 'post',
    path: '/v1/events',
    summary: {
      zh: '报告一个或多个事件（客户、授信、还款等），逐项答复；同一编号可重发，更正为新事件',
      en: 'Report one event or many (customers, facilities, repayments and so on), each answered; an id may be sent again, a correction is a new event',
    },
    body: EventsBody,
    answer: EventsAnswer,
    faults: ['customer_missing', 'event_conflict', 'event_untimely', 'currency_mixed', 'clock_behind', 'overloaded'],
  },
  recordEventsStream: {
    method: 'post',
    path: '/v1/events/stream',
    summary: { zh: '逐行报告事件（NDJSON），按序应答', en: 'Report events line by line (NDJSON), answered in order' },
    body: ReportedEvent,
    answer: EventResult,
    media: 'application/x-ndjson',
    isIdempotent: false,
    faults: ['overloaded', 'too_many_streams'],
  },
  readCustomer: {
    ...json,
    method: 'get',
    path: '/v1/customers/{customerId}',
    summary: {
      zh: '读取一名客户在某一时刻的资料、授信和关联关系',
      en: 'Read a customer as it stood at an instant: profile, facilities, relations, counts of events',
    },
    params: CustomerPath,
    query: CustomerQuery,
    answer: CustomerAnswer,
    faults: ['customer_missing'],
  },
  readTimeline: {
    ...json,
    method: 'get',
    path: '/v1/customers/{customerId}/timeline',
    summary: {
      zh: '列出一名客户的事件：截至某一时刻所知，最新的在前，包括更正前的',
      en: "List a customer's events as they were known at an instant, newest first, what was corrected too",
    },
    params: CustomerPath,
    query: TimelineQuery,
    answer: TimelineAnswer,
    faults: ['customer_missing'],
  },
  ...signalOperations,
  listReviews: {
    ...json,
    method: 'get',
    path: '/v1/reviews',
    summary: {
      zh: '列出贷后检查：未完成、逾期未完成或已完成，先到期的在前',
      en: 'List post-loan reviews: open, overdue or concluded, those due first first',
    },
    query: ReviewsQuery,
    answer: ReviewsAnswer,
  },
  readReview: {
    ...json,
    method: 'get',
    path: '/v1/reviews/{reviewId}',
    summary: {
      zh: '读取一次贷后检查及其预填表格',
      en: 'Read a post-loan review with the form that was filled in when it was due',
    },
    params: ReviewPath,
    query: ReviewQuery,
    answer: ReviewAnswer,
    faults: ['review_missing'],
  },
  concludeReview: {
    ...json,
    method: 'post',
    path: '/v1/reviews/{reviewId}/conclude',
    summary: {
      zh: '作出贷后检查结论：维持；上调，立即生效；申请下调，仅作记录',
      en: 'Conclude a post-loan review: keep; raise, at once; ask for a lower tier, which lowers nothing',
    },
    params: ReviewPath,
    body: ConcludeBody,
    answer: ReviewAnswer,
    faults: ['review_missing', 'review_concluded'],
  },
  readMonitoring: {
    ...json,
    method: 'get',
    path: '/v1/monitoring',
    summary: {
      zh: '已上线版本的表现：成熟表现、稳定性、校准、无标签估计、挑战者，逐项给出结论',
      en: 'How promoted versions do: matured performance, stability, calibration, estimates without outcomes, challengers; a verdict for each',
    },
    query: MonitoringQuery,
    answer: MonitoringAnswer,
    faults: unread,
  },
  ...hazardOperations,
  listModels: {
    ...json,
    method: 'get',
    path: '/v1/models',
    summary: { zh: '列出模型', en: 'List the models of the registry' },
    answer: ModelsAnswer,
  },
  registerModel: {
    ...json,
    method: 'post',
    path: '/v1/models',
    summary: {
      zh: '登记服务模型目录中的一个模型',
      en: "Register a model that lies in the service's folder of models",
    },
    body: RegisterBody,
    answer: ModelSummary,
    faults: ['model_missing', 'model_unfit', 'model_retired', 'version_exists'],
  },
  readHistory: {
    ...json,
    method: 'get',
    path: '/v1/models/history',
    summary: {
      zh: '某一时刻各版本的状态及此前的事件',
      en: 'Where every version stood at a moment, and what had happened until then',
    },
    query: HistoryQuery,
    answer: HistoryAnswer,
  },
  approveModel: {
    ...act,
    path: `${MODEL}/approve`,
    summary: {
      zh: '批准一个版本（登记人以外的、持有密钥的人）',
      en: 'Approve a version; takes a key, of somebody else than who registered it',
    },
    body: ApproveBody,
    faults: [...actFaults, 'approval_refused'],
  },
  waiveGate: {
    ...act,
    path: `${MODEL}/waive`,
    summary: {
      zh: '豁免一个未通过或证据不足的关卡（第二人，须说明原因）',
      en: 'Waive a gate that is failed or lacks evidence, as a second person and with a reason',
    },
    body: WaiveBody,
    faults: [...actFaults, 'approval_refused'],
  },
  promoteModel: {
    ...act,
    path: `${MODEL}/promote`,
    summary: {
      zh: '上线一个版本；关卡通过或豁免并经批准后即刻生效',
      en: 'Let a version decide by its name, once its gates and approval are there; at once and without restart',
    },
    faults: [...actFaults, ...unopened, 'not_promotable'],
  },
  shadowModel: {
    ...act,
    path: `${MODEL}/shadow`,
    summary: { zh: '让一个版本作影子运行', en: 'Put a version in shadow' },
    faults: [...actFaults, ...unopened],
  },
  retireModel: {
    ...act,
    path: `${MODEL}/retire`,
    summary: { zh: '使一个版本退役，此后不可调用', en: 'Retire a version for good; it is not called any more' },
    faults: actFaults,
  },
  rollBackModel: {
    ...act,
    path: '/v1/models/{name}/rollback',
    summary: {
      zh: '回滚：上线之前决策的版本',
      en: 'Go back to the version that decided before, as an event of its own',
    },
    params: ModelNamePath,
    faults: [...unopened, 'registry_conflict'],
  },
  readModel: {
    ...json,
    method: 'get',
    path: MODEL,
    summary: { zh: '读取一个模型', en: 'Read one version of a model' },
    params: ModelPath,
    answer: ModelSummary,
    faults: unread,
  },
  listAdjustments: {
    ...json,
    method: 'get',
    path: `${MODEL}/adjustments`,
    summary: {
      zh: '列出一个版本之上的调整',
      en: 'List the adjustments on top of a version, in the order in which they were proposed',
    },
    params: ModelPath,
    answer: AdjustmentsAnswer,
    faults: unread,
  },
  proposeAdjustment: {
    ...json,
    method: 'post',
    path: `${MODEL}/adjustments`,
    summary: {
      zh: '提出一项调整：核对、证明单调、在已作决策上测量效果；经第二人批准后才生效',
      en: 'Propose an adjustment: checked, proved monotone, measured on what was decided; it decides once a second person approved it',
    },
    params: ModelPath,
    body: ProposeBody,
    answer: AdjustmentAnswer,
    faults: [
      ...unopened,
      'model_retired',
      'adjustment_unfit',
      'adjustment_not_monotone',
      'adjustment_untrusted',
      'adjustment_conflict',
    ],
  },
  readAdjustment: {
    ...json,
    method: 'get',
    path: ADJUSTMENT,
    summary: { zh: '读取一项调整及其效果', en: 'Read an adjustment, with what was measured before it was approved' },
    params: AdjustmentPath,
    answer: AdjustmentAnswer,
    faults: [...unread, ...unreadAdjustment],
  },
  approveAdjustment: {
    ...act,
    path: `${ADJUSTMENT}/approve`,
    summary: {
      zh: '批准一项调整（提出人以外的、持有密钥的人）',
      en: 'Approve an adjustment; takes a key, of somebody else than who proposed it',
    },
    params: AdjustmentPath,
    body: ApproveBody,
    faults: [
      ...unread,
      ...unreadAdjustment,
      'model_retired',
      'approval_refused',
      'adjustment_not_monotone',
      'adjustment_conflict',
    ],
  },
  withdrawAdjustment: {
    ...act,
    path: `${ADJUSTMENT}/withdraw`,
    summary: {
      zh: '撤回一项调整，立即停止生效',
      en: 'Withdraw an adjustment for good; it decides nothing from then on',
    },
    params: AdjustmentPath,
    faults: [...unread, 'adjustment_missing', 'model_retired', 'adjustment_conflict'],
  },
  readPolicy: {
    ...json,
    method: 'get',
    path: '/v1/policies/current',
    summary: { zh: '读取正在生效的策略', en: 'Read the policy in use' },
    query: PolicyQuery,
    answer: PolicyAnswer,
    faults: ['model_not_live', 'no_model_live'],
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** Operations whose lines are answered one by one. */
export type StreamName = {
  [Name in OperationName]: (typeof operations)[Name]['media'] extends 'application/x-ndjson' ? Name : never;
}[OperationName];
