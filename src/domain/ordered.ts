import { z } from 'zod';

/** Risk tier (风险等级), mildest first: the order is the severity. */
export const Tier = z.enum(['low', 'medium', 'high']);
export type Tier = z.infer<typeof Tier>;

/** What is done with a customer or an application, mildest first: the order is the severity. */
export const Action = z.enum(['pass', 'monitor', 'review', 'restrict', 'reject']);
export type Action = z.infer<typeof Action>;

/** Rank of a tier: 0 for the mildest. */
export const tierRank = (tier: Tier): number => Tier.options.indexOf(tier);

/** Rank of an action: 0 for the mildest. */
export const actionRank = (action: Action): number => Action.options.indexOf(action);

/** The stricter of two tiers. */
export const strictestTier = (a: Tier, b: Tier): Tier => (tierRank(a) >= tierRank(b) ? a : b);

/** The stricter of two actions. */
export const strictestAction = (a: Action, b: Action): Action => (actionRank(a) >= actionRank(b) ? a : b);
