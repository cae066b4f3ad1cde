const SHARES = [0.25, 0.5, 0.75];

/**
 * Values at which numbers are cut into quarters, equal ones together: those below a cut lie in an earlier quarter.
 * @param values NaN = missing, which lies in none
 * @returns ascending, each above the least value; fewer than three where many are equal
 */
export const cutQuarters = (values: ArrayLike<number>): number[] => {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0) return [];
  const cuts = SHARES.map((share) => sorted[Math.floor(share * sorted.length)] as number);
  return [...new Set(cuts)].filter((cut) => cut > (sorted[0] as number));
};
