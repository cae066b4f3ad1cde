import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Input, Model, Term } from '../../src/domain/model.ts';
import type { Validation } from '../../src/domain/validation.ts';
import { measuredRows, overlapWords } from '../../src/explanation/measured-rows.ts';
import { listScorecard, nameBin } from '../../src/explanation/scorecard-table.ts';
import { toPoints } from '../../src/model/scale.ts';
import type { CellRows } from '../validation/cell-rows.ts';
import { chapter, charts, type Writing } from './chapter.ts';
import { drawEffect, drawInteraction } from './charts.ts';
import { escapeHtml, toFacts, toFigure, toTable } from './html.ts';
import { words } from './words.ts';

type ModelWriting = Writing & { readonly model: Model };

/** What the model predicts and what it must not be used for. */
export const writeLimits = ({ model, dictionary, t }: ModelWriting & { readonly dictionary: Dictionary }): string[] => {
  const { event, horizonDays, notFor, note } = model.target;
  const isProtected = model.inputs.some((input) => input.protected);
  return [
    `${t(words.predicts)}: ${t(event)}`,
    `${t(words.horizon)}: ${horizonDays === null ? t(words.unknown) : `${horizonDays} ${t(words.days)}`}`,
    ...(note ? [t(note)] : []),
    ...(notFor.length > 0 ? [`${t(words.notFor)}: ${notFor.join(', ')}`] : []),
    ...(dictionary.source.synthetic ? [t(words.synthetic)] : []),
    t(isProtected ? words.protectedUsed : words.protectedOut),
    t(words.unapproved),
  ];
};

/** A value deep in the lineage, as text; '-' where it is not there. */
const dig = (lineage: Readonly<Record<string, unknown>>, ...path: readonly string[]): string => {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    lineage,
  );
  if (found === undefined || found === null) return '-';
  return typeof found === 'object' ? JSON.stringify(found) : String(found);
};

/** Where a model and its figures come from. */
interface Sources extends ModelWriting {
  readonly validation: Validation;
  readonly dictionary: Dictionary;
  readonly lineage: Readonly<Record<string, unknown>>;
}

/** From which data, settings, code and machine. */
export const writeLineage = ({ model, validation, dictionary, lineage, t }: Sources): string => {
  const { overlap } = validation.data;
  return toFacts([
    [t(words.fingerprint), model.fingerprint],
    [t(words.dataset), `${t(dictionary.title)} (${dictionary.name})`],
    [t(words.citation), dictionary.source.citation],
    [t(words.licence), dictionary.source.licence],
    [t(words.trainingRows), dig(lineage, 'data', 'trainingRows')],
    [t(words.trainingDigest), dig(lineage, 'data', 'trainingDigest')],
    [t(words.dataFile), validation.data.file.sha256],
    [t(words.dataDigest), validation.data.digest],
    ...(overlap === undefined ? [] : [[t(words.overlap), t(overlapWords[overlap])] as const]),
    [t(words.seed), String(validation.seed)],
    [t(words.learner), model.learner],
    [t(words.code), `${dig(lineage, 'code', 'name')} ${dig(lineage, 'code', 'version')}`],
    [t(words.machine), dig(lineage, 'machine')],
    [t(words.times), `${dig(lineage, 'times', 'started')} – ${dig(lineage, 'times', 'finished')}`],
    [t(words.settings), dig(lineage, 'settings')],
  ]);
};

/** What each input adds to the log-odds. */
export const writeEffects = ({ model, locale, t, draw }: ModelWriting): string =>
  charts(
    model.terms.flatMap((term) => {
      const input = model.inputs[term.inputs[0] as number];
      if (!input || term.inputs.length !== 1) return [];
      const chart = drawEffect(input, term, { intervalMilli: model.intervalMilli, locale });
      return [toFigure(`${t(input.label)} (${input.name})`, draw(chart, { height: 340 }))];
    }),
  );

/** Heat maps that are drawn, the strongest terms first, and slices of one term over three inputs. */
const MOST_MAPS = 40;
const MOST_SLICES = 12;

type JointWriting = ModelWriting & { readonly cellRows: CellRows };

/** What inputs add together; nothing where the model has no such term. */
export const writeInteractions = (writing: JointWriting): string[] => {
  const { model, cellRows, t } = writing;
  const spread = ({ microLogits }: Term) => Math.max(...microLogits) - Math.min(...microLogits);
  const terms = model.terms.filter(({ inputs }) => inputs.length > 1).sort((a, b) => spread(b) - spread(a));
  if (terms.length === 0) return [];
  const maps = terms.flatMap((term) => listMaps(term, cellRows.counts[model.terms.indexOf(term)] ?? null, writing));
  const drawn = maps.filter(({ slice }) => slice < MOST_SLICES).slice(0, MOST_MAPS);
  const left = maps.length - drawn.length;
  const counted = cellRows.of === 'training' ? words.trainedRows : measuredRows[cellRows.of];
  const density = { zh: `${words.density.zh}${counted.zh}。`, en: `${words.density.en}${counted.en}.` };
  const notes = [t(words.interactionsNote), t(density), ...(left > 0 ? [`${t(words.notDrawn)}${left}`] : [])];
  return chapter(t(words.interactions), notes, charts(drawn.map(({ draw }) => draw())));
};

/** A heat map still to be drawn, and which slice of its term it is. */
interface HeatMap {
  readonly slice: number;
  draw(): string;
}

const listMaps = (
  { inputs, microLogits }: Term,
  rows: readonly number[] | null,
  { model, locale, t, draw }: JointWriting,
): HeatMap[] => {
  const [first, second, third] = inputs.map((place) => model.inputs[place] as Input) as [Input, Input, Input?];
  const figure = (title: string, pair: readonly [Input, Input], [from, to]: readonly [number, number]) => {
    const cells = { microLogits: microLogits.slice(from, to), rows: rows?.slice(from, to) ?? null };
    return toFigure(title, draw(drawInteraction(pair, cells, locale), { height: 420 }));
  };
  if (!third) {
    const title = `${t(first.label)} × ${t(second.label)}`;
    return [{ slice: 0, draw: () => figure(title, [first, second], [0, microLogits.length]) }];
  }
  const size = second.counts.length * third.counts.length;
  return first.counts.map((_, bin) => ({
    slice: bin,
    draw: () =>
      figure(
        `${t(second.label)} × ${t(third.label)}; ${t(first.label)}: ${nameBin(first, bin, locale)}`,
        [second, third],
        [bin * size, (bin + 1) * size],
      ),
  }));
};

/** The points of every bin. */
export const writeScorecard = ({ model, locale, t }: ModelWriting): string =>
  [
    `<p>${escapeHtml(`${t(words.base)}: ${toPoints(model.intercept.microLogits, model.scale)}`)}</p>`,
    toTable(
      [t(words.input), t(words.values), t(words.rows), t(words.points), t(words.microLogits)],
      listScorecard(model, locale).map((line) => [
        line.label,
        line.values,
        String(line.rows),
        line.points.toFixed(2),
        String(line.microLogits),
      ]),
    ),
  ].join('\n');
