import { Command } from 'commander';
import { addImportOptions } from './events.ts';
import { type ImportOptions, runImport } from './import-run.ts';
import type { Console } from './output.ts';

interface MappedOptions extends ImportOptions {
  readonly mapping: string;
  readonly table?: string;
}

/** `vigil import`: another system's past, by a mapping from its rows to events. */
export const importCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('import')
    .description(
      say({
        zh: '按映射文件把 CSV、Parquet 或 Excel 文件的各行导入为事件；重复导入不会改变任何内容。',
        en: 'Import rows of a CSV, Parquet or Excel file as events, by a mapping file; importing them again changes nothing.',
      }),
    )
    .argument('<file>', say({ zh: '数据文件', en: 'the rows' }))
    .requiredOption('--mapping <file>', say({ zh: '映射文件', en: 'how rows become events' }))
    .option(
      '--table <name>',
      say({ zh: '映射中的表；默认按文件名', en: "the mapping's table (default: by the file's name)" }),
    );
  return addImportOptions(command, console).action((file: string, options: MappedOptions) =>
    runMapped(console, file, options),
  );
};

const runMapped = async (console: Console, file: string, options: MappedOptions): Promise<void> => {
  const { readMapping, pickTable } = await import('../store/mappings.ts');
  const { readMappedFile } = await import('../usecases/import-table.ts');
  const { mapping: mappingFile } = options;
  const { openRows } = await import('./mapped-file.ts');
  const table = pickTable(readMapping(mappingFile), { mappingFile, file, wanted: options.table });
  const source = await openRows(file, table);
  const { timeZone } = console.config;
  await runImport(
    console,
    {
      file,
      source: 'import',
      read: (onRead) => readMappedFile({ source, onRead, table, mappingFile, file, timeZone }),
    },
    options,
  );
};
