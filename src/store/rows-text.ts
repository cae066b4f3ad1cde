import pg from 'pg';

/** Parts the cells of a column sent as one text. */
const SEPARATOR = '\x1f';

/**
 * A column of texts as one literal, which needs none of an array's quoting. An empty text is null.
 * @throws RangeError for a text that holds the separator, which canonical JSON and hexadecimal digits never do
 */
export const toColumn = (texts: readonly string[]): string => {
  if (texts.some((text) => text.includes(SEPARATOR))) throw new RangeError('a cell holds the separator of cells');
  return toLiteral(texts.join(SEPARATOR));
};

/** Texts as an array for a statement without parameters. */
export const toArray = (texts: readonly string[]): string => `string_to_array(${toColumn(texts)}, chr(31), '')`;

/** Columns of texts as a source of rows for a statement without parameters, so that a whole batch is one message. */
export const toRows = (columns: Readonly<Record<string, readonly string[]>>): string => {
  const lists = Object.values(columns).map(toArray);
  return `unnest(${lists.join(', ')}) AS t(${Object.keys(columns).join(', ')})`;
};

/** A text as SQL writes it; the driver's own escaping goes character by character, and most texts need none. */
export const toLiteral = (text: string): string =>
  text.includes("'") || text.includes('\\') ? pg.escapeLiteral(text) : `'${text}'`;
