/** What an evaluation of early warning asks, fixed before it was run. */
export const warningSettings = {
  /** New alerts a month for each 1,000 customers watched. */
  budgets: [5, 10, 20, 40] as readonly number[],
  /** The budget by which signals are judged. */
  judgedAt: 10 as number,
  /** Days an alert looks ahead, and for which it stands, so that no customer is alerted anew meanwhile. */
  horizonDays: 360,
  /** Days from the first unpaid due date by which a default has shown. */
  showsAfterDays: 91,
  /** Weight of the evidence of signals beside the PD's log-odds, chosen on the calm scenario. */
  evidenceWeight: 0.5,
  /** Fewer spells than these give no judgement. */
  leastSpells: 100,
  replicates: 400,
  seed: 1,
} as const;
