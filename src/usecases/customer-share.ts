import { hash } from 'node:crypto';

/** Customers by the hundredth into which the digest of their id falls: from the one up to, and without, the other. */
export interface CustomerShare {
  readonly from: number;
  readonly to: number;
}

/**
 * Tells whether a customer is of a share: shares that do not meet have no customer in common, in whatever book, so that a
 * model made of one is measured on customers whom it never saw. Null = everybody is.
 */
export const createIsOfShare = (share: CustomerShare | null): ((customerId: string) => boolean) => {
  if (share === null) return () => true;
  const { from, to } = share;
  return (customerId) => {
    const hundredth = Number.parseInt(hash('sha256', `share:${customerId}`).slice(0, 8), 16) % 100;
    return hundredth >= from && hundredth < to;
  };
};
