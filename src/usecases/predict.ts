import { randomUUID } from 'node:crypto';
import { decide } from '../decision/decide.ts';
import { splitDecision } from '../decision/parts.ts';
import type { RawFields, ReadRow } from '../decision/row.ts';
import type { Decision, PreviousTier, Purpose } from '../domain/decision.ts';
import { AppError, appError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { type Committed, createDecisionWriter, type PendingDecision, type Submission } from '../store/decisions.ts';
import { type CommitBatch, createGroupCommit } from '../store/group-commit.ts';
import type { Idempotency } from '../store/idempotency.ts';
import { readWhole } from './decisions.ts';
import { createHistoryReader, type HistoryFields, type HistoryReader } from './history-fields.ts';
import type { Live, ResolvedPlan } from './live.ts';
import { createFeatureReader, type Features } from './read-features.ts';

/** What a caller asks a decision for. */
export interface PredictRequest {
  readonly customerId: string;
  /** Raw columns; null = computed from the customer's events as of `asOf`. */
  readonly fields: RawFields | null;
  /** The date of knowledge of what is computed; null = the book date. */
  readonly asOf?: string | null;
  readonly purpose: Purpose;
  readonly segment: string | null;
  /** Name or `name@version`; undefined = the current policy's. */
  readonly model: string | undefined;
}

/** How a request may be sent again, and what its rows are called in faults. */
export interface PredictOptions {
  readonly idempotency?: Idempotency | null;
  readonly placeOf?: (index: number) => string;
  /** Whether it waits to be stored however much waits; for callers that are few and ask first. */
  readonly isPatient?: boolean;
  /** What histories are read from, where the customers were read for something else before. */
  readonly features?: Features;
}

/** Stored decisions, made now or when the request was first sent, with how that one asked for its answer. */
export interface Predicted {
  readonly decisions: readonly Decision[];
  /** The requests with the raw columns that each decision was made from. */
  readonly asked: readonly PredictRequest[];
  /** The options kept with the key of a request that was answered before; null where it is new. */
  readonly replayed: string | null;
}

/** Decides and stores: an answer is given only once its decision is committed. */
export interface Predictor {
  /**
   * Decides for all or none of the requests.
   * @throws field_missing, field_unknown, bad_value, model_not_live, policy_not_in_force, idempotency_conflict, decision_erased, overloaded,
   * database_unavailable
   */
  predict(requests: readonly PredictRequest[], options?: PredictOptions): Promise<Predicted>;
  /** Whether so much waits to be stored that a request would be refused as overloaded. */
  isFull(): boolean;
  /** Rows that wait to be stored. */
  waiting(): number;
  /** Resolves once everything asked for is committed. */
  drain(): Promise<void>;
}

/** What a predictor is built of. */
export interface PredictorParts {
  readonly database: Database;
  readonly live: Live;
  readonly timeZone: string;
  readonly now: () => Date;
  /** How a batch is written; in the database unless told otherwise. */
  readonly commit?: CommitBatch<Submission, Committed>;
}

const storeDecisions = (database: Database, now: () => Date): CommitBatch<Submission, Committed> => {
  const write = createDecisionWriter(database);
  return (submissions) => write(submissions, now());
};

/** Rows that may wait for a commit; more would only grow memory and delay. */
const MOST_WAITING = 4_000;

/** Builds a predictor that commits decisions in groups. */
export const createPredictor = ({
  database,
  live,
  timeZone,
  now,
  commit = storeDecisions(database, now),
}: PredictorParts): Predictor => {
  const histories = createHistoryReader(createFeatureReader({ database, timeZone }), timeZone);
  const commits = createGroupCommit<Submission, Committed>({
    commit,
    rowsOf: ({ pending }) => pending.length,
    isShared: (cause) => cause instanceof AppError && cause.kind === 'unavailable',
  });
  const isFull = (): boolean => commits.waiting() >= MOST_WAITING;
  return {
    isFull,
    waiting: commits.waiting,
    drain: commits.drain,
    async predict(requests, { idempotency = null, placeOf = () => '', isPatient = false, features } = {}) {
      const refuseOverload = () => {
        if (isFull() && !isPatient) throw appError('overloaded');
      };
      refuseOverload();
      const decided = now();
      const at = decided.toISOString();
      const plans = await Promise.all(requests.map((request) => live.resolve(request, decided)));
      const asked = await askHistories(requests, plans, { histories, features, placeOf, at: decided });
      const reads = readRows({ asked, plans, placeOf });
      const made: Decision[] = [];
      const pending = requests.map((request, index): PendingDecision => {
        const decisionId = randomUUID();
        const { live: plan, isDefault } = plans[index] as ResolvedPlan;
        const { customerId, purpose, segment } = request;
        return {
          decisionId,
          customerId,
          decide: ({ ref: customerRef, state, override, signals, isSimulated }) => {
            const previous = isDefault ? state : null;
            const decision = decide(plan.plan, {
              decisionId,
              customerRef,
              purpose,
              segment,
              asOf: asked[index]?.asOf ?? at,
              decidedAt: at,
              timeZone,
              state: asked[index]?.state ?? 'scored',
              read: reads[index] as ReadRow,
              previous,
              override,
              signals,
              simulated: asked[index]?.simulated ?? (isSimulated || undefined),
            });
            made[index] = decision;
            return {
              ...splitDecision(decision, override),
              nextState: isDefault ? nextState(decision, previous) : null,
            };
          },
        };
      });
      refuseOverload();
      const filled = requests.map((request, index) => ({ ...request, fields: (asked[index] as Asked).fields }));
      const committed = await commits.submit({ pending, idempotency });
      if (committed.outcome === 'stored') return { decisions: made, asked: filled, replayed: null };
      if (committed.outcome === 'conflict') throw appError('idempotency_conflict');
      const decisions = await Promise.all(committed.decisionIds.map((id) => readWhole(database, id)));
      return { decisions, asked: filled, replayed: committed.options };
    },
  };
};

/** What a request is decided from: what was sent, or what the history says. */
type Asked = Pick<HistoryFields, 'fields'> & Partial<HistoryFields>;

interface Asking {
  readonly histories: HistoryReader;
  readonly features: Features | undefined;
  readonly placeOf: (index: number) => string;
  readonly at: Date;
}

const askHistories = async (
  requests: readonly PredictRequest[],
  plans: readonly ResolvedPlan[],
  { histories, features, placeOf, at }: Asking,
): Promise<Asked[]> => {
  const asked: Asked[] = [];
  for (const [index, { customerId, fields, asOf = null }] of requests.entries()) {
    if (fields !== null) asked.push({ fields });
    else {
      const { columns } = (plans[index] as ResolvedPlan).live.plan.features;
      const read = histories.read({ customerId, asOf, at }, columns, features);
      asked.push(await read.catch((fault) => Promise.reject(toPlaced(fault, placeOf(index)))));
    }
  }
  return asked;
};

const toPlaced = (fault: unknown, place: string): unknown => (fault instanceof AppError ? fault.within(place) : fault);

interface RowsToRead {
  readonly asked: readonly Asked[];
  readonly plans: readonly ResolvedPlan[];
  readonly placeOf: (index: number) => string;
}

/** Faults of one request that are named; the rows behind them are not read any more. */
const MOST_FAULTS = 50;

/** Reads every row; one fault names what is wrong in any of them. */
const readRows = ({ asked, plans, placeOf }: RowsToRead): ReadRow[] => {
  const faults: AppError[] = [];
  const reads: ReadRow[] = [];
  for (const [index, { fields }] of asked.entries()) {
    try {
      reads.push((plans[index] as ResolvedPlan).live.read(fields));
    } catch (fault) {
      if (!(fault instanceof AppError)) throw fault;
      const placed = fault.within(placeOf(index));
      faults.push(placed, ...placed.others);
      if (faults.length >= MOST_FAULTS) break;
    }
  }
  const [first, ...others] = faults;
  if (first) throw first.beside(others);
  return reads;
};

/** Only monitoring moves a customer's tier; it keeps its date while the tier stays. */
const nextState = ({ purpose, tier, decidedAt }: Decision, previous: PreviousTier | null): PreviousTier | null => {
  if (purpose !== 'monitoring' || tier.model === null || tier.model === previous?.tier) return null;
  return { tier: tier.model, since: decidedAt };
};
