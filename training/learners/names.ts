/** The learners, simplest first. */
export const learnerNames = ['scorecard', 'neural', 'boosted'] as const;
export type LearnerName = (typeof learnerNames)[number];

/** What a training can be asked for: a learner, or the simplest one that is as good as the best. */
export const learnerWishes = [...learnerNames, 'auto'] as const;
export type LearnerWish = (typeof learnerWishes)[number];
