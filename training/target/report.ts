import type { Locale, Text } from '../../src/domain/text.ts';
import { widthOf } from '../../src/explanation/comparison/figures.ts';
import { escapeHtml, toFacts, toTable } from '../report/html.ts';
import { writePage } from '../report/page.ts';
import type { TargetStudy } from './study.ts';
import { layOutStudy, type StudyTable } from './tables.ts';
import { words } from './words.ts';

/** What was studied, as the page and the JSON name it. */
export interface StudyFacts {
  readonly events: string;
  readonly from: string;
  readonly to: string;
  readonly by: 'customer' | 'facility';
  readonly performanceDays: number;
  readonly simulated: number;
}

/** A study as one page in Chinese and English. @param locale the language it opens in */
export const writeStudyPage = (study: TargetStudy, facts: StudyFacts, locale: Locale): string =>
  writePage({
    title: words.title[locale],
    locale,
    articles: { zh: writeIn('zh', study, facts), en: writeIn('en', study, facts) },
  });

const writeIn = (locale: Locale, study: TargetStudy, facts: StudyFacts): string =>
  [
    `<h1>${words.title[locale]}</h1><p>${escapeHtml(words.how[locale])}</p>`,
    ...(facts.simulated > 0 ? [`<p><strong>${words.simulated[locale]}</strong></p>`] : []),
    `<h2>${words.facts[locale]}</h2>${toFacts([
      ...Object.entries(facts).map(([name, value]) => [name, String(value)] as const),
      [words[facts.by][locale], String(study.followed)],
    ])}`,
    ...layOutStudy(study, locale).map(
      ({ title, header, rows }) => `<h2>${escapeHtml(title)}</h2>${toTable(header, rows)}`,
    ),
  ].join('\n');

/** The same for a terminal. */
export const drawStudy = (study: TargetStudy, facts: StudyFacts): Text => ({
  zh: drawIn('zh', study, facts),
  en: drawIn('en', study, facts),
});

const drawIn = (locale: Locale, study: TargetStudy, { from, to, by, simulated }: StudyFacts): string =>
  [
    `${words[by][locale]}: ${study.followed}; ${from} .. ${to}`,
    ...(simulated > 0 ? [words.simulated[locale]] : []),
    words.how[locale],
    ...layOutStudy(study, locale).flatMap(drawTable),
  ].join('\n');

const drawTable = ({ title, header, rows }: StudyTable): string[] => {
  const lines = [header, ...rows];
  const widths = header.map((_, place) => Math.max(...lines.map((cells) => widthOf(cells[place] ?? ''))));
  const pad = (cell: string, place: number) => `${' '.repeat((widths[place] ?? 0) - widthOf(cell))}${cell}`;
  return ['', title, ...lines.map((cells) => `  ${cells.map(pad).join('  ')}`.trimEnd())];
};
