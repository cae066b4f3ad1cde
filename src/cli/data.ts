import { existsSync } from 'node:fs';
import { Command } from 'commander';
import type { FormWish } from '../../training/dataset/sniff.ts';
import { appError } from '../errors.ts';
import { listDictionaries } from '../store/dictionaries.ts';
import { isStandardOutput, requireWritableFile, withOutput } from '../store/writing.ts';
import { addFormOptions } from './file-form.ts';
import { listNotes } from './notes.ts';
import type { Console } from './output.ts';

interface DescribeOptions extends FormWish {
  readonly label?: string;
  readonly bad?: string;
  readonly out?: string;
}

/** `vigil data`: dictionaries there are, and a draft for a file that has none. */
export const dataCommand = (console: Console): Command => {
  const { say } = console;
  const list = new Command('list')
    .description(say({ zh: '列出数据字典。', en: 'List the data dictionaries.' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(() => listAll(console));
  const describe = new Command('describe')
    .description(
      say({
        zh: '为 CSV、ARFF 或 Parquet 文件起草数据字典：类型、类别、疑似特殊代码、不采用的列及原因。',
        en: 'Draft a dictionary for a CSV, ARFF or Parquet file: types, categories, suspected special codes, what is left out and why.',
      }),
    )
    .argument('<file>')
    .option(
      '--label <column>',
      say({ zh: '要预测的列；默认从文件判断', en: 'the column to predict; default: as the file tells' }),
    )
    .option('--bad <value>', say({ zh: '标签中表示坏客户的值', en: 'the value of the label that means bad' }))
    .option(
      '--out <file>',
      say({ zh: '数据字典写到哪里；默认为标准输出', en: 'where the dictionary goes; default: standard output' }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((file: string, options: DescribeOptions) => describeOne(console, file, options));
  const sample = new Command('sample')
    .description(
      say({
        zh: '打印随附的合成样例 data/sample.csv。',
        en: 'Print the synthetic sample that ships as data/sample.csv.',
      }),
    )
    .action(async () => {
      const { makeSample, shippedSample } = await import('../../training/simulator/sample.ts');
      process.stdout.write(makeSample(shippedSample));
    });
  return new Command('data')
    .description(say({ zh: '列出和起草数据字典。', en: 'List and draft data dictionaries.' }))
    .addCommand(list, { isDefault: true })
    .addCommand(addFormOptions(describe, console))
    .addCommand(sample);
};

const listAll = (console: Console): void => {
  const { found, faults } = listDictionaries();
  const rows = found.map(({ file, dictionary }) => ({
    name: dictionary.name,
    set: dictionary.set,
    columns: dictionary.columns.length,
    derived: dictionary.derived.length,
    file,
  }));
  console.result(
    rows,
    rows
      .map(({ name, columns, derived, file }) =>
        console.say({
          zh: `${name}  ${columns} 列，${derived} 个衍生特征  ${file}`,
          en: `${name}  ${columns} columns, ${derived} derived features  ${file}`,
        }),
      )
      .join('\n'),
  );
  for (const fault of faults) console.warn(fault);
};

const describeOne = async (console: Console, file: string, options: DescribeOptions): Promise<void> => {
  if (!existsSync(file)) throw appError('file_missing', { file, places: '.' });
  const { out } = options;
  if (out !== undefined) requireWritableFile(out);
  const [{ describeFile }, { nameOf }] = await Promise.all([
    import('../../training/dataset/describe.ts'),
    import('../../training/dataset/source.ts'),
  ]);
  const described = await describeFile({
    ...options,
    path: file,
    name: nameOf(file),
    label: options.label,
    bad: options.bad,
  });
  const text = `${JSON.stringify(described.dictionary, null, 2)}\n`;
  const notes = listNotes(described.notes, file).map(console.say).join('\n');
  if (out === undefined) {
    if (!console.json) process.stderr.write(`${notes}\n`);
    console.result(described, text.trimEnd());
    return;
  }
  const tell = isStandardOutput(out) ? console.aside : console.result;
  await withOutput(out, ({ write }) => write(text));
  const written = console.say({ zh: `数据字典已写入 ${out}`, en: `Dictionary written to ${out}` });
  tell({ ...described, out }, `${notes}\n${written}`);
};
