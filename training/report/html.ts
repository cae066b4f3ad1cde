/** Text as HTML shows it. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** HTML that is not to be escaped again. */
export interface Html {
  readonly html: string;
}

const isNumber = (text: string): boolean =>
  /^(< )?[-+]?[\d.,]+(e[-+]\d+)?%?( \/ [\d.]+%)?(\s*\(.*\))?$/.test(text) || text === '-';

/** A table; columns of figures stand on the right, but for the first one. A cell of text is escaped. */
export const toTable = (header: readonly string[], rows: readonly (readonly (string | Html)[])[]): string => {
  const figures = header.map((_, place) => place > 0 && rows.every((cells) => isFigure(cells[place])));
  const mark = (place: number): string => (figures[place] ? ' class="n"' : '');
  const toCell = (cell: string | Html, place: number): string =>
    `<td${mark(place)}>${typeof cell === 'string' ? escapeHtml(cell) : cell.html}</td>`;
  const head = header.map((cell, place) => `<th${mark(place)}>${escapeHtml(cell)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map(toCell).join('')}</tr>`).join('\n');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
};

const isFigure = (cell: string | Html | undefined): boolean => typeof cell === 'string' && isNumber(cell);

/** A table of names and values. */
export const toFacts = (facts: readonly (readonly [name: string, value: string])[]): string =>
  `<table class="facts"><tbody>${facts
    .map(([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join('\n')}</tbody></table>`;

/** A chart under its title. */
export const toFigure = (title: string, svg: string): string =>
  `<figure><figcaption>${escapeHtml(title)}</figcaption>${svg}</figure>`;
