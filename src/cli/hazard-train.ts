import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { TrainedHazard } from '../../training/hazard/train.ts';
import { type LearnerWish, learnerWishes } from '../../training/learners/names.ts';
import type { HazardValidation } from '../domain/hazard.ts';
import type { Text } from '../domain/text.ts';
import { nextHazardVersion, writeHazard } from '../store/hazards.ts';
import { nextVersion, toLinedText, toModelText } from '../store/models.ts';
import { requireModelsFolder } from '../store/registry.ts';
import { requireWritable } from '../store/writing.ts';
import { oneOf, slug, wholeNumber } from './arguments.ts';
import { hearCancel, loadSource } from './load.ts';
import { type Console, withCancel } from './output.ts';
import { readSettings } from './settings.ts';
import { storeTrained } from './store-trained.ts';
import { addTrainingOptions, type TrainingOptions } from './training-options.ts';
import { watchTraining } from './watch-training.ts';

interface HazardTrainOptions extends TrainingOptions {
  readonly data: string;
  readonly dictionary?: string;
  readonly name?: string;
  readonly out: string;
  readonly learner: LearnerWish;
  readonly tiers?: number;
}

/** `vigil hazard train`: hazards of default and payoff from a panel. */
export const hazardTrainCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('train')
    .description(
      say({
        zh: '用面板数据（字典含 periods 与 hazard）训练逐期风险率，并在以后各期上检验。',
        en: 'Train hazards from a panel (a dictionary with periods and hazard) and measure them on later periods.',
      }),
    )
    .requiredOption('--data <name|file>', say({ zh: '数据字典名或文件', en: 'a dictionary or a file' }))
    .option('--dictionary <name|file>', say({ zh: '文件的数据字典', en: 'the dictionary of a file' }))
    .option(
      '--name <name>',
      say({ zh: '名称；默认为数据名加 -hazard', en: 'its name; default: that of the data and -hazard' }),
      slug('--name'),
    )
    .option('--out <folder>', say({ zh: '模型目录', en: 'folder of models' }), 'models')
    .option(
      '--learner <learner>',
      say({ zh: '每张表的算法', en: 'learner of each table' }),
      oneOf('--learner', learnerWishes),
      'scorecard',
    )
    .option(
      '--tiers <periods>',
      say({
        zh: '另训练一张“若干期内违约”的表供分级使用，并报告它与曲线的差距',
        en: 'also fit a table of default within so many periods, for tiers, and report its gap to the curve',
      }),
      wholeNumber('--tiers', { least: 1, most: 1200 }),
    );
  return addTrainingOptions(command, console)
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: HazardTrainOptions) => withCancel((signal) => runTrain(console, options, signal)));
};

const runTrain = async (console: Console, options: HazardTrainOptions, signal: AbortSignal): Promise<void> => {
  const started = new Date();
  const [{ openSource }, { requirePanel, toReadingDictionary }, { toPanel }, { trainHazard }] = await Promise.all([
    import('../../training/dataset/source.ts'),
    import('../../training/hazard/panel-dictionary.ts'),
    import('../../training/hazard/panel.ts'),
    import('../../training/hazard/train.ts'),
  ]);
  const settings = await readSettings(options);
  const out = resolve(options.out);
  requireModelsFolder(out);
  const { data, dictionary: named } = options;
  const plain = { label: undefined, bad: undefined, dataFolder: console.config.dataFolder };
  const source = await openSource({ ...plain, data, dictionary: named });
  const dictionary = requirePanel(source.dictionary);
  const name = options.name ?? `${dictionary.name}-hazard`;
  requireWritable(join(out, name));
  const display = console.progress(console.say({ zh: '训练', en: 'train' }));
  try {
    const reading = { ...source, dictionary: toReadingDictionary(dictionary) };
    const panel = toPanel(await loadSource(console, reading, { display, signal }), dictionary);
    const trained = await trainHazard({
      panel,
      name,
      chooseVersion: (model, contentOf) => nextVersion(out, model, (version) => toModelText(contentOf(version))),
      chooseJoined: (contentOf) => nextHazardVersion(out, name, contentOf),
      learner: options.learner,
      settings,
      includeProtected: options.protected === 'include',
      tierPeriods: options.tiers ?? null,
      allowLeaks: options.allowLeak ?? [],
      onProgress: watchTraining(console, display, signal),
    });
    await hearCancel(signal);
    display.stop();
    for (const { trained: table, frame } of trained.tables) {
      await storeTrained(console, table, { dictionary: frame.dictionary, out, started });
    }
    const { path, isNew } = writeHazard(out, trained.hazard, {
      'validation.json': toLinedText(trained.validation),
      'dictionary.json': `${JSON.stringify(dictionary, null, 2)}\n`,
    });
    tell(console, trained, { path, isNew });
  } finally {
    display.stop();
  }
};

const tell = (
  console: Console,
  { hazard, validation }: TrainedHazard,
  { path, isNew }: { readonly path: string; readonly isNew: boolean },
): void => {
  const { name, version, fingerprint, tables, tiers } = hazard;
  const lines: Text[] = [
    isNew
      ? { zh: `${name}@${version} 已写入 ${path}`, en: `${name}@${version} written to ${path}` }
      : { zh: `${name}@${version} 在 ${path} 中没有变化`, en: `${name}@${version} is unchanged in ${path}` },
    ...[tables.default, tables.payoff, ...(tiers ? [tiers.table] : [])].map((table) => {
      const line = `  ${table.name}@${table.version}  ${table.fingerprint.slice(0, 16)}`;
      return { zh: line, en: line };
    }),
    ...wordValidation(validation),
  ];
  console.result(
    { hazard: { name, version, fingerprint }, tables, tiers, path, isNew, validation },
    lines.map(console.say).join('\n'),
  );
};

type Counted = HazardValidation['calibration']['default'];
type Ranked = HazardValidation['default'];

const wordCounts = ({ rows, observed, expected, lower, upper }: Counted): Text => ({
  zh: `${rows} 行，预期 ${expected.toFixed(1)}（${lower.toFixed(1)} 至 ${upper.toFixed(1)}），实际 ${observed}`,
  en: `${rows} rows, expected ${expected.toFixed(1)} (${lower.toFixed(1)} to ${upper.toFixed(1)}), observed ${observed}`,
});

const wordRanked = (ranked: Ranked): Text => {
  const { zh, en } = wordCounts(ranked);
  const auc = ranked.auc === null ? '-' : ranked.auc.toFixed(4);
  const isThin = ranked.evidence === 'insufficient';
  return {
    zh: `${zh}，AUC ${auc}，对数损失 ${ranked.logLoss.toFixed(4)}${isThin ? '（证据不足）' : ''}`,
    en: `${en}, AUC ${auc}, log loss ${ranked.logLoss.toFixed(4)}${isThin ? ' (insufficient evidence)' : ''}`,
  };
};

const under = (title: Text, text: Text): Text => ({ zh: `  ${title.zh}：${text.zh}`, en: `  ${title.en}: ${text.en}` });

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

const wordValidation = ({ calibration, periods, horizons, tiers, ...later }: HazardValidation): Text[] => [
  under({ zh: '校准期违约', en: 'Calibration periods, default' }, wordCounts(calibration.default)),
  under({ zh: '校准期还清', en: 'Calibration periods, payoff' }, wordCounts(calibration.payoff)),
  under({ zh: '以后各期违约', en: 'Later periods, default' }, wordRanked(later.default)),
  under({ zh: '以后各期还清', en: 'Later periods, payoff' }, wordRanked(later.payoff)),
  ...periods.map((period) =>
    under({ zh: `第 ${period.period} 期`, en: `period ${period.period}` }, wordRanked(period)),
  ),
  ...horizons.map((horizon) =>
    under({ zh: `${horizon.days} 天内违约`, en: `Default within ${horizon.days} days` }, wordRanked(horizon)),
  ),
  ...(tiers
    ? [
        under({ zh: '分级表', en: 'Table for tiers' }, wordRanked(tiers.default)),
        under({ zh: '分级表与曲线（平均）', en: 'Table for tiers against curve, mean' }, wordGap(tiers.all)),
        ...tiers.deciles.map((tenth, place) =>
          under({ zh: `曲线第 ${place + 1} 个十分位`, en: `tenth ${place + 1} of the curve` }, wordGap(tenth)),
        ),
      ]
    : []),
];

const wordGap = ({ curve, table, gap, observed }: NonNullable<HazardValidation['tiers']>['all']): Text => {
  const [ofCurve, ofTable, between, seen] = [curve, table, gap, observed].map(percent);
  return {
    zh: `曲线 ${ofCurve}，分级表 ${ofTable}，差 ${between}，实际 ${seen}`,
    en: `curve ${ofCurve}, table ${ofTable}, gap ${between}, observed ${seen}`,
  };
};
