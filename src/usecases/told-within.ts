import type { DatedEvent } from '../features/dated-event.ts';

/**
 * Tells whether something happened within so many days up to the end of a day, and was known by an instant; a profile apart,
 * since it tells nothing of how an account goes on. Who left, and whose account is not open yet, is silent.
 */
export const createIsTold = (
  dated: readonly DatedEvent[],
  within: number,
): ((day: number, limit: number) => boolean) => {
  if (within === Number.POSITIVE_INFINITY) return () => true;
  const told = dated.filter(({ event }) => event.type !== 'profile');
  return (day, limit) => told.some(({ day: on, known }) => known <= limit && on <= day && on > day - within);
};
