import type { QueryResult } from 'pg';
import type { ConcludedReview, OpenedReview, ReviewForm } from '../domain/review.ts';
import type { Queryable } from './transaction.ts';

/** Which reviews are asked for. */
export interface ReviewsWanted {
  /** `open`: not concluded, overdue ones among them. */
  readonly state: 'open' | 'overdue' | 'concluded' | null;
  readonly customerId: string | null;
  readonly dueBefore: string | null;
  /** The civil day it is. */
  readonly today: string;
  readonly limit: number;
  /** Only those after this review; null = from the one due first. */
  readonly after: string | null;
}

/** A review with the texts of its records. */
export interface StoredReview {
  readonly customerId: string;
  readonly facilityId: string | null;
  readonly opened: OpenedReview;
  readonly concluded: ConcludedReview | null;
}

interface StoredRow {
  readonly customer_id: string;
  readonly facility_id: string;
  readonly opened: string;
  readonly concluded: string | null;
}

const STORED = `SELECT c.customer_id, v.facility_id, o.text AS opened, k.text AS concluded`;
const FROM = `FROM reviews v JOIN customers c ON c.customer_ref = v.customer_ref
  JOIN records o ON o.seq = v.opened_seq LEFT JOIN records k ON k.seq = v.concluded_seq`;

/** Reviews by when they are due, those due first first. */
export const listReviews = async (
  client: Queryable,
  { state, customerId, dueBefore, today, limit, after }: ReviewsWanted,
): Promise<StoredReview[]> => {
  const { rows } = await client.query<StoredRow>(
    `${STORED} ${FROM}
     WHERE ($1::text IS NULL OR (v.concluded_seq IS NOT NULL) = ($1 = 'concluded'))
       AND ($1 IS DISTINCT FROM 'overdue' OR v.conclude_by < $2::date)
       AND ($3::text IS NULL OR c.customer_id = $3) AND ($4::date IS NULL OR v.due_on < $4)
       AND ($5::text IS NULL OR (v.due_on, v.review_id) >
         (SELECT b.due_on, b.review_id FROM reviews b WHERE b.review_id = $5))
     ORDER BY v.due_on, v.review_id LIMIT $6`,
    [state, today, customerId, dueBefore, after, limit],
  );
  return rows.map(toStored);
};

const toStored = ({ customer_id: customerId, facility_id, opened, concluded }: StoredRow): StoredReview => ({
  customerId,
  facilityId: facility_id === '' ? null : facility_id,
  opened: JSON.parse(opened),
  concluded: concluded === null ? null : JSON.parse(concluded),
});

/** A review with its form, and why it was concluded as it was. */
export interface WholeReview extends StoredReview {
  readonly form: ReviewForm;
  readonly reason: string | null;
}

/** One review; null where there is none, or it was erased. */
export const readReview = async (client: Queryable, reviewId: string): Promise<WholeReview | null> => {
  const { rows } = await client.query<StoredRow & { form: string; conclusion: string | null }>(
    `${STORED}, f.content AS form, w.content AS conclusion ${FROM}
     JOIN personal_parts f ON f.seq = v.opened_seq AND f.section = 'form' AND f.content IS NOT NULL
     LEFT JOIN personal_parts w ON w.seq = v.concluded_seq AND w.section = 'conclusion' WHERE v.review_id = $1`,
    [reviewId],
  );
  const [row] = rows;
  if (!row) return null;
  const { reason = null } = JSON.parse(row.conclusion ?? '{}') as { reason?: string };
  return { ...toStored(row), form: JSON.parse(row.form), reason };
};

/** The form of a customer's review that was concluded last; null where none was. */
export const readLastForm = async (client: Queryable, customerRef: string): Promise<ReviewForm | null> => {
  const { rows } = await client.query<{ content: string }>(
    `SELECT p.content FROM reviews v JOIN personal_parts p ON p.seq = v.opened_seq AND p.section = 'form'
     WHERE v.customer_ref = $1 AND v.concluded_seq IS NOT NULL ORDER BY v.concluded_seq DESC LIMIT 1`,
    [customerRef],
  );
  return rows[0] ? JSON.parse(rows[0].content) : null;
};

/** How many reviews are open, and how many of these are overdue on a day. */
export const countReviews = async (
  client: Queryable,
  today: string,
): Promise<{ readonly open: number; readonly overdue: number }> => {
  const { rows }: QueryResult<{ open: number; overdue: number }> = await client.query(
    `SELECT count(*)::integer AS open, count(*) FILTER (WHERE conclude_by < $1::date)::integer AS overdue
     FROM reviews WHERE concluded_seq IS NULL`,
    [today],
  );
  return rows[0] ?? { open: 0, overdue: 0 };
};
