import type { Adjustment, AdjustmentEffect } from '../domain/adjustment.ts';
import type { Input, Model } from '../domain/model.ts';
import type { Locale, Text } from '../domain/text.ts';
import { countBins } from '../model/bins.ts';
import { fixed, percent, ranged, readDifference } from './comparison/figures.ts';
import { nameBin } from './scorecard-table.ts';
import { words } from './wording.ts';

type Say = (text: Text) => string;

const tooFew: Text = {
  zh: '证据不足：坏客户或好客户少于 100',
  en: 'insufficient evidence: fewer than 100 bad or good rows',
};

const say = {
  effect: { zh: '效果', en: 'Effect' },
  decisions: { zh: '项已作决策', en: 'decisions made by the version' },
  file: { zh: '行，来自', en: 'rows of' },
  held: { zh: '只含未参与训练的行', en: 'only rows kept out of training' },
  trained: { zh: '模型用过这些行训练，数字偏好', en: 'the model was trained on these rows, which flatters it' },
  policy: { zh: '策略', en: 'policy' },
  touched: { zh: '触及', en: 'touched' },
  noOutcome: { zh: '没有已知结果，无从判断好坏', en: 'no outcome is known, so that nothing says whether it is better' },
  logLoss: { zh: '对数损失', en: 'Log loss' },
  better: { zh: '变好', en: 'better' },
  worse: { zh: '变差', en: 'worse' },
  unclear: { zh: '无明显差异（区间含零）', en: 'no clear difference (the interval holds zero)' },
  all: { zh: '校准，全部', en: 'Calibration, all' },
  only: { zh: '校准，触及的', en: 'Calibration, touched' },
  meanPd: { zh: '平均违约概率', en: 'mean PD' },
  wentBad: { zh: '实际违约', en: 'went bad' },
  fewRows: { zh: '证据不足：少于 100 行', en: 'insufficient evidence: fewer than 100 rows' },
  tiers: { zh: '等级', en: 'Tiers' },
  up: { zh: '升', en: 'up' },
  down: { zh: '降', en: 'down' },
  same: { zh: '不变', en: 'same' },
  bad: { zh: '坏', en: 'bad' },
  groups: { zh: '受保护群体', en: 'Protected groups' },
} as const satisfies Record<string, Text>;

/** What an adjustment does to some rows, before and after, as text for the person who is to approve it. */
export const drawEffect = (effect: AdjustmentEffect, locale: Locale): string => {
  const t: Say = (text) => text[locale];
  const { auc, logLoss, calibration, tiers, groups } = effect;
  return [
    `${t(say.effect)}: ${nameRows(effect, t)}, ${t(say.policy)} ${effect.policy.name}@${effect.policy.version}; ${t(say.touched)} ${effect.touched}`,
    ...(auc && logLoss
      ? [
          drawPair('AUC', auc, { isGain: true, effect, t }),
          drawPair(t(say.logLoss), logLoss, { isGain: false, effect, t }),
        ]
      : [`  ${t(say.noOutcome)}`]),
    ...drawCalibration(say.all, calibration.all, t),
    ...drawCalibration(say.only, calibration.touched, t),
    `  ${t(say.tiers)}: ${t(say.up)} ${tiers.up}, ${t(say.down)} ${tiers.down}, ${t(say.same)} ${tiers.same}`,
    ...tiers.matrix
      .filter(({ before, after }) => before !== after)
      .map(({ before, after, rows, bads }) => {
        const outcome = bads === null ? '' : ` (${t(say.bad)} ${bads})`;
        return `    ${t(words.tier[before])} -> ${t(words.tier[after])}: ${rows}${outcome}`;
      }),
    ...groups.flatMap(({ label, segments }) => [
      `  ${t(say.groups)}: ${t(label)}`,
      ...segments.map(({ label: segment, rows, evidence, up, down }) => {
        const thin = evidence === 'sufficient' ? '' : ` [${t(say.fewRows)}]`;
        return `    ${t(segment)}: n=${rows}, ${t(say.up)} ${share(up, rows)}, ${t(say.down)} ${share(down, rows)}${thin}`;
      }),
    ]),
  ].join('\n');
};

const share = (part: number, rows: number): string => (rows === 0 ? '-' : percent(part / rows));

const nameRows = ({ source, rows }: AdjustmentEffect, t: Say): string => {
  if (source.kind === 'decisions') return `${rows} ${t(say.decisions)}`;
  const which = source.rows === 'all' ? '' : ` (${t(say[source.rows])})`;
  return `${rows} ${t(say.file)} ${source.name}${which}`;
};

interface Drawing {
  readonly isGain: boolean;
  readonly effect: AdjustmentEffect;
  readonly t: Say;
}

const drawPair = (
  name: string,
  { before, after, difference }: NonNullable<AdjustmentEffect['auc']>,
  { isGain, effect, t }: Drawing,
): string => {
  const judge = (): Text => {
    const read = readDifference(difference);
    if (effect.evidence !== 'sufficient') return tooFew;
    if (read === 'unclear') return say.unclear;
    return (read === 'more') === isGain ? say.better : say.worse;
  };
  return `  ${name}: ${fixed(before.value)} -> ${fixed(after.value)}, ${ranged(difference)}: ${t(judge())}`;
};

const drawCalibration = (
  title: Text,
  { rows, bads, evidence, before, after, badRate }: AdjustmentEffect['calibration']['all'],
  t: Say,
): string[] => {
  if (rows === 0) return [];
  const rate = (share: number | null) => (share === null ? '-' : percent(share));
  const thin = evidence === 'sufficient' ? '' : ` [${t(tooFew)}]`;
  return [
    `  ${t(title)}: ${t(say.meanPd)} ${rate(before)} -> ${rate(after)}, ${t(say.wentBad)} ${rate(badRate)} (${bads}/${rows})${thin}`,
  ];
};

/** What was measured, in one line for the log. */
export const summariseEffects = (effects: readonly AdjustmentEffect[]): string =>
  effects
    .map((effect) => {
      const { auc, tiers, evidence, touched, source } = effect;
      const rows = nameRows(effect, ({ en }) => en);
      const digest = source.kind === 'file' ? ` ${source.sha256}` : '';
      const ranking = auc ? `, AUC ${fixed(auc.before.value)} to ${fixed(auc.after.value)}` : '';
      const thin = evidence === 'sufficient' ? '' : ', insufficient evidence';
      return `${rows}${digest}: ${touched} touched${ranking}, tiers up ${tiers.up} down ${tiers.down}${thin}`;
    })
    .join('; ');

/** One cell of an adjustment that is not 0, and the bins it stands for. */
export interface AdjustedCell {
  readonly microLogits: number;
  /** One for each input of its table; none for a constant. */
  readonly where: readonly {
    readonly input: string;
    readonly bin: number;
    readonly label: Text;
    readonly values: Text;
  }[];
}

/** The cells of an adjustment that change something, table by table in their order, each with its bins in words. */
export const listAdjustedCells = ({ inputs }: Pick<Model, 'inputs'>, { tables }: Pick<Adjustment, 'tables'>) =>
  tables.flatMap((table): AdjustedCell[] => {
    const axes = table.inputs.flatMap((wanted) => inputs.find(({ name }) => name === wanted) ?? []);
    return table.microLogits.flatMap((microLogits, cell) => {
      if (microLogits === 0) return [];
      let rest = cell;
      const bins = axes.toReversed().map((input) => {
        const bin = rest % countBins(input);
        rest = (rest - bin) / countBins(input);
        return { input: input.name, bin, label: input.label, values: nameBothWays(input, bin) };
      });
      return [{ microLogits, where: bins.toReversed() }];
    });
  });

const nameBothWays = (input: Input, bin: number): Text => ({
  zh: nameBin(input, bin, 'zh'),
  en: nameBin(input, bin, 'en'),
});

/** A cell in one line. */
export const wordAdjustedCell = ({ microLogits, where }: AdjustedCell): Text => {
  const amount = `${microLogits > 0 ? '+' : ''}${microLogits}`;
  const word = (locale: Locale) =>
    where.map(({ label, values, input, bin }) => `${label[locale]} ${values[locale]} (${input}, ${bin})`).join('; ');
  if (where.length === 0) return { zh: `${amount}  常数`, en: `${amount}  to every score` };
  return { zh: `${amount}  ${word('zh')}`, en: `${amount}  ${word('en')}` };
};
