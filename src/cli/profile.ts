import { Command } from 'commander';
import { separatorOf } from './arguments.ts';
import type { Console } from './output.ts';

interface ProfileOptions {
  readonly data: string;
  readonly dictionary?: string;
  readonly label?: string;
  readonly bad?: string;
  readonly separator: string;
  readonly encoding: string;
}

/** `vigil profile`: what a data set holds, column by column. */
export const profileCommand = (console: Console): Command =>
  new Command('profile')
    .description('Profile a data set: missing, special codes, distribution, default rate, information value.')
    .requiredOption('--data <name|file>', 'a dictionary or a CSV file')
    .option('--dictionary <name|file>', 'the dictionary of a CSV file')
    .option('--label <column>', 'the column to predict, for a file without dictionary')
    .option('--bad <value>', 'the value of the label that means bad')
    .option('--separator <char>', 'separator of a file without dictionary', separatorOf, ',')
    .option('--encoding <name>', 'encoding of the file, for example gb18030', 'utf-8')
    .option('--json', 'print JSON')
    .action((options: ProfileOptions) => runProfile(console, options));

const runProfile = async (console: Console, options: ProfileOptions): Promise<void> => {
  const [{ openSource }, { loadFrame }, { profileFrame, toDataFrame }] = await Promise.all([
    import('../../training/dataset/source.ts'),
    import('../../training/dataset/load.ts'),
    import('../../training/dataset/profile.ts'),
  ]);
  const source = await openSource({
    data: options.data,
    dictionary: options.dictionary,
    label: options.label,
    bad: options.bad,
    separator: options.separator,
    encoding: options.encoding,
    dataFolder: console.config.dataFolder,
  });
  const frame = await loadFrame(source.dictionary, source.path, { encoding: options.encoding });
  const profile = profileFrame(frame);
  const title = `${source.dictionary.title[console.config.locale]}: ${profile.rows} rows, ${profile.bads} bad (${(100 * profile.badRate).toFixed(2)}%)`;
  if (console.json) return console.result(profile, '');
  const table = await toDataFrame(profile);
  console.result(profile, `${title}\n${table}`);
};
