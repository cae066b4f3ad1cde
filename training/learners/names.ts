/** The learners, simplest first. */
export const learnerNames = ['scorecard', 'boosted'] as const;
export type LearnerName = (typeof learnerNames)[number];
