import { Command } from 'commander';
import type { AdjustmentAnswer, AdjustmentSummary } from '../contract/adjustments.ts';
import type { Text } from '../domain/text.ts';
import { AppError } from '../errors.ts';
import { drawEffect, listAdjustedCells, wordAdjustedCell } from '../explanation/adjustment-words.ts';
import { withOutput } from '../store/writing.ts';
import { addDraftOptions, type DraftOptions } from './adjust-options.ts';
import { type PinnedModel, pinnedModel, slug } from './arguments.ts';
import type { Console } from './output.ts';
import { type Done, lastOf, toAct, toDone, toLocalAct, withDesk } from './registry.ts';
import { withService } from './remote.ts';
import { addWhere, type Where } from './where-options.ts';

const loadDraft = () => import('./adjust-draft.ts');
const loadAdjust = () => import('../usecases/adjust.ts');
const loadDescriptions = () => import('../http/registry.ts');

/** `vigil adjust`: owned, expiring tables of integers on top of a version. */
export const adjustCommand = (console: Console): Command =>
  new Command('adjust')
    .description(
      console.say({
        zh: '专家调整：依附于一个模型版本、有负责人、有期限、经第二人批准的整数表；先测量效果，再批准。',
        en: 'Expert adjustments: owned, expiring tables of integers on top of a version, measured first, then approved by a second person.',
      }),
    )
    .addCommand(draftCommand(console))
    .addCommand(proposeCommand(console))
    .addCommand(listCommand(console))
    .addCommand(showCommand(console))
    .addCommand(approveCommand(console))
    .addCommand(withdrawCommand(console));

const addAnswer = (command: Command, console: Console): Command =>
  addWhere(command, console).option('--json', console.say({ zh: '输出 JSON', en: 'print JSON' }));

/** Warns of every fault beside the first, which ends the command. */
const withAllFaults = (console: Console, work: Promise<void>): Promise<void> =>
  work.catch((fault) => {
    if (fault instanceof AppError) for (const other of fault.others) console.warn(other);
    throw fault;
  });

const draftCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('draft').description(
    say({
      zh: '写出一项调整：核对、证明单调、测量效果、签名，但不提出。',
      en: 'Write an adjustment into a file: checked, proved, measured and signed, but not proposed.',
    }),
  );
  return addDraftOptions(command, console)
    .requiredOption('--out <file>', say({ zh: '写入此文件', en: 'write it here' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((file: string | undefined, options: DraftOptions & { readonly out: string }) =>
      withAllFaults(console, runDraft(console, file, options)),
    );
};

const runDraft = async (
  console: Console,
  file: string | undefined,
  options: DraftOptions & { readonly out: string },
): Promise<void> => {
  const { adjustment, signature, effects, model } = await (await loadDraft()).makeDraft(console, file, options);
  const { out } = options;
  await withOutput(out, ({ write }) => write(`${JSON.stringify({ adjustment, signature }, null, 2)}\n`));
  const { locale } = console.config;
  const written = console.say({ zh: `已写入 ${out}。`, en: `Written to ${out}.` });
  const cells = listAdjustedCells(model, adjustment).slice(0, MOST_CELLS);
  const lines = [
    ...cells.map((cell) => `  ${console.say(wordAdjustedCell(cell))}`),
    ...effects.map((effect) => drawEffect(effect, locale)),
  ];
  console.result({ adjustment, signature, effects, out }, [written, ...lines].join('\n'));
};

const proposeCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('propose').description(
    say({
      zh: '提出一项调整；效果随之记入审计链，经第二人批准（vigil adjust approve）后才生效。',
      en: 'Propose an adjustment; its effect goes on the chain with it, and it decides once a second person approved it (vigil adjust approve).',
    }),
  );
  return addAnswer(addDraftOptions(command, console), console).action(
    (file: string | undefined, options: DraftOptions & Where) =>
      withAllFaults(console, runPropose(console, file, options)),
  );
};

const runPropose = async (console: Console, file: string | undefined, options: DraftOptions & Where): Promise<void> => {
  const { adjustment, signature, effects } = await (await loadDraft()).makeDraft(console, file, options);
  const { model, fingerprint, ...content } = adjustment;
  const { name, version } = model;
  const { url } = options;
  const answer =
    url === undefined
      ? await withDesk(console, async (desk) => {
          const act = { name, version, ...toLocalAct(options) };
          const proposal = { content, fingerprint, signature, effects };
          await (await loadAdjust()).proposeAdjustment(desk, act, proposal);
          await desk.live.refresh();
          const { describeAdjustment } = await loadDescriptions();
          return describeAdjustment(desk.live, await desk.live.read(model), adjustment.name);
        })
      : await withService(console, url, ({ proposeAdjustment }) =>
          proposeAdjustment({ name, version, adjustment: content, fingerprint, signature, effects: [...effects] }),
        );
  console.result(answer, drawAdjustment(console, answer));
};

const placeArguments = (command: Command, { say }: Console): Command =>
  command
    .argument('<name@version>', say({ zh: '模型', en: 'the model' }), pinnedModel)
    .argument('<adjustment>', say({ zh: '调整的名称', en: "the adjustment's name" }), slug('<adjustment>'));

const askOption = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--url <address>',
      say({ zh: '询问该服务，密钥取自 VIGIL_API_KEY', en: 'ask this service, with the key of VIGIL_API_KEY' }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));

const listCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('list')
    .description(say({ zh: '列出一个版本之上的调整。', en: 'List the adjustments on top of a version.' }))
    .argument('<name@version>', say({ zh: '模型', en: 'the model' }), pinnedModel);
  return askOption(command, console).action(async (model: PinnedModel, { url }: Where) => {
    const adjustments =
      url === undefined
        ? await withDesk(console, async ({ live }) => {
            const { listAdjustments } = await loadDescriptions();
            return listAdjustments(live, (await live.read(model)).ref);
          })
        : (await withService(console, url, (remote) => remote.listAdjustments(model))).adjustments;
    const lines = adjustments.map((each) => drawSummary(console, each));
    console.result({ adjustments }, lines.join('\n') || say({ zh: '没有调整。', en: 'There is no adjustment.' }));
  });
};

const showCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('show').description(
    say({
      zh: '说明一项调整：内容、批准前测得的效果、经过；--rows 在自己的数据上重新测量。',
      en: 'Show an adjustment: what it says, the effect measured before its approval, its history; with --rows measured anew on rows of your own.',
    }),
  );
  return askOption(placeArguments(command, console), console)
    .option('--rows <name|file>', say({ zh: '在这些行上重新测量', en: 'measure it anew on these rows' }))
    .option('--policy <name[@version]|file>', say({ zh: '测量所用的策略', en: 'the policy it is measured under' }))
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .action((model: PinnedModel, name: string, options: DraftOptions & Where) =>
      runShow(console, { model, name }, options),
    );
};

interface Named {
  readonly model: PinnedModel;
  readonly name: string;
}

const runShow = async (console: Console, { model, name }: Named, options: DraftOptions & Where): Promise<void> => {
  const { url, rows } = options;
  const answer =
    url === undefined
      ? await withDesk(console, async ({ live }) => {
          const { describeAdjustment } = await loadDescriptions();
          return describeAdjustment(live, await live.read(model), name);
        })
      : await withService(console, url, (remote) => remote.readAdjustment({ ...model, adjustment: name }));
  if (rows === undefined) return console.result(answer, drawAdjustment(console, answer));
  const { name: own, owner, reason, from, to, segments, tables, fingerprint } = answer;
  const adjustment = {
    ...{ schema: 1 as const, name: own, owner, reason, from, to, segments, tables },
    ...{ model: answer.model, fingerprint },
  };
  const measured = await (await loadDraft()).measureRows(console, adjustment, options);
  const { locale } = console.config;
  console.result(
    { ...answer, measured },
    [drawAdjustment(console, answer), '', drawEffect(measured, locale)].join('\n'),
  );
};

const reasonOption = (command: Command, { say }: Console): Command =>
  command.requiredOption('--reason <text>', say({ zh: '原因；记入审计链', en: 'why; kept on the chain' }));

interface ActOptions extends Where {
  readonly reason: string;
  readonly evidence?: string;
}

const approveCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('approve').description(
    say({
      zh: '批准一项调整；须经由服务（--url）以密钥证明身份，且不是提出人。请先看其效果（vigil adjust show）。',
      en: 'Approve an adjustment; takes a service (--url) and a key of somebody else than who proposed it. Look at its effect first (vigil adjust show).',
    }),
  );
  return addAnswer(reasonOption(placeArguments(command, console), console), console)
    .option(
      '--evidence <text>',
      say({ zh: '批准的依据；默认为测得的效果', en: 'what it rests on (default: the effect measured)' }),
    )
    .action((model: PinnedModel, name: string, options: ActOptions) => {
      const { url, reason, evidence } = options;
      const done =
        url === undefined
          ? withDesk(console, async (desk) => {
              const act = { ...toAct(model, options), adjustment: name };
              const { approveAdjustment } = await loadAdjust();
              return toDone(await approveAdjustment(desk, { ...act, evidence: evidence ?? null }));
            })
          : withService(console, url, async (remote) => {
              const rest = evidence === undefined ? { reason } : { reason, evidence };
              const standing = await remote.approveAdjustment({ ...model, adjustment: name, ...rest });
              return lastOf('adjustment_approved')(standing);
            });
      return withAllFaults(console, tellDone(console, done, approved));
    });
};

const withdrawCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('withdraw').description(
    say({
      zh: '撤回一项调整，立即停止生效，不能恢复。',
      en: 'Withdraw an adjustment for good; it decides nothing from then on.',
    }),
  );
  return addAnswer(reasonOption(placeArguments(command, console), console), console).action(
    (model: PinnedModel, name: string, options: ActOptions) => {
      const { url, reason } = options;
      const done =
        url === undefined
          ? withDesk(console, async (desk) => {
              const { withdrawAdjustment } = await loadAdjust();
              return toDone(await withdrawAdjustment(desk, { ...toAct(model, options), adjustment: name }));
            })
          : withService(console, url, async (remote) =>
              lastOf('adjustment_withdrawn')(await remote.withdrawAdjustment({ ...model, adjustment: name, reason })),
            );
      return tellDone(console, done, withdrawn);
    },
  );
};

const approved: Text = {
  zh: '已批准，运行中的服务在一秒内跟随',
  en: 'is approved; running services follow within a second',
};
const withdrawn: Text = {
  zh: '已撤回，运行中的服务在一秒内跟随',
  en: 'is withdrawn; running services follow within a second',
};

const tellDone = async (console: Console, doing: Promise<Done | null>, words: Text): Promise<void> => {
  const done = await doing;
  if (!done) return;
  const { adjustment, model, evidence, actor } = done;
  const pin = `${model.name}@${model.version}`;
  const rests = evidence === null ? { zh: '', en: '' } : { zh: `（${evidence}）`, en: ` (${evidence})` };
  console.result(
    done,
    console.say({
      zh: `${pin} 的调整 ${adjustment} ${words.zh}${rests.zh}。操作人：${actor}。`,
      en: `${adjustment} on ${pin} ${words.en}${rests.en}. By ${actor}.`,
    }),
  );
};

const states: Readonly<Record<AdjustmentSummary['state'], Text>> = {
  proposed: { zh: '已提出，待批准', en: 'proposed, not approved' },
  approved: { zh: '已批准', en: 'approved' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
};

const everybody: Text = { zh: '所有客户', en: 'everybody' };

const drawSummary = ({ say }: Console, each: AdjustmentSummary): string => {
  const force = each.isInForce ? say({ zh: '，今日生效', en: ', in force today' }) : '';
  const whom = each.segments?.join(', ') ?? say(everybody);
  return `${each.name}  ${say(states[each.state])}${force}  ${each.from} - ${each.to}  ${whom}  ${each.owner}: ${say(each.reason)}`;
};

/** Cells that are printed; all of them are in the JSON. */
const MOST_CELLS = 40;

const drawAdjustment = (console: Console, answer: AdjustmentAnswer): string => {
  const { say, config } = console;
  const { model, cells, effects, history } = answer;
  const more = cells.length - MOST_CELLS;
  return [
    `${model.name}@${model.version}  ${drawSummary(console, answer)}`,
    ...cells.slice(0, MOST_CELLS).map((cell) => `  ${say(wordAdjustedCell(cell))}`),
    ...(more > 0 ? [say({ zh: `  另有 ${more} 格`, en: `  and ${more} more cells` })] : []),
    ...effects.map((effect) => drawEffect(effect, config.locale)),
    ...history.map(({ at, event, actor, reason, evidence }) =>
      [`    ${at}  ${event}  ${actor}: ${reason}`, evidence === null ? '' : ` [${evidence}]`].join(''),
    ),
  ].join('\n');
};
