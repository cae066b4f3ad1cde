import type { SpecialCode } from '../../src/domain/dictionary.ts';
import type { ColumnTally } from './tally.ts';

/** Rows that must hold a value before it is taken for a code. */
const LEAST_CODE_ROWS = 5;

/** Values set far apart from the rest that recur: -1, -9, -999 below numbers that are never negative, 96, 98, 999 far above. */
export const suspectCodes = (tally: ColumnTally): SpecialCode[] => {
  const { values, full, least, most, suspects } = tally;
  if (!full && values.size < 4) return [];
  const recurs = (value: number) => (suspects.get(value) ?? 0) >= LEAST_CODE_ROWS;
  const ordered = [...suspects.keys()].sort((a, b) => a - b);
  const negative = ordered.filter((value) => value < 0);
  const spikes = negative.filter((value) => SENTINEL.test(String(value)) && recurs(value) && isSpike(tally, value));
  const below = least >= 0 && negative.every(recurs) ? negative : spikes;
  const nines = ordered.filter((value) => value > 0);
  return [...below, ...suspectNines(nines, { recurs, most })].map((value) => ({
    value,
    label: { zh: `特殊代码 ${value}`, en: `Special code ${value}` },
    orderedAs: null,
    countsAs: null,
    mayBeatBest: false,
  }));
};

/** What programs write for "not known" where numbers may be negative. */
const SENTINEL = /^-(7{3,}|8{3,}|9{3,})$/;
/** How many times as often as any other number but 0 a code among negative numbers must occur. */
const SPIKE = 5;

/** Whether a whole number stands out among fractions by how often it occurs. */
const isSpike = ({ values, decimals, suspects }: ColumnTally, value: number): boolean => {
  if (decimals === 0) return false;
  let usual = 0;
  for (const [text, rows] of values) {
    const number = Number(text);
    if (number !== 0 && !suspects.has(number)) usual = Math.max(usual, rows);
  }
  return (suspects.get(value) ?? 0) >= SPIKE * usual;
};

/** How many times the largest ordinary value a code of nines must be. */
const NINES_GAP = 3;

/** At most three recurring values such as 96, 98 or 999 at the top, far above everything else. */
const suspectNines = (
  nines: readonly number[],
  { recurs, most }: { readonly recurs: (value: number) => boolean; readonly most: number },
): number[] => {
  for (let count = Math.min(3, nines.length); count > 0; count--) {
    const top = nines.slice(-count);
    const rest = Math.max(most, nines.at(-count - 1) ?? most);
    if (top.every(recurs) && (top[0] as number) > NINES_GAP * Math.abs(rest)) return top;
  }
  return [];
};
