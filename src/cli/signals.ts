import { Command } from 'commander';
import type { SignalAnswer } from '../contract/signals.ts';
import { SignalLevel } from '../domain/signal.ts';
import { appError } from '../errors.ts';
import { toLocalActor } from '../model/registry.ts';
import type { Database } from '../store/database.ts';
import { actorLabel, oneOf, wholeNumber } from './arguments.ts';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';
import { type Remote, withService } from './remote.ts';
import { actCommands } from './signal-acts.ts';
import { loadDesk, showSignal, summarise } from './signal-words.ts';
import { evaluateCommand } from './signals-evaluate.ts';
import { addWhere, type Where } from './where-options.ts';

/** `vigil signals`: early warning, as it is and as it would have gone. */
export const signalsCommand = (console: Console): Command => {
  const command = new Command('signals').description(console.say({ zh: '预警信号', en: 'Early warning signals' }));
  const commands = [listCommand, showCommand, ...actCommands, findingsCommand, watchCommand, useCommand];
  for (const each of [...commands, evaluateCommand]) command.addCommand(each(console));
  return command;
};

interface ListOptions extends Where {
  readonly customer?: string;
  readonly state: 'open' | SignalAnswer['state'];
  readonly level?: SignalLevel;
  readonly kind?: string;
  readonly overdue?: boolean;
  readonly limit: number;
}

const listCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('list')
    .description(say({ zh: '列出信号，最新的在前。', en: 'List signals, newest first.' }))
    .option('--customer <id>', say({ zh: '客户', en: 'of this customer' }))
    .option(
      '--state <state>',
      say({ zh: 'open、raised、confirmed、treated 或 cleared', en: 'open, raised, confirmed, treated or cleared' }),
      oneOf('--state', ['open', 'raised', 'confirmed', 'treated', 'cleared']),
      'open',
    )
    .option('--level <level>', say({ zh: '等级', en: 'of this level' }), oneOf('--level', SignalLevel.options))
    .option('--kind <kind>', say({ zh: '种类', en: 'of this kind' }))
    .option('--overdue', say({ zh: '仅限超过处理时限的', en: 'only those that nobody handled in time' }))
    .option(
      '--limit <n>',
      say({ zh: '至多几个', en: 'at most so many' }),
      wholeNumber('--limit', { least: 1, most: 100 }),
      20,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
  return addWhere(command, console).action(async (options: ListOptions) => {
    const { customer, state, level, kind, overdue = false, limit, url } = options;
    const named = {
      ...(customer === undefined ? {} : { customerId: customer }),
      ...(level === undefined ? {} : { level }),
      ...(kind === undefined ? {} : { kind }),
    };
    const there = ({ listSignals }: Remote) =>
      listSignals({ ...named, state, limit, ...(overdue ? { overdue: 'true' as const } : {}) });
    const here = async (database: Database) => {
      const { desk, listSignals, describeSignal } = await loadDesk(database);
      const asked = { customerId: null, level: null, kind: null, ...named, state, overdue, limit, before: null };
      const page = await listSignals(desk, asked);
      return { ...page, signals: page.signals.map((found) => describeSignal(found, console.config.locale)) };
    };
    const page = await (url === undefined ? withDatabase(console, here) : withService(console, url, there));
    const lines = page.signals.map((signal) => summarise(console, signal));
    console.result(page, lines.length > 0 ? lines.join('\n') : say({ zh: '没有信号。', en: 'There are no signals.' }));
  });
};

const showCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('show')
    .description(say({ zh: '显示一个信号及其经过。', en: 'Show one signal and what happened to it.' }))
    .argument('<signal>', say({ zh: '信号编号', en: 'its id' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
  return addWhere(command, console).action(async (signalId: string, { url }: Where) => {
    const here = async (database: Database) => {
      const { desk, readSignal, describeSignal } = await loadDesk(database);
      return describeSignal(await readSignal(desk, signalId), console.config.locale);
    };
    const there = ({ readSignal }: Remote) => readSignal({ signalId });
    showSignal(console, await (url === undefined ? withDatabase(console, here) : withService(console, url, there)));
  });
};

const findingsCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('findings')
    .description(
      say({
        zh: '各探测器此刻对一名客户的判断，包括“未观测”；不存储。',
        en: 'What every detector says of a customer now, "unobserved" included; nothing is stored.',
      }),
    )
    .argument('<customer>', say({ zh: '客户', en: 'the customer' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((customerId: string) =>
      withDatabase(console, async (database) => {
        const { watching, readStanding, describeFindings } = await loadWatching(console, database);
        const look = await watching.watcher.look(customerId);
        const standing = await readStanding(database, look.customerRef);
        const answer = describeFindings(look, standing, console.config.locale);
        const lines = answer.findings.map(({ kind, label, finding }) => `${kind}  ${say(findings[finding])}  ${label}`);
        console.result(answer, [answer.asOf, ...lines].join('\n'));
      }),
    );
};

const findings = {
  raised: { zh: '将触发', en: 'would be raised' },
  held: { zh: '仍成立', en: 'holds on' },
  pending: { zh: '持续不足', en: 'not for long enough' },
  clear: { zh: '未触发', en: 'clear' },
  unobserved: { zh: '未观测', en: 'not observed' },
} as const;

const watchCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('watch')
    .description(
      say({
        zh: '查看今天尚未查看的全部客户，触发成立的信号；服务每天自行执行一次。',
        en: 'Look at every customer at whom nobody looked today and raise what is up; a service does so once a day by itself.',
      }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(() =>
      withDatabase(console, async (database) => {
        const { watching, sweepBook, countCustomers } = await loadWatching(console, database);
        let [watched, raised] = [0, 0];
        const customers = await countCustomers(database.pool);
        await withProgress(console, 'watch', async ({ signal, onProgress }) => {
          const onPage = (count: number, found: readonly string[]) => {
            watched += count;
            raised += found.length;
            onProgress(watched, customers);
          };
          await sweepBook(watching, { onPage, isStopping: () => signal.aborted });
          if (signal.aborted) throw appError('cancelled');
        });
        console.result(
          { watched, raised },
          say({
            zh: `查看了 ${watched} 个客户，其中 ${raised} 个触发了信号。`,
            en: `Looked at ${watched} customers; signals were raised of ${raised}.`,
          }),
        );
      }),
    );
};

interface UseOptions {
  readonly reason: string;
  readonly actor?: string;
}

const useCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('use')
    .description(
      say({
        zh: '启用一份信号策略；运行中的服务从下一个客户起跟随。',
        en: 'Put a policy of signals in use; running services follow at the next customer.',
      }),
    )
    .argument('<policy>', say({ zh: '名称、名称@版本或文件', en: 'name, name@version or file' }))
    .requiredOption('--reason <text>', say({ zh: '原因；记入审计链', en: 'why; kept on the chain' }))
    .option(
      '--actor <label>',
      say({ zh: '本地操作的署名；未经身份验证', en: 'a label for local work; it is not authenticated' }),
      actorLabel('--actor'),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((policy: string, { reason, actor }: UseOptions) =>
      withDatabase(console, async (database) => {
        const { useSignals } = await import('../usecases/signals-in-use.ts');
        const used = await useSignals(database, { policy, reason, actor: toLocalActor(actor), now: new Date() });
        const { name, version } = used.policy;
        const text = {
          zh: `信号策略 ${name}@${version} 已启用，记为本地操作，未经批准。`,
          en: `Signal policy ${name}@${version} is in use, recorded as local and unapproved.`,
        };
        console.result(used, say(text));
      }),
    );
};

const loadWatching = async ({ config }: Console, database: Database) => {
  const [{ openWatching }, { sweepBook }, { readStanding }, { describeFindings }, { countCustomers }] =
    await Promise.all([
      import('../usecases/watch.ts'),
      import('../usecases/sweep.ts'),
      import('../usecases/signals.ts'),
      import('../usecases/signal-answer.ts'),
      import('../store/histories.ts'),
    ]);
  const watching = openWatching(database, { timeZone: config.timeZone, now: () => new Date() });
  return { watching, sweepBook, readStanding, describeFindings, countCustomers };
};
