import type { Queryable } from './transaction.ts';

/**
 * SQL that says whether a customer is simulated: whether its first events came from a simulator.
 * @param ref SQL of the customer's reference
 */
export const askSimulated = (ref: string): string =>
  `coalesce((SELECT e.text::json ->> 'simulated' = 'true' FROM records e WHERE e.customer_ref = ${ref} AND e.kind = 'events'
    ORDER BY e.seq LIMIT 1), false)`;

/** Whether a customer is simulated. */
export const readSimulated = async (client: Queryable, customerRef: string): Promise<boolean> => {
  const { rows } = await client.query<{ simulated: boolean }>(`SELECT ${askSimulated('$1')} AS simulated`, [
    customerRef,
  ]);
  return rows[0]?.simulated ?? false;
};
