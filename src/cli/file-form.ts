import type { Command } from 'commander';
import { markOf, separatorOf } from './arguments.ts';
import type { Console } from './output.ts';

/** Adds the options that say how a file is written. What is not said is as the dictionary says, else as the file tells. */
export const addFormOptions = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--separator <char>',
      say({
        zh: '分隔符（一个字符、tab 或 space）；文件格式的各选项若不写，则按字典或文件本身判断',
        en: 'separator (a character, tab or space); what is not said of the form is told from dictionary or file',
      }),
      separatorOf,
    )
    .option(
      '--encoding <name>',
      say({
        zh: '编码，例如 gb18030、utf-16le、windows-1252',
        en: 'encoding, for example gb18030, utf-16le, windows-1252',
      }),
    )
    .option(
      '--decimal <mark>',
      say({ zh: '小数点：point 或 comma', en: 'decimal mark: point or comma' }),
      markOf('--decimal', ['.', ',']),
    )
    .option(
      '--thousands <mark>',
      say({
        zh: '千位分隔符：comma、point、space 或 apostrophe',
        en: 'thousands separator: comma, point, space or apostrophe',
      }),
      markOf('--thousands', [',', '.', ' ', "'"]),
    )
    .option('--header', say({ zh: '第一行是列名', en: 'the first line names the columns' }))
    .option(
      '--no-header',
      say({
        zh: '文件没有表头，各列为 column_1、column_2……',
        en: 'there is no header; columns are called column_1, column_2, ...',
      }),
    );
