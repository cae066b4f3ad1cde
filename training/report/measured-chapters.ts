import type { Validation } from '../../src/domain/validation.ts';
import { verdictWords } from '../../src/explanation/verdicts.ts';
import { words as outcomeWords } from '../../src/explanation/wording.ts';
import { chance, charts, evidenceCell, fixed, marked, percent, ranged, type Writing } from './chapter.ts';
import { drawCost, drawGains, drawPeriodCalibration, drawPeriodRanking, drawReliability, drawRoc } from './charts.ts';
import { escapeHtml, toFacts, toFigure, toTable } from './html.ts';
import { words } from './words.ts';

/** What the chapters on a model's measurements are written from. */
type Measured = Writing & { readonly validation: Validation };

/** What every gate says. */
export const writeVerdicts = ({ validation, t }: Measured): string =>
  toTable(
    [t(words.verdict), t(words.found), t(words.gate)],
    validation.gates.map(({ name, verdict, message }) => [
      marked(t(verdictWords[verdict]), verdict),
      t(message),
      { html: `<code>${escapeHtml(name)}</code>` },
    ]),
  );

/** How well bad customers are told from good ones. */
export const writeDiscrimination = ({ validation, locale, t, draw }: Measured): string => {
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

/** How near probabilities are to what happened. */
export const writeCalibration = ({ validation, locale, t, draw }: Measured): string => {
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

/** How far score and inputs have moved, over all, by fold and by period. */
export const writeStability = (writing: Measured): string => {
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

const writePeriods = ({ validation: { periods }, locale, t, draw }: Measured): string => {
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

/** Slices of customers in which the model does worse. */
export const writeWeakSpots = ({ validation, t }: Measured): string => {
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

/** What noise on the inputs costs. */
export const writeRobustness = ({ validation, t }: Measured): string =>
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

/** Protected groups held against the largest of their column. */
export const writeFairness = ({ validation, t }: Measured): string => {
  const { cutOff, columns, underPolicy } = validation.fairness;
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
    ...(underPolicy ? writeUnderPolicy(underPolicy, t) : []),
  ].join('\n');
};

/** The same groups at each tier of the policy; what a probability means in each does not depend on it. */
const writeUnderPolicy = (
  { policy, tiers }: NonNullable<Validation['fairness']['underPolicy']>,
  t: Measured['t'],
): string[] => [
  `<h3>${escapeHtml(`${policy.name}@${policy.version}: ${t(words.underPolicy)}`)}</h3>`,
  ...tiers.map(({ tier, cutOff, columns }) =>
    [
      `<p>${escapeHtml(`${t(outcomeWords.tier[tier])} ${t(words.orHigher)} (PD ≥ ${percent(cutOff)})`)}</p>`,
      toTable(
        [
          t(words.group),
          t(words.rows),
          t(words.adverseRate),
          t(words.adverseRatio),
          t(words.approvalRatio),
          t(words.equalOpportunity),
          t(words.evidence),
        ],
        columns.flatMap(({ label, groups }) =>
          groups.map((group) => [
            `${t(label)}: ${t(group.group)}${group.isReference ? ` (${t(words.reference)})` : ''}`,
            String(group.rows),
            percent(group.adverseRate),
            ...[group.adverseRatio, group.approvalRatio, group.equalOpportunity].map((each) =>
              group.isReference ? '-' : ranged(each, 3),
            ),
            evidenceCell(group.evidence, t),
          ]),
        ),
      ),
    ].join('\n'),
  ),
];

/** How often the score fell though a raw column moved in its direction of risk. */
export const writeRawMonotone = ({ validation, t }: Measured): string =>
  toTable(
    [t(words.column), t(words.samples), t(words.fell), t(words.deepest)],
    validation.rawMonotone.map(({ column, samples, violations, worst }) => [
      column,
      String(samples),
      percent(violations / Math.max(1, samples)),
      fixed(worst / 1e6, 3),
    ]),
  );

/** What cut-offs cost. */
export const writeCost = ({ validation: { cost }, locale, t, draw }: Measured): string => {
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
