import { toProbability } from '../../src/arithmetic.ts';
import type { ComparedInput, ComparedTerm, Comparison } from '../../src/domain/comparison.ts';
import { signedLogOdds } from '../../src/explanation/comparison/figures.ts';
import { wordOtherwise } from '../../src/explanation/comparison/setting-words.ts';
import { say } from '../../src/explanation/comparison/words.ts';
import { chapter, charts, percent, type Writing } from './chapter.ts';
import { drawBothEffects, drawDifferences } from './comparison-charts.ts';
import { escapeHtml, toFigure, toTable } from './html.ts';

/** What every chapter on a comparison is written with. */
export interface ComparisonWriting extends Writing {
  readonly comparison: Comparison;
}

/** Curves and maps that are drawn, the farthest apart first, and sentences that are said. */
const MOST_CURVES = 40;
const MOST_MAPS = 12;
const MOST_FINDINGS = 40;

/** Which models, where they stand, and what else they have differently. */
export const listModelFacts = ({ comparison: { models }, t }: ComparisonWriting): [string, string][] => {
  const { a, b, level, inputs, otherwise } = models;
  const count = (presence: ComparedInput['in']) =>
    `${t(say[presence])} ${inputs.filter((input) => input.in === presence).length}`;
  const mean = (score: number) => `${signedLogOdds(score, 3)} (PD ${percent(toProbability(score))})`;
  return [
    [t(say.champion), `${a.name}@${a.version} ${a.fingerprint}`],
    [t(say.challenger), `${b.name}@${b.version} ${b.fingerprint}`],
    [t(say.level), `A ${mean(level.a)}, B ${mean(level.b)}, ${signedLogOdds(level.difference, 3)}`],
    [t(say.inputs), (['both', 'a', 'b'] as const).map(count).join(', ')],
    ...otherwise.map((each): [string, string] => [t(say.otherwise), t(wordOtherwise(each))]),
  ];
};

/** Where the models believe differently, in words. */
export const writeFindings = ({ comparison: { findings }, t }: ComparisonWriting): string => {
  if (findings.length === 0) return `<p>${escapeHtml(t(say.none))}</p>`;
  return `<ol>${findings
    .slice(0, MOST_FINDINGS)
    .map((finding) => `<li>${escapeHtml(t(finding))}</li>`)
    .join('\n')}</ol>`;
};

const inputsOf = ({ comparison: { models } }: ComparisonWriting, { inputs }: ComparedTerm): ComparedInput[] =>
  inputs.map((place) => models.inputs[place] as ComparedInput);

/** The effects of single inputs, both models in one picture. */
export const writeCurves = (writing: ComparisonWriting): string[] => {
  const { comparison, locale, t, draw } = writing;
  const single = comparison.models.terms.filter(({ inputs }) => inputs.length === 1);
  const figures = single.slice(0, MOST_CURVES).flatMap((term) => {
    const [input] = inputsOf(writing, term);
    if (!input) return [];
    const title = `${t(input.label)} (${input.name}), ${t(say[term.in])}`;
    return [toFigure(title, draw(drawBothEffects(input, term, locale), { height: 340 }))];
  });
  const left = single.length - figures.length;
  const notes = [t(say.curvesNote), ...(left > 0 ? [`${t(say.notDrawn)}${left}`] : [])];
  return chapter(t(say.curves), notes, charts(figures));
};

/** Differences of what two inputs do together; nothing where no model has such a term. */
export const writeMaps = (writing: ComparisonWriting): string[] => {
  const { comparison, locale, t, draw } = writing;
  const pairs = comparison.models.terms.filter(({ inputs }) => inputs.length === 2);
  if (pairs.length === 0) return [];
  const figures = pairs.slice(0, MOST_MAPS).map((term) => {
    const [down, across] = inputsOf(writing, term) as [ComparedInput, ComparedInput];
    const title = `${t(down.label)} × ${t(across.label)}, ${t(say[term.in])}`;
    return toFigure(title, draw(drawDifferences([down, across], term, locale), { height: 420 }));
  });
  const left = pairs.length - figures.length;
  const notes = [t(say.mapsNote), ...(left > 0 ? [`${t(say.notDrawn)}${left}`] : [])];
  return chapter(t(say.maps), notes, charts(figures));
};

const binWords = { same: say.sameBins, merged: say.mergedBins, own: say.ownBins } as const;

/** Every term with how far apart the models are. */
export const writeTerms = (writing: ComparisonWriting): string => {
  const { comparison, t } = writing;
  return toTable(
    [t(say.term), t(say.presence), t(say.bins), t(say.meanDistance), t(say.lowest), t(say.highest)],
    comparison.models.terms.map((term) => [
      inputsOf(writing, term)
        .map(({ label, name }) => `${t(label)} (${name})`)
        .join(' × '),
      t(say[term.in]),
      t(binWords[term.bins]),
      (term.meanDistance / 1e6).toFixed(3),
      signedLogOdds(
        term.difference.reduce((least, cell) => Math.min(least, cell)),
        3,
      ),
      signedLogOdds(
        term.difference.reduce((most, cell) => Math.max(most, cell)),
        3,
      ),
    ]),
  );
};
