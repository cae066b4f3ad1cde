import type { CommanderError } from 'commander';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';

/** What commander complains of, in Chinese; its own message names the culprit between quotes. */
const complaints: Readonly<Record<string, (culprit: string) => string>> = {
  'commander.unknownOption': (option) => `没有选项 ${option}`,
  'commander.unknownCommand': (command) => `没有命令 ${command}`,
  'commander.missingArgument': (argument) => `缺少参数 ${argument}`,
  'commander.optionMissingArgument': (option) => `选项 ${option} 缺少取值`,
  'commander.missingMandatoryOptionValue': (option) => `缺少必填选项 ${option}`,
  'commander.conflictingOption': (option) => `选项 ${option} 不能与同时给出的其他选项一起使用`,
  'commander.excessArguments': () => '参数过多',
};

/** A fault of the command line's form as an error of the table. */
export const toUsageError = (fault: CommanderError): AppError => {
  const { zh, en } = fault.code === 'commander.help' ? nameCommand : wordComplaint(fault);
  const problem = { zh: `${zh}；参见 vigil --help`, en: `${en}; see vigil --help` };
  return appError('bad_arguments', { problem }, { cause: fault });
};

const nameCommand: Text = { zh: '请写明命令', en: 'name a command' };

const wordComplaint = ({ code, message }: CommanderError): Text => {
  const en = message.replace(/^error: /, '').replace(/\.$/, '');
  const culprit = /'([^']*)'/.exec(en)?.[1] ?? '';
  const meant = /Did you mean (?:one of )?(.+)\?/.exec(en)?.[1];
  const zh = complaints[code]?.(culprit) ?? `无法识别“${culprit}”`;
  return { zh: meant === undefined ? zh : `${zh}（是否想用 ${meant}？）`, en };
};
