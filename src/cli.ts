import { Command, CommanderError } from 'commander';
import { oneOf } from './cli/arguments.ts';
import { loadCommands } from './cli/commands.ts';
import { askedLocale, wordHelp } from './cli/help.ts';
import { type Console, createConsole, mindStandardOutput, reportFault } from './cli/output.ts';
import { readVersion } from './cli/version.ts';
import { readConfig } from './config.ts';
import { Locale } from './domain/text.ts';

/** Runs one command line. @returns the exit code: 0, or that of the fault's kind (see the README's table) */
export const run = async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const json = argv.includes('--json');
  const spoken = askedLocale(argv) ?? env.VIGIL_LOCALE;
  let console: Console | null = null;
  try {
    console = createConsole(readConfig({ ...env, VIGIL_LOCALE: spoken }), { json });
    mindStandardOutput({ json, ...console.config });
    const program = await createProgram(console, argv.slice(2));
    await program.parseAsync([...argv]);
    return 0;
  } catch (fault) {
    if (fault instanceof CommanderError && fault.exitCode === 0) return 0;
    return reportFault(fault, { json, locale: Locale.catch('en').parse(spoken), debug: false, ...console?.config });
  }
};

const createProgram = async (console: Console, words: readonly string[]): Promise<Command> => {
  const { say } = console;
  const program = new Command('vigil')
    .description(
      say({
        zh: '预测哪些客户会违约，说明确切原因，并作出决策。',
        en: 'Predicts which customers will default, says exactly why, and decides.',
      }),
    )
    .option(
      '--locale <zh|en>',
      say({ zh: '语言（默认取自 VIGIL_LOCALE）', en: 'language (default: that of VIGIL_LOCALE)' }),
      oneOf('--locale', Locale.options),
    )
    .version(readVersion(), '-V, --version', say({ zh: '显示版本号', en: 'print the version' }))
    .showHelpAfterError(false);
  for (const command of await loadCommands(words)) program.addCommand(command(console));
  settle(program, console);
  return program;
};

/** Faults are thrown, nothing is printed but help, in one language: the same for every command below. */
const settle = (command: Command, console: Console): void => {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  wordHelp(command, console);
  for (const each of command.commands) settle(each, console);
};
