/** Characters of the widest printed column. */
const WIDEST = 48;

/** Rows of cells as a danfojs DataFrame, printed whole: every row, every column as wide as it needs. */
export const printTable = async (rows: readonly Readonly<Record<string, string | number>>[]): Promise<string> => {
  const { DataFrame } = await import('danfojs-node');
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name]).length)));
  const tableDisplayConfig = {
    columns: Object.fromEntries([4, ...widths].map((width, place) => [place, { width: Math.min(width, WIDEST) }])),
    drawHorizontalLine: (line: number, lines: number) => line <= 1 || line === lines,
  };
  const frame = new DataFrame([...rows], {
    config: { tableMaxRow: rows.length, tableMaxColInConsole: names.length, tableDisplayConfig },
  });
  return frame.toString();
};
