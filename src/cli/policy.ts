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
  const { say } = console;
  const command = new Command('policy').description(say({ zh: '启用策略。', en: 'Put policies in use.' }));
  command
    .command('use')
    .description(
      say({
        zh: '使策略对其模型生效；运行中的服务在一秒内跟随。',
        en: 'Make a policy effective for its model; running services follow within a second.',
      }),
    )
    .argument('<policy>', say({ zh: '名称、名称@版本或文件', en: 'name, name@version or file' }))
    .requiredOption(
      '--reason <text>',
      say({ zh: '原因；与策略一同记入审计链', en: 'why; kept on the chain with the policy' }),
    )
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((policy: string, { reason, models }: UseOptions) =>
      withDatabase(console, async (database) => {
        const { usePolicy } = await import('../usecases/registry.ts');
        const used = await usePolicy(database, { policy, modelFolders: modelFolders(models), reason, now: new Date() });
        const text = say({
          zh: `策略 ${used.name}@${used.version} 已启用，记为本地操作，未经批准。`,
          en: `Policy ${used.name}@${used.version} is in use, recorded as local and unapproved.`,
        });
        console.result(used, text);
      }),
    );
  return command;
};
