/** A cell between quotes, its own quotes doubled. */
export const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** A table as delimited text; a cell is quoted where it must be, and where `alsoQuote` says so. */
export const toCsv = (
  rows: readonly (readonly (string | number)[])[],
  { separator = ',', newline = '\n', alsoQuote = (_: string): boolean => false } = {},
): string =>
  rows
    .map((row) =>
      row
        .map(String)
        .map((cell) => (cell.includes(separator) || /["\r\n]/.test(cell) || alsoQuote(cell) ? quoted(cell) : cell))
        .join(separator),
    )
    .map((line) => `${line}${newline}`)
    .join('');
