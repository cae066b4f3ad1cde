import { Command, CommanderError } from 'commander';
import { adjustCommand } from './cli/adjust.ts';
import { oneOf } from './cli/arguments.ts';
import { backupCommand, restoreCommand } from './cli/backup.ts';
import { benchCommand } from './cli/bench.ts';
import { bookCommand } from './cli/book.ts';
import { checkpointCommand, proveCommand } from './cli/checkpoint.ts';
import { compareCommand } from './cli/compare.ts';
import { dataCommand } from './cli/data.ts';
import { demoCommand } from './cli/demo.ts';
import { eventsCommand } from './cli/events.ts';
import { explainCommand } from './cli/explain.ts';
import { exportCommand } from './cli/export.ts';
import { featuresCommand } from './cli/features.ts';
import { hazardCommand } from './cli/hazard.ts';
import { askedLocale, wordHelp } from './cli/help.ts';
import { importCommand } from './cli/import.ts';
import { launderingCommand } from './cli/laundering.ts';
import { eraseCommand, predictCommand, replayCommand } from './cli/ledger.ts';
import { modelsCommand } from './cli/models.ts';
import { monitorCommand } from './cli/monitor.ts';
import { outcomesCommand } from './cli/outcomes.ts';
import { type Console, createConsole, mindStandardOutput, reportFault } from './cli/output.ts';
import { policyCommand } from './cli/policy.ts';
import { profileCommand } from './cli/profile.ts';
import { actCommands, historyCommand } from './cli/registry.ts';
import { reviewsCommand } from './cli/reviews.ts';
import { scoreCommand } from './cli/score.ts';
import { serveCommand } from './cli/serve.ts';
import { signCommand } from './cli/sign.ts';
import { signalsCommand } from './cli/signals.ts';
import { simulateCommand } from './cli/simulate.ts';
import { targetCommand } from './cli/target.ts';
import { trainCommand } from './cli/train.ts';
import { validateCommand } from './cli/validate.ts';
import { verifyCommand } from './cli/verify.ts';
import { readConfig } from './config.ts';
import { Locale } from './domain/text.ts';

const commands = [
  trainCommand,
  hazardCommand,
  validateCommand,
  compareCommand,
  scoreCommand,
  explainCommand,
  serveCommand,
  predictCommand,
  policyCommand,
  replayCommand,
  outcomesCommand,
  eventsCommand,
  importCommand,
  bookCommand,
  featuresCommand,
  monitorCommand,
  reviewsCommand,
  eraseCommand,
  verifyCommand,
  checkpointCommand,
  proveCommand,
  backupCommand,
  restoreCommand,
  profileCommand,
  dataCommand,
  simulateCommand,
  demoCommand,
  signalsCommand,
  launderingCommand,
  targetCommand,
  modelsCommand,
  exportCommand,
  ...actCommands,
  adjustCommand,
  historyCommand,
  signCommand,
  benchCommand,
];

/** Runs one command line. @returns the exit code: 0, or that of the fault's kind (see the README's table) */
export const run = async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const json = argv.includes('--json');
  const spoken = askedLocale(argv) ?? env.VIGIL_LOCALE;
  let console: Console | null = null;
  try {
    console = createConsole(readConfig({ ...env, VIGIL_LOCALE: spoken }), { json });
    mindStandardOutput({ json, ...console.config });
    await createProgram(console).parseAsync([...argv]);
    return 0;
  } catch (fault) {
    if (fault instanceof CommanderError && fault.exitCode === 0) return 0;
    return reportFault(fault, { json, locale: Locale.catch('en').parse(spoken), debug: false, ...console?.config });
  }
};

const createProgram = (console: Console): Command => {
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
    .showHelpAfterError(false);
  for (const command of commands) program.addCommand(command(console));
  settle(program, console);
  return program;
};

/** Faults are thrown, nothing is printed but help, in one language: the same for every command below. */
const settle = (command: Command, console: Console): void => {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  wordHelp(command, console);
  for (const each of command.commands) settle(each, console);
};
