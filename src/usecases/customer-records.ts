import type { Database } from '../store/database.ts';

/** Which of a customer's records are asked for. */
export interface RecordsWanted {
  readonly customerId: string;
  readonly limit: number;
  /** Only those before this record; null = from the newest. */
  readonly before: bigint | null;
}

/** Records of one kind about a customer with their sections, newest first; null where the customer is not known or was erased. */
export const readCustomerRecords = async (
  { prisma }: Database,
  kind: 'decision' | 'outcome',
  { customerId, limit, before }: RecordsWanted,
) => {
  const customer = await prisma.customer.findUnique({ where: { customerId } });
  if (!customer) return null;
  const { customerRef } = customer;
  const rows = await prisma.record.findMany({
    where: { customerRef, kind, ...(before === null ? {} : { seq: { lt: before } }) },
    orderBy: { seq: 'desc' },
    take: limit + 1,
    include: { sections: true },
  });
  const page = rows.slice(0, limit);
  /** Where the next page begins; null at the end. */
  const nextBefore = rows.length > limit ? (page.at(-1)?.seq ?? null) : null;
  return { customerRef, page, nextBefore };
};
