import type { Locale, Text } from '../../src/domain/text.ts';
import type { Evidence } from '../../src/domain/validation.ts';
import type { Estimate } from '../../src/metrics/bootstrap.ts';
import type { Draw } from './draw.ts';
import { escapeHtml, type Html } from './html.ts';
import { words } from './words.ts';

type Say = (text: Text) => string;

/** What every chapter is written with: its language, and what draws its charts. */
export interface Writing {
  readonly locale: Locale;
  readonly t: Say;
  readonly draw: Draw;
}

/** A chapter under its title. */
export const chapter = (title: string, notes: readonly string[], ...parts: readonly string[]): string[] => [
  `<h2>${escapeHtml(title)}</h2>`,
  ...notes.map((note) => `<p>${escapeHtml(note)}</p>`),
  ...parts,
];

/** Charts side by side. */
export const charts = (figures: readonly string[]): string => `<div class="charts">${figures.join('\n')}</div>`;

/** A figure with so many digits; '-' where it cannot be had. */
export const fixed = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);

/** A share as a percentage. */
export const percent = (value: number | null, digits = 2): string =>
  value === null ? '-' : `${(100 * value).toFixed(digits)}%`;

/** A p-value. */
export const chance = (p: number | null): string => {
  if (p === null) return '-';
  return p > 0 && p < 0.0001 ? '< 0.0001' : p.toFixed(4);
};

/** A figure with its interval in brackets. */
export const ranged = ({ value, lower, upper }: Estimate, digits = 4): string =>
  lower === null ? fixed(value, digits) : `${fixed(value, digits)} (${fixed(lower, digits)} – ${fixed(upper, digits)})`;

/** A word in the colour of its kind. */
export const marked = (word: string, kind: string): Html => ({
  html: `<span class="${kind}">${escapeHtml(word)}</span>`,
});

/** Whether there is evidence enough, marked where there is not. */
export const evidenceCell = (evidence: Evidence, t: Say): string | Html =>
  evidence === 'sufficient' ? t(words.sufficient) : marked(t(words.insufficient), 'insufficient');
