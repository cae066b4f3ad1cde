/**
 * P-values corrected for their number (Holm 1979): holds the chance of a single false alarm, however the tests depend on
 * each other.
 * @returns in the order given, each in [0, 1]
 */
export const correctHolm = (pValues: readonly number[]): number[] => {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const corrected = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    corrected[index] = largest;
  }
  return corrected;
};
