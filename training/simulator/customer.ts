import type { EventItem } from '../../src/domain/event.ts';
import { createAgent, customerIdOf, firstMonthOf, type World } from './agent.ts';
import { type Entry, toEvent } from './book.ts';
import { dateOf } from './calendar.ts';
import type { Cause } from './episodes.ts';
import { launder, type Pattern, plant } from './laundering.ts';
import { endRelation, liveMonth } from './month.ts';
import { parameters } from './parameters.ts';
import { followersOf, type Tie, tellTies, tieOf } from './relations.ts';
import { type Agent, isInGoodStanding, openLines } from './state.ts';
import type { Kind } from './traits.ts';

/** What is true of a simulated customer, which no event says and no model may see. */
export interface Truth {
  readonly customerId: string;
  readonly kind: Kind;
  /** The first day of default (more than 90 days past due, or a distressed restructuring); null where there was none. */
  readonly defaultOn: string | null;
  /** The due day of which something stayed unpaid until that default. */
  readonly firstUnpaidDueOn: string | null;
  readonly cause: Cause | null;
  readonly trigger: 'days_past_due' | 'distressed_restructuring' | null;
  /** How the relation ended, which is no default. */
  readonly ending: 'closed' | 'deceased' | 'fraud' | null;
  readonly endedOn: string | null;
  /** A pattern of laundering that was planted. */
  readonly laundering: Pattern | null;
}

/** A simulated customer's whole life: what was told of it, in the order in which it was known, and what is true of it. */
export interface Lived {
  readonly customerId: string;
  readonly entries: readonly Entry[];
  readonly truth: Truth;
}

/** A simulated customer: its events in the order in which they were known, and what is true of it. */
export interface SimulatedCustomer {
  readonly customerId: string;
  readonly events: readonly EventItem[];
  readonly truth: Truth;
}

/** A customer with the events that were told of it. */
export const toCustomer = ({ customerId, entries, truth }: Lived): SimulatedCustomer => ({
  customerId,
  events: entries.map((entry) => toEvent(customerId, entry)),
  truth,
});

/** Simulates one customer. @param leaderDefaultOn the day on which the one it is tied to defaulted; null if it did not */
export const simulateCustomer = (customer: number, world: World, leaderDefaultOn: number | null): Lived => {
  const { seed, calendar } = world;
  const agent = createLasting(customer, world);
  const start = Math.max(0, agent.traits.joinedMonth);
  const span = { first: calendar.firstDay(start), next: calendar.firstDay(calendar.months) };
  const tie = tieOf(seed, customer);
  introduceTies(agent, { seed, customer, tie, day: span.first });
  const planted = plant(seed, customer, span);
  for (let month = start; month < calendar.months && agent.ended === null; month++) {
    const days = { first: calendar.firstDay(month), next: calendar.firstDay(month + 1) };
    if (tie && leaderDefaultOn !== null && isCalledIn(leaderDefaultOn, days)) {
      agent.calledMinor = Math.round(tie.calledMonths * agent.usualMinor);
    }
    if (planted) launder(agent, planted, days);
    liveMonth(agent, month);
    perhapsEnd(agent, month);
  }
  const pattern = planted?.pattern ?? null;
  return { customerId: agent.book.customerId, entries: agent.book.entries(), truth: truthOf(agent, pattern) };
};

/** A customer that is in good standing where the simulation begins: who is not, is no longer in the book, and another is drawn. */
const createLasting = (customer: number, world: World): Agent => {
  for (let attempt = 0; ; attempt++) {
    const agent = createAgent(customer, world, attempt);
    for (let month = firstMonthOf(agent.traits); month < 0; month++) liveMonth(agent, month);
    if (isInGoodStanding(agent) && openLines(agent).length > 0 && openLines(agent).every(isSettled)) return agent;
  }
};

const isSettled = ({ pending }: { pending: object | null }): boolean => pending === null;

/** A guarantee is called in the month after the other's default. */
const isCalledIn = (defaultOn: number, { first, next }: { first: number; next: number }): boolean =>
  defaultOn + 30 >= first && defaultOn + 30 < next;

interface Ties {
  readonly seed: number;
  readonly customer: number;
  readonly tie: Tie | null;
  readonly day: number;
}

const introduceTies = (agent: Agent, { seed, customer, tie, day }: Ties): void => {
  if (tie) tellTies(agent, day, [[customerIdOf(tie.leader), tie.guarantees ? 'guaranteed' : 'business_partner']]);
  const followers = followersOf(seed, customer).map((follower) => {
    const role = tieOf(seed, follower)?.guarantees ? ('guarantor' as const) : ('business_partner' as const);
    return [customerIdOf(follower), role] as const;
  });
  tellTies(agent, day, followers);
};

/** Rare ends at the end of a month; one that is written off has no more to tell. */
const perhapsEnd = (agent: Agent, month: number): void => {
  const lastDay = agent.calendar.firstDay(month + 1) - 1;
  const draw = agent.draws.acts.uniform() * 12;
  if (agent.defaulted) return;
  const isFree = isInGoodStanding(agent) && openLines(agent).every(isSettled);
  const ending = endingOf(agent, draw);
  if (ending !== null && (ending !== 'closed' || isFree)) endRelation(agent, lastDay, ending);
};

const endingOf = ({ traits }: Agent, draw: number): Truth['ending'] => {
  const { deathYearly, fraudYearly, leaveYearly } = parameters.ends;
  if (draw < deathYearly) return traits.kind === 'person' ? 'deceased' : null;
  if (draw < deathYearly + fraudYearly) return 'fraud';
  return draw < deathYearly + fraudYearly + leaveYearly ? 'closed' : null;
};

const truthOf = ({ book, traits, defaulted, ended }: Agent, laundering: Pattern | null): Truth => ({
  customerId: book.customerId,
  kind: traits.kind,
  defaultOn: defaulted ? dateOf(defaulted.on) : null,
  firstUnpaidDueOn: defaulted ? dateOf(defaulted.firstUnpaidDueOn) : null,
  cause: defaulted?.cause ?? null,
  trigger: defaulted?.trigger ?? null,
  ending: ended?.ending ?? null,
  endedOn: ended ? dateOf(ended.on) : null,
  laundering,
});
