import { appError } from '../errors.ts';
import { type BrokenLink, type ChainPosition, chainStart, type StoredRecord, verifyRecords } from '../ledger/chain.ts';
import { digestSection } from '../ledger/personal-part.ts';
import type { Database } from '../store/database.ts';
import { withChain } from '../store/records.ts';

/** Records read at once while verifying. */
const PAGE = 2_000;

/** What verifying found: how far the chain holds, or its first broken link. */
export type Verified =
  | { readonly holds: true; readonly records: bigint }
  | { readonly holds: false; readonly broken: BrokenLink };

/** Verifies the whole chain and every section that is still there against its digest. */
export const verifyLedger = async ({ prisma }: Database): Promise<Verified> => {
  let position: ChainPosition = chainStart;
  for (;;) {
    const page = await prisma.record.findMany({
      where: { seq: { gt: position.seq } },
      orderBy: { seq: 'asc' },
      take: PAGE,
      include: { sections: true },
    });
    if (page.length === 0) return { holds: true, records: position.seq };
    const checked = verifyRecords(position, page satisfies StoredRecord[]);
    if ('problem' in checked) return { holds: false, broken: checked };
    const changed = page.find((record) => !sectionsHold(record));
    if (changed) return { holds: false, broken: { seq: changed.seq, problem: 'section_changed' } };
    position = checked;
  }
};

const sectionsHold = ({
  text,
  sections,
}: {
  text: string;
  sections: { section: string; salt: Uint8Array | null; content: string | null }[];
}): boolean => {
  const { digests } = JSON.parse(text) as { digests: Record<string, string> };
  return sections.every(
    ({ section, salt, content }) =>
      salt === null || content === null || digests[section] === digestSection(salt, content),
  );
};

/**
 * Erases a customer's personal data: salts and contents of every section, the state and the name behind the reference.
 * The records stay, the erasure is a record itself, and the chain verifies as before.
 * @returns how many decisions lost their personal part
 * @throws customer_missing
 */
export const eraseCustomer = ({ pool }: Database, customerId: string, at: Date): Promise<number> =>
  withChain(pool, async ({ client, append }) => {
    const { rows } = await client.query<{ customer_ref: string }>(
      'DELETE FROM customers WHERE customer_id = $1 RETURNING customer_ref',
      [customerId],
    );
    const customerRef = rows[0]?.customer_ref;
    if (customerRef === undefined) throw appError('customer_missing', { customer: customerId });
    await client.query('DELETE FROM customer_state WHERE customer_ref = $1', [customerRef]);
    const erased = await client.query<{ seq: string }>(
      `UPDATE personal_parts SET salt = NULL, content = NULL
       WHERE seq IN (SELECT seq FROM records WHERE customer_ref = $1) RETURNING seq`,
      [customerRef],
    );
    const decisions = new Set(erased.rows.map(({ seq }) => seq)).size;
    const record = { kind: 'erasure', schema: 1, customerRef, decisions, at: at.toISOString() };
    append([{ kind: 'erasure', record, sections: {}, decisionId: null, customerRef }]);
    return decisions;
  });
