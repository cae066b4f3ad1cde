import type { Dictionary } from '../../src/domain/dictionary.ts';
import type { Model } from '../../src/domain/model.ts';
import type { Locale, Text } from '../../src/domain/text.ts';
import type { Gate } from '../../src/domain/validation.ts';
import { listScorecard } from '../../src/explanation/scorecard-table.ts';
import { verdictWords } from '../../src/explanation/verdicts.ts';
import type { Figures } from '../../src/metrics/figures.ts';
import { toCellPoints } from '../../src/model/scale.ts';
import type { OutsideBin } from '../assemble.ts';
import type { Holdout } from '../dataset/split.ts';
import type { LearnerNotes } from '../learners/learner.ts';
import type { LeakSign } from '../validation/leakage.ts';
import type { RawMonotone } from '../validation/raw-monotone.ts';
import { writeChoice } from './choice.ts';
import { writeInteractions } from './interactions.ts';
import { writeTable } from './markdown.ts';
import { words } from './words.ts';

/** Figures on one population of the untouched rows. */
export interface CardFigures {
  readonly label: Text;
  readonly figures: Figures;
}

/** What a model card tells. */
export interface CardInputs {
  readonly model: Model;
  readonly dictionary: Dictionary;
  readonly trainingRows: number;
  readonly trainingBads: number;
  /** Which rows the figures are from; null where none were held out. */
  readonly holdout: Holdout;
  readonly figures: readonly CardFigures[];
  readonly leakage: readonly LeakSign[];
  /** Verdicts of the validation. */
  readonly gates: readonly Gate[];
  readonly outside: readonly OutsideBin[];
  readonly information: readonly { readonly input: string; readonly value: number }[];
  readonly includeProtected: boolean;
  readonly repairs: number;
  readonly rawMonotone: readonly RawMonotone[];
  /** Share of (row, fresh bootstrap refit) pairs inside the interval; null where it was not measured. */
  readonly coverage: number | null;
  readonly notes: LearnerNotes;
}

const say = {
  title: { zh: '模型卡', en: 'Model card' },
  target: { zh: '预测目标', en: 'What it predicts' },
  notFor: { zh: '不得用于', en: 'Not for' },
  data: { zh: '训练数据', en: 'Training data' },
  rows: { zh: '样本数', en: 'rows' },
  bads: { zh: '坏客户', en: 'bad' },
  protected: { zh: '受保护字段', en: 'Protected columns' },
  excluded: { zh: '已排除（性别、年龄、婚姻、学历等及其衍生特征）', en: 'excluded, with everything derived from them' },
  included: { zh: '已纳入：不得用于实际决策', en: 'included: not to be used for decisions' },
  figures: { zh: '留出样本上的表现', en: 'Figures on untouched rows' },
  holdout: { zh: '以下数字来自训练从未使用的样本，折号', en: 'These rows took no part in training: fold' },
  later: {
    zh: '以下数字来自训练和校准各期之后的样本。',
    en: 'These rows are of periods after those that the model was fitted and calibrated on.',
  },
  none: {
    zh: '没有留出样本，因此没有可报告的表现数字。',
    en: 'No rows were held out, so there are no figures to show.',
  },
  empty: { zh: '没有任何行', en: 'no rows' },
  insufficient: { zh: '坏客户少于100个，证据不足', en: 'fewer than 100 bad rows: insufficient evidence' },
  leakage: { zh: '疑似数据泄漏', en: 'Suspected leakage' },
  leakageNote: {
    zh: '以下结果好得不像真的：很可能有字段在决策当时尚不可知。查清之前不得使用本模型：',
    en: 'This is too good to be true: a column was probably not known yet when the decision was to be made. Do not use the model before this is settled:',
  },
  gates: { zh: '验证结论', en: 'Verdicts of validation' },
  gatesNote: {
    zh: '在留出样本上逐关判定；证据不足从不算作通过。细节见 validation.json 和 report.html。',
    en: 'Judged gate by gate on the untouched rows; insufficient evidence never counts as passed. The details are in validation.json and report.html.',
  },
  inputs: { zh: '输入特征', en: 'Inputs' },
  information: { zh: '信息值', en: 'Information value' },
  direction: { zh: '风险方向', en: 'Direction of risk' },
  increasing: { zh: '越高风险越大', en: 'higher = riskier' },
  decreasing: { zh: '越高风险越小', en: 'higher = safer' },
  free: { zh: '不限', en: 'none' },
  range: { zh: '分值范围', en: 'Points, least to most' },
  outside: { zh: '顺序之外的取值', en: 'Values outside the order' },
  outsideNote: {
    zh: '缺失、特殊代码和其他类别各成一箱；样本不足的为 0，且除字典注明者外不优于最好的普通箱（沉默不得分）。',
    en: 'Missing, special codes and other categories are bins of their own; too few rows give 0, and none beats the best ordinary bin unless the dictionary says so (silence is not rewarded).',
  },
  logOdds: { zh: '对数几率（百万分之一）', en: 'Micro-logits' },
  best: { zh: '最好普通箱', en: 'Best ordinary bin' },
  reading: { zh: '如何阅读', en: 'How to read a score' },
  points: {
    zh: '分数越高越安全：好坏比 30:1 为 600 分，每增加 20 分好坏比翻倍。分数是整数相加的结果，每个答案都能精确还原。',
    en: 'Higher points are safer: 600 points at good:bad odds of 30:1, and 20 more points double the odds. A score is a sum of integers, so every answer can be taken apart exactly.',
  },
  monotone: {
    zh: '凡有风险方向的特征，均已对每个单元格证明单调；四舍五入后修复的箱数：',
    en: 'Every input with a direction of risk was proved monotone over every cell; bins mended after rounding: ',
  },
  rawMonotone: {
    zh: '证明针对模型输入。一个原始字段会进入多个输入（其中有的没有风险方向），因此对原始字段只做抽样：朝风险方向单独改变一个字段而得分反而下降的比例。',
    en: 'The proof is over model inputs. A raw column feeds several of them, some without a direction, so raw columns are only sampled: how often the score fell although one column alone moved in its direction of risk.',
  },
  violations: { zh: '下降比例', en: 'Fell' },
  worst: { zh: '最大下降（百万分之一对数几率）', en: 'Deepest fall, micro-logits' },
  interval: { zh: '90% 区间：标准误乘以', en: '90% interval: standard errors times' },
  coverage: { zh: '在全新自助样本重训上的覆盖率', en: 'coverage on fresh bootstrap refits' },
  approval: { zh: '审批', en: 'Approval' },
  unapproved: {
    zh: '本版本未经人工审批。投入使用前须由第二人审批。',
    en: 'No person has approved this version. It needs the approval of a second person before it is used.',
  },
} as const satisfies Record<string, Text>;

/** The model card in Chinese, then in English: what the model is, what it is worth and what it must not be used for. */
export const writeCard = (inputs: CardInputs): string => `${writeIn('zh', inputs)}\n---\n\n${writeIn('en', inputs)}`;

const writeIn = (locale: Locale, inputs: CardInputs): string => {
  const { model, dictionary } = inputs;
  const t = (text: Text) => text[locale];
  const { event, horizonDays, notFor, note } = model.target;
  return [
    `# ${t(say.title)}: ${model.name} ${model.version}`,
    `## ${t(say.target)}`,
    [
      t(event),
      ...(note ? [t(note)] : []),
      `${t(words.horizon)}: ${horizonDays === null ? t(words.unknown) : `${horizonDays} ${t(words.days)}`}`,
      ...(notFor.length > 0 ? [`${t(say.notFor)}: ${notFor.join(', ')}`] : []),
    ].join('\n\n'),
    `## ${t(say.data)}`,
    [
      `${t(dictionary.title)}: ${inputs.trainingRows} ${t(say.rows)}, ${inputs.trainingBads} ${t(say.bads)}`,
      ...(dictionary.source.synthetic ? [t(words.synthetic)] : []),
      dictionary.source.citation,
      `${t(words.licence)}: ${dictionary.source.licence}`,
      `${t(say.protected)}: ${t(inputs.includeProtected ? say.included : say.excluded)}`,
    ].join('\n\n'),
    `## ${t(say.figures)}`,
    inputs.holdout === null ? t(say.none) : writeFigures(inputs.figures, inputs.holdout, t),
    ...writeLeakage(inputs.leakage, t),
    `## ${t(say.gates)}`,
    t(say.gatesNote),
    writeGates(inputs.gates, t),
    `## ${t(say.reading)}`,
    [
      t(say.points),
      `${t(say.monotone)}${inputs.repairs}`,
      `${t(say.interval)} ${(model.intervalMilli / 1000).toFixed(3)}; ${t(say.coverage)}: ${decimals(inputs.coverage, 3)}`,
    ].join('\n\n'),
    t(say.rawMonotone),
    writeRawMonotone(inputs.rawMonotone, t),
    `## ${t(say.inputs)}`,
    writeInputs(inputs, t),
    `## ${t(words.scorecard)}`,
    writeScorecard(model, locale),
    ...writeChoice(inputs.notes.choice, locale),
    ...writeInteractions(model, inputs.notes, locale),
    `## ${t(say.outside)}`,
    t(say.outsideNote),
    writeOutside(inputs.outside, model, t),
    `## ${t(say.approval)}`,
    t(say.unapproved),
    '',
  ].join('\n\n');
};

type Say = (text: Text) => string;

const decimals = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));

const writeFigures = (figures: readonly CardFigures[], holdout: number | 'later', t: Say): string =>
  [
    holdout === 'later' ? t(say.later) : `${t(say.holdout)} ${holdout}.`,
    writeTable(
      [t(words.population), t(say.rows), t(say.bads), 'AUC', 'KS', 'log loss', 'Brier', 'ECE', ''],
      figures.map(({ label, figures: f }) => [
        t(label),
        String(f.rows),
        String(f.bads),
        decimals(f.auc, 4),
        decimals(f.ks, 4),
        decimals(f.logLoss, 4),
        decimals(f.brier, 4),
        decimals(f.ece, 4),
        wordEvidence(f, t),
      ]),
    ),
  ].join('\n\n');

const wordEvidence = ({ rows, evidence }: Figures, t: Say): string => {
  if (rows === 0) return t(say.empty);
  return evidence === 'sufficient' ? '' : t(say.insufficient);
};

const writeGates = (gates: readonly Gate[], t: Say): string =>
  writeTable(
    [t(words.gate), t(words.verdict), t(words.found)],
    gates.map(({ name, verdict, message }) => [`\`${name}\``, t(verdictWords[verdict]), t(message)]),
  );

/** A chapter only where there is something to tell. */
const writeLeakage = (leakage: readonly LeakSign[], t: Say): string[] => {
  if (leakage.length === 0) return [];
  return [
    `## ${t(say.leakage)}`,
    t(say.leakageNote),
    leakage.map(({ text, columns }) => `- ${t(text)} (${columns.join(', ')})`).join('\n'),
  ];
};

const writeRawMonotone = (columns: readonly RawMonotone[], t: Say): string =>
  writeTable(
    [t(words.column), t(words.samples), t(say.violations), t(say.worst)],
    columns.map(({ column, samples, violations, worst }) => [
      `\`${column}\``,
      String(samples),
      `${((100 * violations) / Math.max(1, samples)).toFixed(2)}%`,
      String(worst),
    ]),
  );

const writeInputs = ({ model, information }: CardInputs, t: Say): string =>
  writeTable(
    ['', t(say.inputs), t(say.direction), t(say.information), t(say.range)],
    model.inputs.map((input, place) => {
      const cells = model.terms[place]?.microLogits ?? [];
      const points = cells.map((cell) => toCellPoints(cell, model.scale));
      const value = information.find((entry) => entry.input === input.name)?.value ?? 0;
      return [
        `\`${input.name}\``,
        t(input.label),
        t(say[input.direction ?? 'free']),
        value.toFixed(3),
        `${Math.min(...points).toFixed(2)} ... ${Math.max(...points).toFixed(2)}`,
      ];
    }),
  );

/** The points of every bin; the base points are those of a customer at 0 in every term. */
const writeScorecard = (model: Model, locale: Locale): string =>
  writeTable(
    [say.inputs[locale], words.values[locale], say.rows[locale], words.points[locale]],
    listScorecard(model, locale).map(({ label, values, rows, points }) => [
      label,
      values,
      String(rows),
      points.toFixed(2),
    ]),
  );

const writeOutside = (outside: readonly OutsideBin[], model: Model, t: Say): string =>
  writeTable(
    [t(say.inputs), '', t(say.rows), t(say.logOdds), t(say.best)],
    outside.map(({ input, bin, rows, microLogits, bestOrdinary }) => [
      t(model.inputs.find(({ name }) => name === input)?.label ?? { zh: input, en: input }),
      bin,
      String(rows),
      String(microLogits),
      String(bestOrdinary),
    ]),
  );
