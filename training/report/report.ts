import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Input, Model, Term } from '../../src/domain/model.ts';
import type { Locale, Text } from '../../src/domain/text.ts';
import type { Validation } from '../../src/domain/validation.ts';
import { listScorecard, nameBin } from '../../src/explanation/scorecard-table.ts';
import { verdictWords } from '../../src/explanation/verdicts.ts';
import { toPoints } from '../../src/model/scale.ts';
import {
  drawCost,
  drawEffect,
  drawGains,
  drawInteraction,
  drawPeriodCalibration,
  drawPeriodRanking,
  drawReliability,
  drawRoc,
} from './charts.ts';
import { createDraw, type Draw } from './draw.ts';
import { escapeHtml, type Html, toFacts, toFigure, toTable } from './html.ts';
import { words } from './words.ts';

/** What a report is made of. */
export interface ReportInputs {
  readonly model: Model;
  readonly validation: Validation;
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
  const title = `${words.title[locale]}: ${model.name}@${model.version}`;
  const radio = (language: Locale) =>
    `<input type="radio" name="language" id="${language}"${language === locale ? ' checked' : ''}>`;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${radio('zh')}${radio('en')}
<nav><label for="zh">中文</label><label for="en">English</label></nav>
<article class="zh" lang="zh">${writeIn('zh', inputs, draw)}</article>
<article class="en" lang="en">${writeIn('en', inputs, draw)}</article>
</body>
</html>
`;
};

const STYLE = `
body { margin: 0; background: #fff; color: #1c2530; font: 15px/1.55 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif; }
input[name=language] { position: absolute; opacity: 0; }
nav { position: sticky; top: 0; z-index: 1; padding: 8px 24px; background: #f4f6f8; border-bottom: 1px solid #d8dee5; text-align: right; }
nav label { padding: 4px 12px; border: 1px solid #b9c4cf; cursor: pointer; background: #fff; }
#zh:checked ~ nav label[for=zh], #en:checked ~ nav label[for=en] { background: #1f5fa8; border-color: #1f5fa8; color: #fff; }
#zh:focus-visible ~ nav label[for=zh], #en:focus-visible ~ nav label[for=en] { outline: 3px solid #f0a500; }
#zh:checked ~ .en, #en:checked ~ .zh { display: none; }
article { max-width: 1120px; margin: 0 auto; padding: 8px 24px 64px; }
h1 { margin: 20px 0 4px; font-size: 26px; } h2 { margin: 40px 0 8px; font-size: 20px; border-bottom: 2px solid #1f5fa8; } h3 { margin: 20px 0 6px; font-size: 16px; }
p { margin: 6px 0; max-width: 86ch; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 8px 0; font-size: 13px; }
th, td { padding: 4px 9px; border-bottom: 1px solid #e1e6eb; text-align: left; vertical-align: top; }
th, td { word-break: keep-all; } thead th { background: #f4f6f8; } th.n { text-align: right; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.facts th { color: #51606f; font-weight: 500; white-space: nowrap; } .facts td { overflow-wrap: anywhere; }
.charts { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 8px 0; width: 520px; max-width: 100%; } figcaption { font-weight: 600; font-size: 14px; } figure svg { display: block; max-width: 100%; height: auto; }
.passed { color: #1d7a46; font-weight: 600; } .failed { color: #b3261e; font-weight: 700; } .insufficient { color: #8a5a00; font-weight: 600; } .not_applicable { color: #66727e; }
code { font-size: 12px; }
@media print { nav { display: none; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
`;

type Say = (text: Text) => string;

/** What every chapter is written with. */
interface Writing extends ReportInputs {
  readonly t: Say;
  readonly draw: Draw;
}

const writeIn = (locale: Locale, inputs: ReportInputs, draw: Draw): string => {
  const writing: Writing = { ...inputs, locale, draw, t: (text) => text[locale] };
  const { model, validation, t } = writing;
  const { data } = validation;
  return [
    `<h1>${escapeHtml(t(words.title))}</h1>`,
    `<p>${escapeHtml(`${model.name}@${model.version} · ${t(model.target.event)}`)}</p>`,
    `<p>${escapeHtml(`${t(words.measuredOn)}: ${t({ zh: `${data.rows} 行，坏客户 ${data.bads}`, en: `${data.rows} rows, ${data.bads} bad` })} (${t(words[data.kind])})`)}</p>`,
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

const chapter = (title: string, notes: readonly string[], ...parts: readonly string[]): string[] => [
  `<h2>${escapeHtml(title)}</h2>`,
  ...notes.map((note) => `<p>${escapeHtml(note)}</p>`),
  ...parts,
];

const fixed = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);
const percent = (value: number | null, digits = 2): string =>
  value === null ? '-' : `${(100 * value).toFixed(digits)}%`;
const chance = (p: number | null): string => {
  if (p === null) return '-';
  return p > 0 && p < 0.0001 ? '< 0.0001' : p.toFixed(4);
};

interface Range {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}
const ranged = ({ value, lower, upper }: Range, digits = 4): string =>
  lower === null ? fixed(value, digits) : `${fixed(value, digits)} (${fixed(lower, digits)} – ${fixed(upper, digits)})`;

const marked = (word: string, kind: string): Html => ({ html: `<span class="${kind}">${escapeHtml(word)}</span>` });
const evidenceCell = (evidence: 'sufficient' | 'insufficient', t: Say): string | Html =>
  evidence === 'sufficient' ? t(words.sufficient) : marked(t(words.insufficient), 'insufficient');

const writeVerdicts = ({ validation, t }: Writing): string =>
  toTable(
    [t(words.verdict), t(words.found), t(words.gate)],
    validation.gates.map(({ name, verdict, message }) => [
      marked(t(verdictWords[verdict]), verdict),
      t(message),
      { html: `<code>${escapeHtml(name)}</code>` },
    ]),
  );

const writeLimits = ({ model, dictionary, t }: Writing): string[] => {
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

const writeLineage = ({ model, validation, dictionary, lineage, t }: Writing): string =>
  toFacts([
    [t(words.fingerprint), model.fingerprint],
    [t(words.dataset), `${t(dictionary.title)} (${dictionary.name})`],
    [t(words.citation), dictionary.source.citation],
    [t(words.licence), dictionary.source.licence],
    [t(words.trainingRows), dig(lineage, 'data', 'trainingRows')],
    [t(words.trainingDigest), dig(lineage, 'data', 'trainingDigest')],
    [t(words.dataFile), validation.data.file.sha256],
    [t(words.dataDigest), validation.data.digest],
    [t(words.seed), String(validation.seed)],
    [t(words.learner), model.learner],
    [t(words.code), `${dig(lineage, 'code', 'name')} ${dig(lineage, 'code', 'version')}`],
    [t(words.machine), dig(lineage, 'machine')],
    [t(words.times), `${dig(lineage, 'times', 'started')} – ${dig(lineage, 'times', 'finished')}`],
    [t(words.settings), dig(lineage, 'settings')],
  ]);

const charts = (figures: readonly string[]): string => `<div class="charts">${figures.join('\n')}</div>`;

const writeDiscrimination = ({ validation, locale, t, draw }: Writing): string => {
  const rows = validation.discrimination.map((part) => [
    t(part.label),
    String(part.rows),
    String(part.bads),
    ranged(part.auc),
    ranged(part.gini),
    ranged(part.ks),
    ranged(part.lift, 2),
    fixed(part.informationValue, 3),
    evidenceCell(part.evidence, t),
  ]);
  return [
    toTable(
      [t(words.population), t(words.rows), t(words.bads), 'AUC', 'Gini', 'KS', t(words.lift), 'IV', t(words.evidence)],
      rows,
    ),
    charts([
      toFigure(t(words.roc), draw(drawRoc(validation, locale), { height: 380 })),
      toFigure(t(words.gains), draw(drawGains(validation, locale), { height: 380 })),
    ]),
  ].join('\n');
};

const writeCalibration = ({ validation, locale, t, draw }: Writing): string => {
  const [all] = validation.calibration;
  const rows = validation.calibration.map((part) => [
    t(part.label),
    percent(part.meanProbability),
    percent(part.badRate),
    ranged(part.brier),
    ranged(part.logLoss),
    ranged(part.ece),
    part.hosmerLemeshow ? `${part.hosmerLemeshow.statistic.toFixed(1)} (p ${chance(part.hosmerLemeshow.pValue)})` : '-',
    evidenceCell(part.evidence, t),
  ]);
  const bands = (all?.bands ?? []).map((band) => [
    `${percent(band.least)} – ${percent(band.most)}`,
    String(band.rows),
    String(band.bads),
    percent(band.meanProbability),
    percent(band.rate),
    `${percent(band.lower)} – ${percent(band.upper)}`,
    chance(band.pUnderestimated),
    chance(band.pCorrected),
    fixed(band.effect, 3),
    evidenceCell(band.evidence, t),
  ]);
  return [
    toTable(
      [
        t(words.population),
        t(words.predicted),
        t(words.observed),
        'Brier',
        t(words.logLoss),
        'ECE',
        'Hosmer-Lemeshow',
        t(words.evidence),
      ],
      rows,
    ),
    `<p>${escapeHtml(t(words.hosmer))}</p>`,
    charts(
      validation.calibration.map((part) =>
        toFigure(`${t(words.reliability)}: ${t(part.label)}`, draw(drawReliability(part, locale), { height: 380 })),
      ),
    ),
    `<h3>${escapeHtml(t(words.bandsTitle))}</h3>`,
    `<p>${escapeHtml(t(words.bandsNote))}</p>`,
    toTable(
      [
        t(words.band),
        t(words.rows),
        t(words.bads),
        t(words.predicted),
        t(words.observed),
        t(words.interval),
        t(words.under),
        t(words.off),
        t(words.effect),
        t(words.evidence),
      ],
      bands,
    ),
  ].join('\n');
};

const writeStability = (writing: Writing): string => {
  const { validation, t } = writing;
  const { score, inputs, folds } = validation.stability;
  return [
    `<p><b>${escapeHtml(`${t(words.score)}: ${fixed(score)}`)}</b></p>`,
    ...(folds.length === 0
      ? []
      : [
          toTable(
            [
              t(words.foldName),
              t(words.fitted),
              t(words.rows),
              t(words.bads),
              t(words.score),
              'AUC',
              t(words.evidence),
            ],
            folds.map((part) => [
              String(part.fold),
              t(part.fitted ? words.yes : words.no),
              String(part.rows),
              String(part.bads),
              fixed(part.score),
              fixed(part.auc),
              evidenceCell(part.evidence, t),
            ]),
          ),
        ]),
    toTable(
      [t(words.input), 'CSI', 'IV'],
      inputs.map(({ label, stability, informationValue }) => [t(label), fixed(stability), fixed(informationValue, 3)]),
    ),
    `<h3>${escapeHtml(t(words.periods))}</h3>`,
    writePeriods(writing),
  ].join('\n');
};

const writePeriods = ({ validation: { periods }, locale, t, draw }: Writing): string => {
  if (periods.length === 0) return `<p>${escapeHtml(t(words.noPeriods))}</p>`;
  return [
    charts([
      toFigure('AUC', draw(drawPeriodRanking(periods, locale))),
      toFigure(t(words.calibration), draw(drawPeriodCalibration(periods, locale))),
    ]),
    toTable(
      [
        t(words.period),
        t(words.rows),
        t(words.bads),
        'AUC',
        t(words.predicted),
        t(words.observed),
        t(words.interval),
        'PSI',
        t(words.evidence),
      ],
      periods.map((part) => [
        String(part.period),
        String(part.rows),
        String(part.bads),
        ranged(part.auc),
        percent(part.meanProbability),
        percent(part.rate),
        `${percent(part.lower)} – ${percent(part.upper)}`,
        fixed(part.score),
        evidenceCell(part.evidence, t),
      ]),
    ),
  ].join('\n');
};

const writeWeakSpots = ({ validation, t }: Writing): string => {
  const { tested, thin, harder, wrong, spots } = validation.weakSpots;
  const counts = [
    [words.slicesTested, tested],
    [words.slicesThin, thin],
    [words.slicesHarder, harder],
    [words.slicesWrong, wrong],
  ] as const;
  const told = counts.map(([word, count]) => `${t(word)} ${count}`).join(' · ');
  if (spots.length === 0) return `<p>${escapeHtml(told)}</p><p>${escapeHtml(t(words.noSpots))}</p>`;
  return [
    `<p>${escapeHtml(told)}</p>`,
    toTable(
      [
        t(words.slice),
        t(words.rows),
        t(words.bads),
        t(words.predicted),
        t(words.observed),
        t(words.logLoss),
        t(words.rest),
        t(words.promised),
        t(words.pHarder),
        t(words.pWrong),
        t(words.evidence),
      ],
      spots.map((spot) => [
        spot.where.map(({ label, values }) => `${t(label)}: ${t(values)}`).join(' & '),
        String(spot.rows),
        String(spot.bads),
        percent(spot.meanProbability),
        percent(spot.bads / spot.rows),
        fixed(spot.logLoss),
        fixed(spot.rest),
        fixed(spot.promised),
        chance(spot.pHarder),
        chance(spot.pWrong),
        evidenceCell(spot.evidence, t),
      ]),
    ),
  ].join('\n');
};

const writeRobustness = ({ validation, t }: Writing): string =>
  toTable(
    [t(words.noise), 'AUC', t(words.lost), t(words.logLoss), t(words.shift)],
    validation.robustness.map((part) => [
      percent(part.noise),
      fixed(part.auc),
      fixed(part.lost),
      fixed(part.logLoss),
      percent(part.meanShift),
    ]),
  );

const writeFairness = ({ validation, t }: Writing): string => {
  const { cutOff, columns } = validation.fairness;
  if (columns.length === 0) return `<p>${escapeHtml(t(words.noGroups))}</p>`;
  return [
    `<p>${escapeHtml(`${t(words.cutOff)}: ${cutOff === null ? t(words.nobody) : percent(cutOff)}`)}</p>`,
    ...columns.flatMap(({ label, groups }) => [
      `<h3>${escapeHtml(t(label))}</h3>`,
      toTable(
        [
          t(words.group),
          t(words.rows),
          t(words.bads),
          t(words.adverseRate),
          t(words.adverseRatio),
          t(words.approvalRatio),
          t(words.equalOpportunity),
          t(words.groupCalibration),
          t(words.off),
          t(words.effect),
          t(words.evidence),
        ],
        groups.map((group) => [
          `${t(group.group)}${group.isReference ? ` (${t(words.reference)})` : ''}`,
          String(group.rows),
          String(group.bads),
          percent(group.adverseRate),
          group.isReference ? '-' : ranged(group.adverseRatio, 3),
          group.isReference ? '-' : ranged(group.approvalRatio, 3),
          group.isReference ? '-' : ranged(group.equalOpportunity, 3),
          `${percent(group.meanProbability, 1)} / ${percent(group.rate, 1)} (${percent(group.lower, 1)} – ${percent(group.upper, 1)})`,
          chance(group.pCalibration),
          fixed(group.effect, 3),
          evidenceCell(group.evidence, t),
        ]),
      ),
    ]),
  ].join('\n');
};

const writeRawMonotone = ({ validation, t }: Writing): string =>
  toTable(
    [t(words.column), t(words.samples), t(words.fell), t(words.deepest)],
    validation.rawMonotone.map(({ column, samples, violations, worst }) => [
      column,
      String(samples),
      percent(violations / Math.max(1, samples)),
      fixed(worst / 1e6, 3),
    ]),
  );

const writeCost = ({ validation: { cost }, locale, t, draw }: Writing): string => {
  const { customersADay, reviewsADay } = cost;
  const picked = [
    [words.best, cost.best] as const,
    ...(cost.within ? [[words.within, cost.within] as const] : []),
  ].flatMap(([word, cutOff]) =>
    cutOff
      ? [
          [
            t(word),
            cutOff.probability === null ? t(words.nobody) : percent(cutOff.probability),
            percent(cutOff.share),
            percent(cutOff.caught),
            fixed(cutOff.loss),
          ],
        ]
      : [],
  );
  return [
    toFacts([
      [t(words.missedBad), String(cost.missedBad)],
      [t(words.falseAlarm), String(cost.falseAlarm)],
      [t(words.review), String(cost.review)],
      [
        t(words.capacity),
        reviewsADay === null || customersADay === null ? t(words.unbounded) : `${reviewsADay} / ${customersADay}`,
      ],
    ]),
    toTable(['', t(words.cutOff), t(words.acted), t(words.caught), t(words.lossEach)], picked),
    ...(cost.evidence === 'insufficient' ? [`<p class="insufficient">${escapeHtml(t(words.insufficient))}</p>`] : []),
    charts([toFigure(t(words.cost), draw(drawCost(cost, locale), { height: 340 }))]),
  ].join('\n');
};

const writeEffects = ({ model, locale, t, draw }: Writing): string =>
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

const writeInteractions = (writing: Writing): string[] => {
  const { model, t } = writing;
  const spread = ({ microLogits }: Term) => Math.max(...microLogits) - Math.min(...microLogits);
  const terms = model.terms.filter(({ inputs }) => inputs.length > 1).sort((a, b) => spread(b) - spread(a));
  if (terms.length === 0) return [];
  const maps = terms.flatMap((term) => listMaps(term, writing));
  const drawn = maps.filter(({ slice }) => slice < MOST_SLICES).slice(0, MOST_MAPS);
  const left = maps.length - drawn.length;
  const notes = [t(words.interactionsNote), ...(left > 0 ? [`${t(words.notDrawn)}${left}`] : [])];
  return chapter(t(words.interactions), notes, charts(drawn.map(({ draw }) => draw())));
};

/** A heat map still to be drawn, and which slice of its term it is. */
interface HeatMap {
  readonly slice: number;
  draw(): string;
}

const listMaps = ({ inputs, microLogits }: Term, { model, locale, t, draw }: Writing): HeatMap[] => {
  const [first, second, third] = inputs.map((place) => model.inputs[place] as Input) as [Input, Input, Input?];
  const figure = (title: string, pair: readonly [Input, Input], cells: readonly number[]) =>
    toFigure(title, draw(drawInteraction(pair, cells, locale), { height: 420 }));
  if (!third) {
    const title = `${t(first.label)} × ${t(second.label)}`;
    return [{ slice: 0, draw: () => figure(title, [first, second], microLogits) }];
  }
  const size = second.counts.length * third.counts.length;
  return first.counts.map((_, bin) => ({
    slice: bin,
    draw: () =>
      figure(
        `${t(second.label)} × ${t(third.label)}; ${t(first.label)}: ${nameBin(first, bin, locale)}`,
        [second, third],
        microLogits.slice(bin * size, (bin + 1) * size),
      ),
  }));
};

const writeScorecard = ({ model, locale, t }: Writing): string =>
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
