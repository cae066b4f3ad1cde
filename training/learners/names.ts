/** The learners, simplest first. */
export const learnerNames = ['scorecard', 'neural', 'boosted'] as const;
export type LearnerName = (typeof learnerNames)[number];
