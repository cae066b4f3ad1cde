import { decide } from '../decision/decide.ts';
import { type Flip, findFlip } from '../decision/flip.ts';
import { type RawFields, readRow } from '../decision/row.ts';
import type { Decision, PreviousTier, Purpose } from '../domain/decision.ts';
import { tierRank } from '../domain/ordered.ts';
import { acceptedNames, type OpenedPlan } from './open-plan.ts';

/** A row to explain, and the moment it is decided. */
export interface ExplainRequest {
  readonly opened: OpenedPlan;
  readonly fields: RawFields;
  readonly purpose: Purpose;
  readonly previous: PreviousTier | null;
  readonly now: string;
  readonly timeZone: string;
}

/** A decision that is stored nowhere, and the smallest change that would flip its tier. */
export interface Explained {
  readonly decision: Decision;
  readonly flip: Flip | null;
}

/** Decides one row for a person to read. */
export const explainRow = ({ opened, fields, purpose, previous, now, timeZone }: ExplainRequest): Explained => {
  const { plan } = opened;
  const read = readRow(plan, fields, acceptedNames(opened));
  const decision = decide(plan, {
    decisionId: 'explained',
    customerRef: 'explained',
    purpose,
    segment: null,
    asOf: now,
    decidedAt: now,
    timeZone,
    state: 'scored',
    read,
    previous,
    override: null,
    signals: [],
  });
  const standing = decision.previous ? tierRank(decision.previous.tier) : -1;
  return { decision, flip: findFlip(plan, read.row, standing) };
};
