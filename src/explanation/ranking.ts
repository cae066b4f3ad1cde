/** The most reasons an answer names (12 CFR 1002.9: more than four is not likely to be helpful). */
export const MOST_REASONS = 4;

/**
 * Writes the groups that add risk, largest first, ties by group order, into `ranked`.
 * @returns how many there are, at most `ranked.length`
 */
export const rankAdding = (groups: Float64Array, ranked: Int32Array): number => {
  let found = 0;
  for (let group = 0; group < groups.length; group++) {
    const sum = groups[group] as number;
    if (sum <= 0) continue;
    let place = found;
    while (place > 0 && (groups[ranked[place - 1] as number] as number) < sum) place--;
    if (place === ranked.length) continue;
    for (let moved = Math.min(found, ranked.length - 1); moved > place; moved--)
      ranked[moved] = ranked[moved - 1] as number;
    ranked[place] = group;
    if (found < ranked.length) found++;
  }
  return found;
};

/** The groups that lower risk, strongest first, ties by group order. */
export const rankLowering = (groups: Float64Array): number[] =>
  [...groups.keys()]
    .filter((group) => (groups[group] as number) < 0)
    .sort((a, b) => (groups[a] as number) - (groups[b] as number) || a - b);

/** The input with the largest part in a group: the most positive (`sign` 1) or the most negative (-1); ties by input order. */
export const leadingInput = (parts: Float64Array, members: readonly number[], sign: 1 | -1): number | null => {
  let leading: number | null = null;
  for (const input of members) {
    if (leading === null || sign * (parts[input] as number) > sign * (parts[leading] as number)) leading = input;
  }
  return leading;
};
