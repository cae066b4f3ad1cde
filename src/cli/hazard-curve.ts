import { Command } from 'commander';
import type { Model } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import type { FromTypical } from '../explanation/typical.ts';
import { words } from '../explanation/wording.ts';
import { civilDay } from '../features/civil-day.ts';
import { modelFolders } from '../store/folders.ts';
import { drawCurve, type HazardCurve } from '../usecases/hazard-curve.ts';
import { type OpenedHazard, openHazard } from '../usecases/open-hazard.ts';
import { listOf, wholeNumber } from './arguments.ts';
import { readFields } from './explain.ts';
import type { Console } from './output.ts';

interface HazardCurveOptions {
  readonly model: string;
  readonly models?: string;
  readonly values: string;
  readonly days?: readonly number[];
}

const readDays = (text: string): number[] => listOf(text).map(wholeNumber('--days', { least: 1, most: 1_000_000 }));

/** `vigil hazard curve`: when one customer defaults, if ever, and why. */
export const hazardCurveCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('curve')
    .description(
      say({
        zh: '一位客户逐期的违约与还清概率、各期限的违约概率，以及每期得分的确切原因。',
        en: 'One customer period by period: chances of default and payoff, PD at each horizon, exact reasons for each score.',
      }),
    )
    .requiredOption(
      '--model <name[@version]>',
      say({ zh: 'vigil hazard train 训练的名称', en: 'as trained by vigil hazard train' }),
    )
    .requiredOption(
      '--values <file>',
      say({
        zh: '原始列的 JSON 对象（来源列名或字典列名），另含期数列；- 表示标准输入',
        en: 'JSON object of the raw columns (source names or ours) and of the column that counts periods; - reads standard input',
      }),
    )
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option(
      '--days <days>',
      say({
        zh: '期限（天），以逗号分隔，须为整期；默认为训练时的期限',
        en: 'horizons in days, by commas, whole periods; default: those it was trained for',
      }),
      readDays,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: HazardCurveOptions) => runCurve(console, options));
};

const runCurve = (console: Console, { model, models, values, days }: HazardCurveOptions): void => {
  const now = new Date().toISOString();
  const { timeZone } = console.config;
  const folders = modelFolders(models);
  const opened = openHazard({ reference: model, folders, day: civilDay(now, timeZone) });
  const curve = drawCurve({ opened, fields: readFields(values), days, now, timeZone });
  const { name, version, fingerprint } = opened.hazard;
  console.result(
    { hazard: { name, version, fingerprint }, ...curve },
    wordCurve(opened, curve).map(console.say).join('\n'),
  );
};

const percent = (chance: number): string => `${(100 * chance).toFixed(2)}%`;

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

const wordCurve = (opened: OpenedHazard, { horizons, periods, tiers, warnings }: HazardCurve): Text[] => {
  const { name, version, event, payoff } = opened.hazard;
  const title = `${name}@${version}`;
  return [
    { zh: title, en: title },
    ...horizons.map(({ days, probability }) => ({
      zh: `  ${days} 天内违约概率 ${percent(probability)}`,
      en: `  PD within ${days} days ${percent(probability)}`,
    })),
    ...wordTiers(tiers),
    ...periods.flatMap((period) => [
      {
        zh: `第 ${period.period} 期（至 ${period.untilDays} 天）：违约 ${percent(period.chances.default)}，还清 ${percent(period.chances.payoff)}；累计违约 ${percent(period.until.default)}，累计还清 ${percent(period.until.payoff)}`,
        en: `Period ${period.period} (until day ${period.untilDays}): default ${percent(period.chances.default)}, payoff ${percent(period.chances.payoff)}; until then default ${percent(period.until.default)}, payoff ${percent(period.until.payoff)}`,
      },
      ...wordScore(event, period.default, opened.default.plan.model),
      ...wordScore(payoff, period.payoff, opened.payoff.plan.model),
    ]),
    ...warnings.map(({ code, field }) => {
      const said = field === null ? code : `${code}: ${field}`;
      return { zh: `提示：${said}`, en: `Warning: ${said}` };
    }),
  ];
};

const wordTiers = (tiers: HazardCurve['tiers']): Text[] => {
  if (!tiers) return [];
  const { days, probability, tier, gap } = tiers;
  const name = words.tier[tier];
  return [
    {
      zh: `  分级表：${days} 天内违约概率 ${percent(probability)}，${name.zh}；与曲线相差 ${percent(gap)}`,
      en: `  Table for tiers: PD within ${days} days ${percent(probability)}, ${name.en}; ${percent(gap)} from the curve`,
    },
  ];
};

/** A score from the typical row's, group by group; the integers add up. */
const wordScore = (event: Text, { typicalMicroLogits, microLogits, groups }: FromTypical, model: Model): Text[] => {
  const inWords = (locale: 'zh' | 'en') =>
    groups
      .map(
        ({ code, microLogits: part }) =>
          `${signed(part)} ${model.groups.find((group) => group.code === code)?.label[locale] ?? code}`,
      )
      .join(locale === 'zh' ? '，' : ', ');
  return [
    {
      zh: `  ${event.zh}：典型客户 ${typicalMicroLogits}，${inWords('zh')} = ${microLogits}`,
      en: `  ${event.en}: typical customer ${typicalMicroLogits}, ${inWords('en')} = ${microLogits}`,
    },
  ];
};
