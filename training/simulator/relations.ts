import { atHours, daysLater } from './book.ts';
import { parameters } from './parameters.ts';
import { createRandom } from './random.ts';
import type { Agent } from './state.ts';
import { streams } from './streams.ts';

const { relations } = parameters;

/** How a customer is tied to another: to the first of its block. */
export interface Tie {
  /** The number of the other customer, which is lower. */
  readonly leader: number;
  /** Whether it guarantees for the other, who may then take it along. */
  readonly guarantees: boolean;
  /** Months of income that the guarantee takes if it is called; 0 where it would not be. */
  readonly calledMonths: number;
}

/** Whether a customer is the first of its block, on whom others may depend. */
export const isLeader = (customer: number): boolean => customer % relations.block === 0;

/** The tie of a customer, by its number alone; null for most. */
export const tieOf = (seed: number, customer: number): Tie | null => {
  const random = createRandom(seed, customer, streams.relations);
  const leader = customer - (customer % relations.block);
  if (isLeader(customer) || !random.chance(relations.tiedShare)) return null;
  const guarantees = random.chance(relations.guaranteeShare);
  const isCalled = guarantees && random.chance(relations.calledChance);
  return { leader, guarantees, calledMonths: isCalled ? random.between(relations.calledCostMonths) : 0 };
};

/** The customers tied to one: those of its block who follow it, whether or not they are simulated. */
export const followersOf = (seed: number, customer: number): number[] => {
  if (!isLeader(customer)) return [];
  const block = Array.from({ length: relations.block - 1 }, (_, index) => customer + 1 + index);
  return block.filter((follower) => tieOf(seed, follower) !== null);
};

/** Tells who a customer is tied to, on the day it came. */
export const tellTies = (agent: Agent, day: number, ties: readonly (readonly [string, Role])[]): void => {
  for (const [party, role] of ties) {
    agent.book.tell(
      { type: 'relation', payload: { party, role, stands: true } },
      { at: atHours(agent.draws.shown, day, 9, 17), lagSeconds: daysLater(agent.draws.shown, 0, 5) },
    );
  }
};

type Role = 'guarantor' | 'guaranteed' | 'business_partner' | 'group_member' | 'family';
