import { randomUUID } from 'node:crypto';
import { decide } from '../decision/decide.ts';
import { splitDecision } from '../decision/parts.ts';
import { type RawFields, readRow } from '../decision/row.ts';
import type { Decision, PreviousTier, Purpose } from '../domain/decision.ts';
import type { Database } from '../store/database.ts';
import { commitDecisions, type PendingDecision, type StorableDecision } from '../store/decisions.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import { acceptedNames, type OpenedPlan } from './open-plan.ts';
import { registerArtifacts } from './register.ts';

/** What a caller asks a decision for. */
export interface PredictRequest {
  readonly customerId: string;
  readonly fields: RawFields;
  readonly purpose: Purpose;
  readonly segment: string | null;
}

/** Decides and stores: an answer is given only once its decision is committed. */
export interface Predictor {
  /** Decides for all or none of the requests. @throws field_missing, field_unknown, bad_value */
  predict(requests: readonly PredictRequest[]): Promise<Decision[]>;
  /** Resolves once everything asked for is committed. */
  drain(): Promise<void>;
}

/** What a predictor is built of. */
export interface PredictorParts {
  readonly database: Database;
  readonly opened: OpenedPlan;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** Builds a predictor: registers the artifacts it decides with, then commits decisions in groups. */
export const createPredictor = async ({ database, opened, timeZone, now }: PredictorParts): Promise<Predictor> => {
  await registerArtifacts(database, opened, now());
  const accepted = acceptedNames(opened);
  const { plan } = opened;
  const commits = createGroupCommit<PendingDecision, StorableDecision>((items) => commitDecisions(database, items));
  const prepare = ({
    customerId,
    fields,
    purpose,
    segment,
  }: PredictRequest): PendingDecision & { made: Decision[] } => {
    const read = readRow(plan, fields, accepted);
    const made: Decision[] = [];
    const at = now().toISOString();
    const decisionId = randomUUID();
    return {
      customerId,
      made,
      decide: (customerRef, previous) => {
        const decision = decide(plan, {
          decisionId,
          customerRef,
          purpose,
          segment,
          asOf: at,
          decidedAt: at,
          timeZone,
          state: 'scored',
          read,
          previous,
          override: null,
        });
        made.splice(0, 1, decision);
        return { decisionId, ...splitDecision(decision, null), nextState: nextState(decision, previous) };
      },
    };
  };
  return {
    async predict(requests) {
      const pending = requests.map(prepare);
      await commits.submit(pending);
      return pending.map(({ made }) => made[0] as Decision);
    },
    drain: commits.drain,
  };
};

/** Only monitoring moves a customer's tier; it keeps its date while the tier stays. */
const nextState = ({ purpose, tier, decidedAt }: Decision, previous: PreviousTier | null): PreviousTier | null => {
  if (purpose !== 'monitoring' || tier.model === null || tier.model === previous?.tier) return null;
  return { tier: tier.model, since: decidedAt };
};
