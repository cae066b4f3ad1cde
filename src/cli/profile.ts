import { Command } from 'commander';
import type { FormWish } from '../../training/dataset/sniff.ts';
import { addFormOptions } from './file-form.ts';
import type { Console } from './output.ts';

interface ProfileOptions extends FormWish {
  readonly data: string;
  readonly dictionary?: string;
  readonly label?: string;
  readonly bad?: string;
}

/** `vigil profile`: what a data set holds, column by column. */
export const profileCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('profile')
    .description(
      say({
        zh: '概览数据集：缺失、特殊代码、分布、违约率、信息值。',
        en: 'Profile a data set: missing, special codes, distribution, default rate, information value.',
      }),
    )
    .requiredOption(
      '--data <name|file>',
      say({ zh: '数据字典名或 CSV、ARFF、Parquet 文件', en: 'a dictionary or a CSV, ARFF or Parquet file' }),
    )
    .option('--dictionary <name|file>', say({ zh: '文件的数据字典', en: 'the dictionary of a file' }))
    .option(
      '--label <column>',
      say({
        zh: '要预测的列，用于没有字典的文件；默认从文件判断',
        en: 'the column to predict, for a file without dictionary; default: as the file tells',
      }),
    )
    .option('--bad <value>', say({ zh: '标签中表示坏客户的值', en: 'the value of the label that means bad' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: ProfileOptions) => runProfile(console, options));
  return addFormOptions(command, console);
};

const runProfile = async (console: Console, options: ProfileOptions): Promise<void> => {
  const [{ openSource }, { loadFrame }, { profileFrame, toDataFrame }] = await Promise.all([
    import('../../training/dataset/source.ts'),
    import('../../training/dataset/load.ts'),
    import('../../training/dataset/profile.ts'),
  ]);
  const source = await openSource({
    ...options,
    dictionary: options.dictionary,
    label: options.label,
    bad: options.bad,
    dataFolder: console.config.dataFolder,
  });
  const frame = await loadFrame(source.dictionary, source.path, { encoding: options.encoding });
  const profile = profileFrame(frame);
  const { title } = source.dictionary;
  const rate = `${(100 * profile.badRate).toFixed(2)}%`;
  const heading = console.say({
    zh: `${title.zh}：${profile.rows} 行，坏客户 ${profile.bads}（${rate}）`,
    en: `${title.en}: ${profile.rows} rows, ${profile.bads} bad (${rate})`,
  });
  if (console.json) return console.result(profile, '');
  const table = await toDataFrame(profile, console.config.locale);
  console.result(profile, `${heading}\n${table}`);
};
