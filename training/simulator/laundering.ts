import { atHours } from './book.ts';
import { parameters } from './parameters.ts';
import { createRandom, type Random } from './random.ts';
import type { Agent } from './state.ts';
import { streams } from './streams.ts';
import { drawStranger, tellMovement } from './transactions.ts';

const { laundering } = parameters;

export type Pattern = 'structuring' | 'rapid_movement';

/** A planted pattern of laundering: which, and on which days it shows. It has nothing to do with default. */
export interface Planted {
  readonly pattern: Pattern;
  readonly days: readonly number[];
  readonly random: Random;
}

/** Draws whether a customer launders money, by its number alone. */
export const plant = (
  seed: number,
  customer: number,
  span: { readonly first: number; readonly next: number },
): Planted | null => {
  const random = createRandom(seed, customer, streams.laundering);
  const draw = random.uniform();
  const { structuringShare, rapidMovementShare } = laundering;
  if (draw >= structuringShare + rapidMovementShare) return null;
  const pattern: Pattern = draw < structuringShare ? 'structuring' : 'rapid_movement';
  const episodes = random.whole(...laundering.episodes);
  const days = Array.from({ length: episodes }, () => random.whole(span.first, Math.max(span.first, span.next - 10)));
  return { pattern, days: days.sort((a, b) => a - b), random };
};

/** Shows what of a pattern lies in a month. */
export const launder = (agent: Agent, planted: Planted, { first, next }: { first: number; next: number }): void => {
  for (const day of planted.days) {
    if (day < first || day >= next) continue;
    const begins = Math.min(day, next - 5);
    if (planted.pattern === 'structuring') depositInParts(agent, planted.random, begins);
    else passThrough(agent, planted.random, begins);
  }
};

/** Cash paid in on a few days, each time just below what is reported. */
const depositInParts = (agent: Agent, random: Random, day: number): void => {
  const parts = random.whole(3, 8);
  for (let part = 0; part < parts; part++) {
    const amountMinor = Math.round(random.between(laundering.justBelowMinor) / 10_000) * 10_000;
    const at = atHours(random, day + Math.floor(part / 2), 9, 17);
    const channel = random.weighted([
      ['branch', 2],
      ['atm', 1],
    ] as const);
    tellMovement(agent, { at, amountMinor }, { direction: 'in', counterparty: null, channel, category: 'cash' });
  }
};

/** A large sum in, and out again within hours to several strangers. */
const passThrough = (agent: Agent, random: Random, day: number): void => {
  const amountMinor = 10_000 * random.whole(1_500, 9_000);
  const move = { channel: 'online', category: 'transfer' } as const;
  const at = atHours(random, day, 8, 12);
  tellMovement(agent, { at, amountMinor }, { direction: 'in', counterparty: drawStranger(random), ...move });
  const parts = random.whole(2, 6);
  for (let part = 0; part < parts; part++) {
    const out = { at: atHours(random, day, 12, 20), amountMinor: Math.floor((amountMinor * 0.98) / parts) };
    tellMovement(agent, out, { direction: 'out', counterparty: drawStranger(random), ...move });
  }
};
