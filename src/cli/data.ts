import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { appError } from '../errors.ts';
import { listDictionaries } from '../store/dictionaries.ts';
import { isStandardOutput, requireWritableFile, withOutput } from '../store/writing.ts';
import { separatorOf } from './arguments.ts';
import type { Console } from './output.ts';

interface DescribeOptions {
  readonly label: string;
  readonly bad?: string;
  readonly separator: string;
  readonly encoding: string;
  readonly out?: string;
}

/** `vigil data`: dictionaries there are, and a draft for a file that has none. */
export const dataCommand = (console: Console): Command => {
  const list = new Command('list')
    .description('List the data dictionaries.')
    .option('--json', 'print JSON')
    .action(() => listAll(console));
  const describe = new Command('describe')
    .description(
      'Draft a dictionary for a CSV file: types, categories, suspected special codes, what is left out and why.',
    )
    .argument('<file>')
    .requiredOption('--label <column>', 'the column to predict')
    .option('--bad <value>', 'the value of the label that means bad')
    .option('--separator <char>', 'separator', separatorOf, ',')
    .option('--encoding <name>', 'encoding of the file, for example gb18030', 'utf-8')
    .option('--out <file>', 'where the dictionary goes; default: standard output')
    .option('--json', 'print JSON')
    .action((file: string, options: DescribeOptions) => describeOne(console, file, options));
  const sample = new Command('sample')
    .description('Print the synthetic sample that ships as data/sample.csv.')
    .action(async () => {
      const { makeSample, shippedSample } = await import('../../training/simulator/sample.ts');
      process.stdout.write(makeSample(shippedSample));
    });
  return new Command('data')
    .description('List and draft data dictionaries.')
    .addCommand(list, { isDefault: true })
    .addCommand(describe)
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
      .map(({ name, columns, derived, file }) => `${name}  ${columns} columns, ${derived} derived features  ${file}`)
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
  const { label, separator, encoding, bad } = options;
  const described = await describeFile({ path: file, name: nameOf(file), label, bad, separator, encoding });
  const text = `${JSON.stringify(described.dictionary, null, 2)}\n`;
  const notes = described.notes.map(({ column, note }) => `${column}: ${note}`).join('\n');
  if (out === undefined) {
    if (!console.json) process.stderr.write(`${notes}\n`);
    console.result(described, text.trimEnd());
    return;
  }
  const tell = isStandardOutput(out) ? console.aside : console.result;
  await withOutput(out, ({ write }) => write(text));
  tell({ ...described, out }, `${notes}\nDictionary written to ${out}`);
};
