import { Command } from 'commander';
import { ActBody, type HistoryEntry } from '../contract/model-event.ts';
import type { HistoryAnswer } from '../contract/registry.ts';
import type { ArtifactRef } from '../domain/model.ts';
import type { RegistryEvent } from '../domain/registry.ts';
import type { Text } from '../domain/text.ts';
import { AppError, appError } from '../errors.ts';
import { toLocalActor } from '../model/registry.ts';
import { modelFolders } from '../store/folders.ts';
import { withOutput } from '../store/writing.ts';
import type { Act, Desk } from '../usecases/desk.ts';
import { instant, type PinnedModel, pinnedModel, slug } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';
import { type Remote, withService } from './remote.ts';
import { states } from './states.ts';
import { addWhere, type Where } from './where-options.ts';

/** What every act on the registry is given. */
interface ActOptions extends Where {
  readonly reason: string;
  readonly models?: string;
  readonly evidence?: string;
  readonly gate: string;
}

/** What was done: the event, and which model. */
export interface Done extends HistoryEntry {
  readonly model: ArtifactRef;
}

/** An act as the command line names it; each is done on the database here, or by a service. */
interface ActCommand {
  readonly event: RegistryEvent['event'];
  readonly description: Text;
  readonly done: Text;
  readonly byName?: boolean;
  readonly options?: (command: Command, console: Console) => void;
  readonly here: (desk: Desk, act: Act, options: ActOptions) => Promise<RegistryEvent | null>;
  readonly there: (
    remote: Remote,
    model: PinnedModel,
    options: ActOptions,
  ) => Promise<{ history: HistoryEntry[] } & ArtifactRef>;
}

const loadDesk = () => import('../usecases/desk.ts');

const acts = {
  register: {
    event: 'registered',
    description: {
      zh: '把模型目录中的一个版本登记到数据库。',
      en: 'Register a version that lies in a folder of models.',
    },
    done: { zh: '已登记', en: 'is registered' },
    options: (command, { say }) => {
      command.option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }));
    },
    here: async (desk, act, { models }) =>
      (await loadDesk()).registerModel(desk, { ...act, modelFolders: modelFolders(models) }),
    there: ({ registerModel }, model, { reason }) => registerModel({ ...model, reason }),
  },
  approve: {
    event: 'approved',
    description: {
      zh: '批准一个版本；须经由服务（--url）以密钥证明身份，且不是登记人。',
      en: 'Approve a version; takes a service (--url) and a key of somebody else than who registered it.',
    },
    done: { zh: '已批准', en: 'is approved' },
    options: (command, { say }) => {
      command.option(
        '--evidence <text>',
        say({
          zh: '批准的依据，例如会议纪要；默认为其验证结果',
          en: 'what it rests on, such as minutes (default: its validation)',
        }),
      );
    },
    here: async (desk, act, { evidence }) =>
      (await loadDesk()).approveModel(desk, { ...act, evidence: evidence ?? null }),
    there: ({ approveModel }, model, { reason, evidence }) =>
      approveModel({ ...model, reason, ...(evidence === undefined ? {} : { evidence }) }),
  },
  waive: {
    event: 'waived',
    description: {
      zh: '豁免一个未通过或证据不足的关卡；与批准一样须由第二人以密钥操作。',
      en: 'Waive a gate that failed or lacks evidence; like an approval it takes a second person and a key.',
    },
    done: { zh: '的关卡已豁免', en: 'has a gate waived' },
    options: (command, { say }) => {
      command.requiredOption('--gate <name>', say({ zh: '关卡', en: 'the gate' }));
    },
    here: async (desk, act, { gate }) => (await loadDesk()).waiveGate(desk, { ...act, gate }),
    there: ({ waiveGate }, model, { reason, gate }) => waiveGate({ ...model, gate, reason }),
  },
  promote: {
    event: 'promoted',
    description: {
      zh: '上线一个版本；须关卡通过或豁免，并经第二人批准；运行中的服务在一秒内跟随，无需重启。',
      en: 'Let a version decide by its name, once its gates are passed or waived and a second person approved it; services follow within a second.',
    },
    done: { zh: '已上线，运行中的服务在一秒内跟随', en: 'is promoted; running services follow within a second' },
    here: async (desk, act) => (await loadDesk()).promoteModel(desk, act),
    there: ({ promoteModel }, model, { reason }) => promoteModel({ ...model, reason }),
  },
  shadow: {
    event: 'shadowed',
    description: { zh: '让一个版本作影子运行。', en: 'Put a version in shadow.' },
    done: { zh: '已在影子运行', en: 'is in shadow' },
    here: async (desk, act) => (await loadDesk()).shadowModel(desk, act),
    there: ({ shadowModel }, model, { reason }) => shadowModel({ ...model, reason }),
  },
  retire: {
    event: 'retired',
    description: {
      zh: '使一个版本永久退役；此后不能调用，写明版本也不行。',
      en: 'Retire a version for good; it is called no more, by its version either.',
    },
    done: { zh: '已退役', en: 'is retired' },
    here: async (desk, act) => (await loadDesk()).retireModel(desk, act),
    there: ({ retireModel }, model, { reason }) => retireModel({ ...model, reason }),
  },
  rollback: {
    event: 'rolled_back',
    description: {
      zh: '回滚到之前决策的版本，单独记一个事件；再次回滚则再往前一个。',
      en: 'Go back to the version that decided before, as an event of its own; again, and it goes one further back.',
    },
    done: { zh: '重新上线，运行中的服务在一秒内跟随', en: 'decides again; running services follow within a second' },
    byName: true,
    here: async (desk, act) => (await loadDesk()).rollBackModel(desk, act),
    there: async ({ rollBackModel }, { name }, { reason }) => rollBackModel({ name, reason }),
  },
} satisfies Readonly<Record<string, ActCommand>>;

/** What the acts are called. */
export type ActName = keyof typeof acts;

/** `vigil register`, `approve`, `waive`, `promote`, `shadow`, `retire`, `rollback`: what happens to a model. */
export const actCommand = (name: ActName, console: Console): Command => {
  const { say } = console;
  const act: ActCommand = acts[name];
  const command = new Command(name)
    .description(say(act.description))
    .argument(
      act.byName ? '<name>' : '<name@version>',
      say({ zh: '模型', en: 'the model' }),
      act.byName ? parseName : pinnedModel,
    )
    .requiredOption('--reason <text>', say({ zh: '原因；记入审计链', en: 'why; kept on the chain' }));
  addWhere(command, console);
  act.options?.(command, console);
  return command
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((model: PinnedModel, options: ActOptions) =>
      runAct(console, act, model, options).catch((fault) => {
        if (fault instanceof AppError) for (const other of fault.others) console.warn(other);
        throw fault;
      }),
    );
};

const parseName = (text: string): PinnedModel => ({ name: slug('<name>')(text), version: '' });

const runAct = async (console: Console, act: ActCommand, model: PinnedModel, options: ActOptions): Promise<void> => {
  const done =
    options.url === undefined
      ? await withDesk(console, (desk) => act.here(desk, toAct(model, options), options).then(toDone))
      : await withService(console, options.url, (remote) => act.there(remote, model, options).then(lastOf(act.event)));
  if (!done) {
    const { name, version } = model;
    const text: Text = {
      zh: `${name}@${version} 此前已由您登记，没有变化。`,
      en: `${name}@${version} was registered by you before; nothing has changed.`,
    };
    return console.result({ model, event: null }, console.say(text));
  }
  const { name, version } = done.model;
  const rests = done.evidence === null ? { zh: '', en: '' } : { zh: `（${done.evidence}）`, en: ` (${done.evidence})` };
  console.result(
    done,
    console.say({
      zh: `${name}@${version} ${act.done.zh}${rests.zh}。操作人：${done.actor}。`,
      en: `${name}@${version} ${act.done.en}${rests.en}. By ${done.actor}.`,
    }),
  );
};

/** Who acts by a command, and when: somebody nobody has authenticated. */
export const toLocalAct = ({ actor }: Where): Pick<Act, 'actor' | 'now'> => ({
  actor: { name: toLocalActor(actor), isAuthenticated: false },
  now: () => new Date(),
});

/** What is done to a version by a command. @throws bad_arguments where the reason is none */
export const toAct = ({ name, version }: PinnedModel, options: Where & Pick<Act, 'reason'>): Act => {
  const { reason } = options;
  if (!ActBody.safeParse({ reason }).success) throw appError('bad_arguments', { problem: badReason });
  return { name, version, reason, ...toLocalAct(options) };
};

/** What is said of a reason that is none. */
export const badReason: Text = {
  zh: '--reason 应为一行不超过 2000 字的文字',
  en: '--reason takes one line of text, of at most 2,000 characters',
};

/** An event as a command tells it. */
export const toDone = (event: RegistryEvent | null): Done | null => {
  if (!event) return null;
  const { event: kind, model, actor, at, reason, evidence, gate, adjustment } = event;
  return { model, event: kind, actor, at, reason, evidence, gate: gate ?? null, adjustment: adjustment?.name ?? null };
};

/** What a service did is the last of its kind that happened to the model; where nothing was new it is what was done before. */
export const lastOf =
  (kind: RegistryEvent['event']) =>
  ({ name, version, fingerprint, history }: { history: HistoryEntry[] } & ArtifactRef): Done | null => {
    const last = history.findLast(({ event }) => event === kind);
    return last ? { model: { name, version, fingerprint }, ...last } : null;
  };

/** Opens the registry of the database for as long as some work runs. */
export const withDesk = <Result>(console: Console, work: (desk: Desk) => Promise<Result>): Promise<Result> =>
  withDatabase(console, async (database) => {
    const { openLive } = await import('../usecases/live.ts');
    const { timeZone, modelKeys } = console.config;
    const live = await openLive(database, { now: () => new Date(), timeZone, modelKeys });
    return work({ database, live, modelKeys, timeZone });
  });

interface HistoryOptions {
  readonly at?: string;
  readonly out?: string;
  readonly url?: string;
}

/** `vigil history`: where every version stood at a moment, and how it came to. */
export const historyCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('history')
    .description(
      say({
        zh: '说明某一时刻哪个版本已上线、在影子运行、已批准，以及此前发生的一切。',
        en: 'Say which version was live, in shadow and approved at a moment, and everything that had happened until then.',
      }),
    )
    .argument('[name]', say({ zh: '模型；默认为全部', en: 'the model (default: all)' }), slug('<name>'))
    .option('--at <time>', say({ zh: '时刻；默认为现在', en: 'the moment (default: now)' }), instant('--at'))
    .option(
      '--out <file>',
      say({
        zh: '把全部事件写入此文件（registry.jsonl 格式）',
        en: 'write every event here, as registry.jsonl has them',
      }),
    )
    .option(
      '--url <address>',
      say({ zh: '询问该服务，密钥取自 VIGIL_API_KEY', en: 'ask this service, with the key of VIGIL_API_KEY' }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((name: string | undefined, options: HistoryOptions) => runHistory(console, name, options));
};

const runHistory = async (
  console: Console,
  name: string | undefined,
  { at, out, url }: HistoryOptions,
): Promise<void> => {
  const wanted = { ...(at === undefined ? {} : { at }), ...(name === undefined ? {} : { name }) };
  if (url !== undefined) {
    if (out !== undefined) throw appError('bad_arguments', { problem: outIsLocal });
    return printHistory(console, await withService(console, url, ({ readHistory }) => readHistory(wanted)));
  }
  await withDatabase(console, async (database) => {
    const { readEvents, readHistory } = await import('../usecases/history.ts');
    if (out !== undefined) return exportEvents(console, out, await readEvents(database));
    const { describeHistory } = await import('../http/registry.ts');
    const moment = at === undefined ? new Date() : new Date(at);
    printHistory(console, describeHistory(moment.toISOString(), await readHistory(database, { at: moment, name })));
  });
};

const outIsLocal: Text = { zh: '--out 不能与 --url 一起使用', en: '--out does not go with --url' };

const exportEvents = async (console: Console, out: string, events: readonly RegistryEvent[]): Promise<void> => {
  await withOutput(out, async ({ write }) => {
    for (const event of events) await write(`${JSON.stringify(event)}\n`);
  });
  const text = console.say({
    zh: `已将 ${events.length} 个事件写入 ${out}。`,
    en: `Wrote ${events.length} events to ${out}.`,
  });
  console.result({ events: events.length, out }, text);
};

const nothing: Text = { zh: '此时还没有登记任何模型。', en: 'No model was registered at that moment.' };

const printHistory = (console: Console, answer: HistoryAnswer): void => {
  const { say } = console;
  const lines = answer.models.flatMap(({ name, version, state, since, approvedBy, history }) => [
    say({
      zh: `${name}@${version}  自 ${since} 起${states[state].zh}，${approvedBy.length > 0 ? `由 ${approvedBy.join('、')} 批准` : '未经人工批准'}`,
      en: `${name}@${version}  ${states[state].en} since ${since}, ${approvedBy.length > 0 ? `approved by ${approvedBy.join(', ')}` : 'without human approval'}`,
    }),
    ...history.map(({ event, actor, at, reason, evidence, gate, adjustment }) =>
      [
        `    ${at}  ${[event, gate, adjustment].filter((word) => word !== null).join(' ')}  ${actor}: ${reason}`,
        evidence === null ? '' : ` [${evidence}]`,
      ].join(''),
    ),
  ]);
  console.result(answer, [answer.at, ...(lines.length > 0 ? lines : [say(nothing)])].join('\n'));
};
