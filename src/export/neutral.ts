/** Beginnings that a spreadsheet takes for a formula, and the mark itself, so that no two texts become one. */
const AWKWARD = /^[=+\-@\t\r']/;

/** A text from data as a cell that no spreadsheet takes for a formula: led by an apostrophe where it would be one. */
export const neutralise = (text: string): string => (AWKWARD.test(text) ? `'${text}` : text);
