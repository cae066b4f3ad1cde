import type { Comparison } from '../../src/domain/comparison.ts';
import type { Locale, Text } from '../../src/domain/text.ts';
import { doubtLive, doubtRows } from '../../src/explanation/comparison/row-words.ts';
import { say } from '../../src/explanation/comparison/words.ts';
import { chapter } from './chapter.ts';
import { writeLive } from './comparison-live.ts';
import {
  type ComparisonWriting,
  listModelFacts,
  writeCurves,
  writeFindings,
  writeMaps,
  writeTerms,
} from './comparison-models.ts';
import {
  summariseRows,
  writeAgreement,
  writeDrivers,
  writeHit,
  writeMovers,
  writeMoves,
  writeWorth,
} from './comparison-rows.ts';
import { createDraw, type Draw } from './draw.ts';
import { escapeHtml, toFacts } from './html.ts';
import { writePage } from './page.ts';

/** A comparison as one page in Chinese and English that asks nothing of any other place. @param locale the language it opens in */
export const writeComparisonPage = async (comparison: Comparison, locale: Locale): Promise<string> => {
  const draw = await createDraw();
  const { a, b } = comparison.models;
  return writePage({
    title: `${say.title[locale]}: ${a.name}@${a.version} – ${b.name}@${b.version}`,
    locale,
    articles: { zh: writeIn('zh', comparison, draw), en: writeIn('en', comparison, draw) },
  });
};

const writeIn = (locale: Locale, comparison: Comparison, draw: Draw): string => {
  const t = (text: Text) => text[locale];
  const writing = { comparison, locale, t, draw };
  const { a, b } = comparison.models;
  const { rows, live } = comparison;
  const moved = rows ? summariseRows(rows, doubtRows(rows), t) : [];
  const lived = live && live.rows > 0 ? summariseRows(live, doubtLive(live), t) : [];
  const isSame = a.fingerprint === b.fingerprint;
  return [
    `<h1>${escapeHtml(t(say.title))}</h1>`,
    `<p>${escapeHtml(`A: ${a.name}@${a.version} · B: ${b.name}@${b.version}`)}</p>`,
    `<p>${escapeHtml(t(isSame ? say.identical : say.sign))}</p>`,
    ...chapter(t(say.summary), [], toFacts([...listModelFacts(writing), ...moved, ...lived])),
    ...chapter(t(say.findings), [], writeFindings(writing)),
    ...writeRows(writing),
    ...(live ? writeLive(live, writing) : []),
    ...writeCurves(writing),
    ...writeMaps(writing),
    ...chapter(t(say.allTerms), [], writeTerms(writing)),
  ].join('\n');
};

const writeRows = (writing: ComparisonWriting): string[] => {
  const { comparison, t } = writing;
  if (!comparison.rows) return [];
  const rows = { ...writing, rows: comparison.rows };
  return [
    ...chapter(t(say.agreement), [], writeAgreement(rows), ...writeMoves(rows)),
    ...writeWorth(rows),
    ...chapter(t(say.hit), [], ...writeHit(rows)),
    ...chapter(t(say.movers), [], writeMovers(rows)),
    ...chapter(t(say.drivers), [], writeDrivers(rows)),
  ];
};
