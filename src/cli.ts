import { Command, CommanderError } from 'commander';
import { backupCommand, restoreCommand } from './cli/backup.ts';
import { benchCommand } from './cli/bench.ts';
import { checkpointCommand, proveCommand } from './cli/checkpoint.ts';
import { dataCommand } from './cli/data.ts';
import { explainCommand } from './cli/explain.ts';
import { eraseCommand, predictCommand, replayCommand } from './cli/ledger.ts';
import { modelsCommand } from './cli/models.ts';
import { type Console, createConsole, exitCodes, mindStandardOutput, reportFault } from './cli/output.ts';
import { policyCommand } from './cli/policy.ts';
import { profileCommand } from './cli/profile.ts';
import { scoreCommand } from './cli/score.ts';
import { serveCommand } from './cli/serve.ts';
import { trainCommand } from './cli/train.ts';
import { verifyCommand } from './cli/verify.ts';
import { readConfig } from './config.ts';

const commands = [
  trainCommand,
  scoreCommand,
  explainCommand,
  serveCommand,
  predictCommand,
  policyCommand,
  replayCommand,
  eraseCommand,
  verifyCommand,
  checkpointCommand,
  proveCommand,
  backupCommand,
  restoreCommand,
  profileCommand,
  dataCommand,
  modelsCommand,
  benchCommand,
];

/** Runs one command line. @returns the exit code: 0, or that of the fault's kind (see the README's table) */
export const run = async (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const json = argv.includes('--json');
  let console: Console | null = null;
  try {
    console = createConsole(readConfig(env), { json });
    mindStandardOutput({ json, ...console.config });
    await createProgram(console).parseAsync([...argv]);
    return 0;
  } catch (fault) {
    if (fault instanceof CommanderError && fault.exitCode === 0) return 0;
    if (fault instanceof CommanderError && fault.code === 'commander.help') return reportNoCommand();
    return reportFault(fault, { json, locale: 'en', debug: false, ...console?.config });
  }
};

const reportNoCommand = (): number => {
  process.stderr.write('vigil: name a command; see vigil --help (bad_arguments)\n');
  return exitCodes.invalid;
};

const createProgram = (console: Console): Command => {
  const program = new Command('vigil')
    .description('Predicts which customers will default, says exactly why, and decides.')
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const command of commands) addCommand(program, command(console));
  return program;
};

const addCommand = (program: Command, command: Command): void => {
  program.addCommand(command);
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => undefined });
};
