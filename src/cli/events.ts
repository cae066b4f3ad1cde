import { Command } from 'commander';
import { actorLabel } from './arguments.ts';
import { type ImportOptions, runImport } from './import-run.ts';
import type { Console } from './output.ts';

interface EventsOptions extends ImportOptions {
  readonly simulated?: boolean;
}

/** Adds the options of both commands that import events. */
export const addImportOptions = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--refused <file>',
      say({ zh: '把被拒绝的行写入此文件（NDJSON）', en: 'write what is refused into this file (NDJSON)' }),
    )
    .option(
      '--actor <label>',
      say({ zh: '本地操作的署名；未经身份验证', en: 'a label for local work; it is not authenticated' }),
      actorLabel('--actor'),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));

/** `vigil events`: events of the past from a file of JSON lines. */
export const eventsCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('events')
    .description(
      say({
        zh: '从 NDJSON 文件（可为 gzip）导入事件，每行一个；中断后再次运行即可继续。',
        en: 'Import events from a file of JSON lines (also gzip), one a line; interrupted, run it again to go on.',
      }),
    )
    .argument('<file>', say({ zh: '事件文件', en: 'the events' }))
    .option('--simulated', say({ zh: '标记为模拟数据', en: 'mark them as simulated' }));
  return addImportOptions(command, console).action(async (file: string, options: EventsOptions) => {
    const { readEventsFile } = await import('../usecases/events-file.ts');
    const source = options.simulated ? 'simulator' : 'import';
    await runImport(console, { file, source, read: (onRead) => readEventsFile({ file, onRead }) }, options);
  });
};
