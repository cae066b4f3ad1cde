import type { Override } from '../domain/decision.ts';
import type { ConcludedReview, OpenedReview, ReviewForm, ReviewKind } from '../domain/review.ts';
import type { Database } from './database.ts';
import { type NewRecord, withChain } from './records.ts';
import { toLiteral, toRows } from './rows-text.ts';
import type { Queryable } from './transaction.ts';

/** A review to be opened, with its form. */
export interface NewReview {
  readonly opened: OpenedReview;
  /** Null where it is of the customer as a whole. */
  readonly facilityId: string | null;
  readonly form: ReviewForm;
}

type Pool = Pick<Database, 'pool'>;

const keyOf = (customerRef: string, kind: string, facilityId: string | null): string =>
  JSON.stringify([customerRef, kind, facilityId ?? '']);

/**
 * Opens reviews, however many ask for the same: one whose due date was opened before, of which another is open, or whose
 * customer was erased, is left out. Should two pass by here, the table's own keys refuse the second.
 * @returns those that were opened
 * @throws database_unavailable
 */
export const appendReviews = ({ pool }: Pool, reviews: readonly NewReview[]): Promise<NewReview[]> =>
  withChain(pool, async ({ client, head, append, write }) => {
    const refs = reviews.map(({ opened }) => opened.customerRef);
    const known = await client.query<{ customer_ref: string }>(
      'SELECT customer_ref FROM customers WHERE customer_ref = ANY($1)',
      [refs],
    );
    const { rows } = await client.query<PastRow>(PAST, [refs]);
    const customers = new Set(known.rows.map(({ customer_ref }) => customer_ref));
    const open = new Set(rows.flatMap((row) => (row.concluded_on === null ? [keyOfRow(row)] : [])));
    const opened = new Set(rows.map((row) => `${keyOfRow(row)} ${row.due_on}`));
    const fresh = reviews.filter(({ opened: { customerRef, review, dueOn }, facilityId }) => {
      const key = keyOf(customerRef, review, facilityId);
      if (!customers.has(customerRef) || open.has(key) || opened.has(`${key} ${dueOn}`)) return false;
      open.add(key);
      return true;
    });
    if (fresh.length === 0) return [];
    const first = head().seq + 1n;
    append(fresh.map(toOpening));
    write(`INSERT INTO reviews (review_id, customer_ref, kind, facility_id, due_on, conclude_by, opened_seq)
      SELECT review_id, customer_ref, kind, coalesce(facility_id, ''), due_on::date, conclude_by::date, seq::bigint
      FROM ${toRows({
        review_id: fresh.map(({ opened: { reviewId } }) => reviewId),
        customer_ref: fresh.map(({ opened: { customerRef } }) => customerRef),
        kind: fresh.map(({ opened: { review } }) => review),
        facility_id: fresh.map(({ facilityId }) => facilityId ?? ''),
        due_on: fresh.map(({ opened: { dueOn } }) => dueOn),
        conclude_by: fresh.map(({ opened: { concludeBy } }) => concludeBy),
        seq: fresh.map((_, index) => String(first + BigInt(index))),
      })}`);
    return fresh;
  });

const toOpening = ({ opened, form }: NewReview): NewRecord => ({
  kind: 'review',
  record: opened,
  sections: { form },
  decisionId: null,
  customerRef: opened.customerRef,
});

interface PastRow {
  readonly customer_ref: string;
  readonly kind: ReviewKind;
  readonly facility_id: string;
  readonly due_on: string;
  readonly concluded_on: string | null;
}

const keyOfRow = ({ customer_ref, kind, facility_id }: PastRow): string => keyOf(customer_ref, kind, facility_id);

const PAST = `SELECT customer_ref, kind, facility_id, due_on::text, concluded_on::text FROM reviews
  WHERE customer_ref = ANY($1)`;

/** A review that was opened before, open still where it was not concluded. */
export interface OpenedBefore {
  readonly customerRef: string;
  readonly kind: ReviewKind;
  readonly facilityId: string | null;
  readonly concludedOn: string | null;
}

/** All reviews of some customers. */
export const readPastReviews = async (client: Queryable, customerRefs: readonly string[]): Promise<OpenedBefore[]> => {
  const { rows } = await client.query<PastRow>(PAST, [customerRefs]);
  return rows.map(({ customer_ref: customerRef, kind, facility_id, concluded_on: concludedOn }) => ({
    customerRef,
    kind,
    facilityId: facility_id === '' ? null : facility_id,
    concludedOn,
  }));
};

/** A conclusion to be stored: its record, why, and what it does to a raise that holds. */
export interface NewConclusion {
  readonly concluded: ConcludedReview;
  readonly reason: string;
  /** A raise from now on; `ended`: none holds any more; `kept`: what holds goes on. */
  readonly raise: Override | 'ended' | 'kept';
}

/** A review as it stands while the chain is held. */
export interface StandingReview {
  readonly customerRef: string;
  readonly kind: ReviewKind;
  readonly openedSeq: number;
  readonly isConcluded: boolean;
}

/**
 * Concludes a review, once however many try: what it says is chosen while the chain is held.
 * @throws database_unavailable, and what choosing throws; nothing was written then
 */
export const appendConclusion = (
  { pool }: Pool,
  reviewId: string,
  choose: (found: StandingReview | null) => NewConclusion,
): Promise<void> =>
  withChain(
    pool,
    ({ opened, head, append, write }) => {
      const [[row] = []] = opened as readonly (readonly StandingRow[])[];
      const { concluded, reason, raise } = choose(row ? toStanding(row) : null);
      const { customerRef } = concluded;
      const seq = head().seq + 1n;
      const sections = { conclusion: { reason, override: typeof raise === 'string' ? null : raise } };
      append([{ kind: 'review', record: concluded, sections, decisionId: null, customerRef }]);
      write(`UPDATE reviews SET concluded_seq = ${seq}, concluded_on = '${concluded.concludedOn}'
        WHERE review_id = ${toLiteral(reviewId)}`);
      if (raise !== 'kept') write(writeRaise(customerRef, raise === 'ended' ? null : raise));
    },
    [`SELECT customer_ref, kind, opened_seq, concluded_seq FROM reviews WHERE review_id = ${toLiteral(reviewId)}`],
  );

interface StandingRow {
  readonly customer_ref: string;
  readonly kind: ReviewKind;
  readonly opened_seq: string;
  readonly concluded_seq: string | null;
}

const toStanding = (row: StandingRow): StandingReview => ({
  customerRef: row.customer_ref,
  kind: row.kind,
  openedSeq: Number(row.opened_seq),
  isConcluded: row.concluded_seq !== null,
});

const writeRaise = (customerRef: string, raise: Override | null): string => {
  if (raise === null) return `UPDATE customer_state SET override = NULL WHERE customer_ref = '${customerRef}'`;
  return `INSERT INTO customer_state (customer_ref, override) VALUES ('${customerRef}', ${toLiteral(JSON.stringify(raise))})
    ON CONFLICT (customer_ref) DO UPDATE SET override = EXCLUDED.override`;
};
