/** What draws are for: each has a stream of its own, so that more of one thing changes nothing of another. */
export const streams = {
  common: 1,
  section: 2,
  shocked: 3,
  index: 4,
  /** Who a customer is. */
  traits: 10,
  /** What befalls it: the hidden life. */
  life: 11,
  /** How its money goes from month to month. */
  money: 12,
  /** What it and the lender then do. */
  acts: 13,
  /** What is seen of it: hours, counterparties, amounts. */
  shown: 14,
  laundering: 15,
  relations: 16,
} as const;
