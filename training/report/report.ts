import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Model } from '../../src/domain/model.ts';
import type { Locale, Text } from '../../src/domain/text.ts';
import type { Validation } from '../../src/domain/validation.ts';
import { measuredRows } from '../../src/explanation/measured-rows.ts';
import type { CellRows } from '../validation/cell-rows.ts';
import { chapter } from './chapter.ts';
import { createDraw, type Draw } from './draw.ts';
import { escapeHtml } from './html.ts';
import {
  writeCalibration,
  writeCost,
  writeDiscrimination,
  writeFairness,
  writeRawMonotone,
  writeRobustness,
  writeStability,
  writeVerdicts,
  writeWeakSpots,
} from './measured-chapters.ts';
import { writeEffects, writeInteractions, writeLimits, writeLineage, writeScorecard } from './model-chapters.ts';
import { writePage } from './page.ts';
import { words } from './words.ts';

/** What a report is made of. */
export interface ReportInputs {
  readonly model: Model;
  readonly validation: Validation;
  /** How many rows lie in each cell of the terms over several inputs, so that it shows where there is little data. */
  readonly cellRows: CellRows;
  readonly dictionary: Dictionary;
  readonly lineage: Readonly<Record<string, unknown>>;
  /** The language the page opens in; the other is one click away. */
  readonly locale: Locale;
}

/**
 * The validation report: one page with everything in it, in Chinese and English, that asks nothing of any other place.
 */
export const writeReport = async (inputs: ReportInputs): Promise<string> => {
  const draw = await createDraw();
  const { model, locale } = inputs;
  return writePage({
    title: `${words.title[locale]}: ${model.name}@${model.version}`,
    locale,
    articles: { zh: writeIn('zh', inputs, draw), en: writeIn('en', inputs, draw) },
  });
};

const writeIn = (locale: Locale, inputs: ReportInputs, draw: Draw): string => {
  const writing = { ...inputs, locale, draw, t: (text: Text) => text[locale] };
  const { model, validation, t } = writing;
  const { data } = validation;
  return [
    `<h1>${escapeHtml(t(words.title))}</h1>`,
    `<p>${escapeHtml(`${model.name}@${model.version} · ${t(model.target.event)}`)}</p>`,
    `<p>${escapeHtml(`${t(words.measuredOn)}: ${t({ zh: `${data.rows} 行，坏客户 ${data.bads}`, en: `${data.rows} rows, ${data.bads} bad` })} (${t(measuredRows[data.kind])})`)}</p>`,
    ...chapter(t(words.verdicts), [t(words.verdictsNote)], writeVerdicts(writing)),
    ...chapter(t(words.limits), writeLimits(writing)),
    ...chapter(t(words.lineage), [], writeLineage(writing)),
    ...chapter(t(words.discrimination), [t(words.discriminationNote)], writeDiscrimination(writing)),
    ...chapter(t(words.calibration), [], writeCalibration(writing)),
    ...chapter(t(words.stability), [t(words.stabilityNote)], writeStability(writing)),
    ...chapter(t(words.weakSpots), [t(words.weakSpotsNote)], writeWeakSpots(writing)),
    ...chapter(t(words.robustness), [t(words.robustnessNote)], writeRobustness(writing)),
    ...chapter(t(words.fairness), [t(words.fairnessNote)], writeFairness(writing)),
    ...chapter(t(words.rawMonotone), [t(words.rawMonotoneNote)], writeRawMonotone(writing)),
    ...chapter(t(words.cost), [], writeCost(writing)),
    ...chapter(t(words.effects), [t(words.effectsNote)], writeEffects(writing)),
    ...writeInteractions(writing),
    ...chapter(t(words.scorecard), [t(words.scorecardNote)], writeScorecard(writing)),
  ].join('\n');
};
