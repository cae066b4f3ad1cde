import type { Locale } from '../../src/domain/text.ts';
import type { Estimate } from '../../src/metrics/bootstrap.ts';
import { createDraw, type Draw } from '../report/draw.ts';
import { escapeHtml, toFacts, toFigure, toTable } from '../report/html.ts';
import { writePage } from '../report/page.ts';
import { drawLeads, drawRecall } from './charts.ts';
import type { WarningEvaluation } from './measure.ts';
import { words } from './words.ts';

/** What was evaluated, as the page and the JSON name it. */
export type WarningFacts = Readonly<Record<string, string>>;

/** An evaluation as one page in Chinese and English. @param locale the language it opens in */
export const writeWarningPage = async (
  evaluation: WarningEvaluation,
  facts: WarningFacts,
  locale: Locale,
): Promise<string> => {
  const draw = await createDraw();
  const articles = { zh: writeIn('zh', { evaluation, facts, draw }), en: writeIn('en', { evaluation, facts, draw }) };
  return writePage({ title: words.title[locale], locale, articles });
};

interface Writing {
  readonly evaluation: WarningEvaluation;
  readonly facts: WarningFacts;
  readonly draw: Draw;
}

const writeIn = (locale: Locale, { evaluation, facts, draw }: Writing): string => {
  const { customers, spells } = evaluation;
  const data = [
    ...Object.entries(facts),
    [words.customers[locale], String(customers)],
    [words.spells[locale], String(spells)],
  ] as const;
  return [
    `<h1>${words.title[locale]}</h1><p>${escapeHtml(words.how[locale])}</p>`,
    ...(Number(facts.simulated) > 0 ? [`<p><strong>${words.simulated[locale]}</strong></p>`] : []),
    `<h2>${words.facts[locale]}</h2>${toFacts(data.map(([name, value]) => [name, value]))}`,
    `<div class="charts">${toFigure(words.recallChart[locale], draw(drawRecall(evaluation, locale)))}`,
    `${toFigure(words.leadChart[locale], draw(drawLeads(evaluation, locale)))}</div>`,
    `<h2>${words.gains[locale]}</h2>${tableGains(evaluation, locale)}`,
    `<h2>${words.alertsAxis[locale]}</h2>${tableFigures(evaluation, locale)}`,
    `<h2>${words.unobserved[locale]}</h2>${tableUnobserved(evaluation, locale)}`,
  ].join('\n');
};

const tableGains = ({ gains }: WarningEvaluation, locale: Locale): string =>
  toTable(
    [words.strategy, words.baseline, words.recall, words.recallBefore, words.precisionOfAll, words.verdict].map(
      (text) => text[locale],
    ),
    gains.map(({ strategy, baseline, recall, recallBeforeDefault, precisionOfAll, verdict }) => [
      strategy.label[locale],
      baseline.label[locale],
      ...[recall, recallBeforeDefault, precisionOfAll].map(toShare),
      words[verdict === 'unobserved' ? 'neverObserved' : verdict][locale],
    ]),
  );

const tableFigures = ({ figures, unobserved }: WarningEvaluation, locale: Locale): string =>
  toTable(
    [
      words.strategy,
      words.budget,
      words.alerts,
      words.late,
      words.recall,
      words.recallBefore,
      words.precision,
      words.precisionOfAll,
      words.lead,
    ].map((text) => text[locale]),
    figures.map((each) => [
      each.strategy.label[locale],
      String(each.budget),
      each.alerts.toFixed(2),
      percentOf(each.lateShare),
      ...[each.recall, each.recallBeforeDefault, each.precision, each.precisionOfAll].map((estimate) =>
        unobserved[each.strategy.name] === 1 ? words.neverObserved[locale] : toShare(estimate),
      ),
      [each.leadDays.lower, each.leadDays.middle.value, each.leadDays.upper].map((days) => days ?? '-').join(', '),
    ]),
  );

const tableUnobserved = ({ unobserved, figures }: WarningEvaluation, locale: Locale): string =>
  toTable(
    [words.strategy[locale], words.unobserved[locale]],
    Object.entries(unobserved).map(([kind, share]) => [
      figures.find(({ strategy }) => strategy.name === kind)?.strategy.label[locale] ?? kind,
      percentOf(share),
    ]),
  );

const percentOf = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(1)}%`);

const toShare = ({ value, lower, upper }: Estimate): string =>
  lower === null ? percentOf(value) : `${percentOf(value)} (${percentOf(lower)}, ${percentOf(upper)})`;
