import { type AdditiveFit, type AdditiveTerm, binAt } from '../additive.ts';
import { type ColumnSet, listSubsets, nameSet } from '../column-set.ts';

/** The pairs that are none of the sets but stand in one. */
export const listHosted = (sets: readonly ColumnSet[]): ColumnSet[] => {
  const known = new Set(sets.map(nameSet));
  const pairs = sets.flatMap(listSubsets).filter((set) => set.length === 2 && !known.has(nameSet(set)));
  return [...new Map(pairs.map((pair) => [nameSet(pair), pair])).values()];
};

/**
 * Moves the tables of pairs that are none of the sets into that of the first triple that holds them. The score of no row
 * changes; the errors join as if they were independent.
 */
export const hostPairs = (fit: AdditiveFit, sets: readonly ColumnSet[]): AdditiveFit => {
  const hosted = new Set(listHosted(sets).map(nameSet));
  const isHosted = ({ inputs }: AdditiveTerm) => hosted.has(nameSet(inputs));
  const guests = fit.terms.filter(isHosted);
  const stay = fit.terms.filter((term) => !isHosted(term));
  const hostOf = (guest: AdditiveTerm) =>
    stay.find(({ inputs }) => inputs.length === 3 && guest.inputs.every((place) => inputs.includes(place)));
  const taken = (term: AdditiveTerm) => guests.filter((guest) => hostOf(guest) === term);
  return { ...fit, terms: stay.map((term) => taken(term).reduce(takeIn, term)) };
};

const takeIn = (host: AdditiveTerm, guest: AdditiveTerm): AdditiveTerm => {
  const [first = 0, second = 0] = guest.inputs.map((place) => host.inputs.indexOf(place));
  const width = guest.shape[1] as number;
  const from = Uint32Array.from(
    host.logOdds,
    (_, cell) => binAt(cell, host.shape, first) * width + binAt(cell, host.shape, second),
  );
  return {
    ...host,
    logOdds: host.logOdds.map((value, cell) => value + (guest.logOdds[from[cell] as number] as number)),
    errors: host.errors.map((error, cell) => Math.hypot(error, guest.errors[from[cell] as number] as number)),
  };
};
