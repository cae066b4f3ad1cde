import { type Command, Help, type Option } from 'commander';
import { Locale, type Text } from '../domain/text.ts';
import type { Console } from './output.ts';

/** The language the command line asks for, which must be known before its options are described; undefined = none. */
export const askedLocale = (argv: readonly string[]): Locale | undefined => {
  const inline = argv.findLast((word) => word.startsWith('--locale='))?.slice('--locale='.length);
  const place = argv.lastIndexOf('--locale');
  return Locale.safeParse(inline ?? (place < 0 ? undefined : argv[place + 1])).data;
};

const titles: Readonly<Record<string, Text>> = {
  'Usage:': { zh: '用法:', en: 'Usage:' },
  'Arguments:': { zh: '参数:', en: 'Arguments:' },
  'Options:': { zh: '选项:', en: 'Options:' },
  'Global Options:': { zh: '通用选项:', en: 'Global Options:' },
  'Commands:': { zh: '命令:', en: 'Commands:' },
};

/** Words what commander itself adds to a command's help. */
export const wordHelp = (command: Command, { say }: Console): void => {
  const help: Text = { zh: '显示帮助', en: 'display help' };
  command.helpOption('-h, --help', say(help));
  if (command.commands.length > 0) command.helpCommand('help [command]', say(help));
  command.configureHelp({
    showGlobalOptions: true,
    styleTitle: (title) => say(titles[title] ?? { zh: title, en: title }),
    optionDescription(option: Option) {
      const described = Help.prototype.optionDescription.call(this, option);
      return say({ zh: described.replace(/ ?\(default: (.*)\)$/, '（默认：$1）'), en: described });
    },
  });
};
