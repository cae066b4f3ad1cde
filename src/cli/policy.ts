import { Command } from 'commander';
import { modelFolders } from '../store/folders.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';

interface UseOptions {
  readonly reason: string;
  readonly models?: string;
}

/** `vigil policy`: what decides from now on. */
export const policyCommand = (console: Console): Command => {
  const command = new Command('policy').description('Put policies in use.');
  command
    .command('use')
    .description('Make a policy effective for its model; running services follow within a second.')
    .argument('<policy>', 'name, name@version or file')
    .requiredOption('--reason <text>', 'why; kept on the chain with the policy')
    .option('--models <folder>', 'folder of models')
    .option('--json', 'print JSON')
    .action((policy: string, { reason, models }: UseOptions) =>
      withDatabase(console, async (database) => {
        const { usePolicy } = await import('../usecases/registry.ts');
        const used = await usePolicy(database, { policy, modelFolders: modelFolders(models), reason, now: new Date() });
        console.result(used, `Policy ${used.name}@${used.version} is in use, recorded as local and unapproved.`);
      }),
    );
  return command;
};
