/** A currency sign, also behind letters (US$), or three letters and a space (CNY 100). */
const BEFORE = /^[+-]?([A-Z]{0,3}\p{Sc}|[A-Z]{3}(?=\s))\s*[+-]?[\d.,][\d.,' \u00a0\u202f\u2019]*$/u;
/** A sign for a share or a currency, a Chinese unit, or a word behind a space (36 months). */
const BEHIND =
  /^[+-]?\d[\d.,' \u00a0\u202f\u2019]*?(?:\s*(%|‰|\p{Sc}[A-Z]{0,3}|个月|月|年|天|日|岁|万元|元|次|笔|户)|\s+(\p{L}{1,12}\.?))$/u;

const unitOf = (cell: string): string | null => {
  const [, before] = BEFORE.exec(cell) ?? [];
  const [, sign, word] = BEHIND.exec(cell) ?? [];
  return before ?? sign ?? word ?? null;
};

/**
 * The units of a column in which every known cell is a number with the same one, before or behind it; a word may also
 * stand in its plural (1 year, 2 years). Empty where it has none.
 */
export const sniffUnits = (cells: readonly string[]): string[] => {
  const units = new Set<string>();
  for (const cell of cells) {
    const unit = unitOf(cell);
    if (unit === null || units.add(unit).size > 2) return [];
  }
  const [one = '', other] = [...units].sort((a, b) => a.length - b.length);
  return other === undefined || other === `${one}s` ? [...units].sort() : [];
};
