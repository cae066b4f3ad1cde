import { Command } from 'commander';
import { type Decision, Purpose } from '../domain/decision.ts';
import type { Text } from '../domain/text.ts';
import { wordReason, words } from '../explanation/wording.ts';
import type { Database } from '../store/database.ts';
import type { Live } from '../usecases/live.ts';
import { instantOf, oneOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import { readFields } from './explain.ts';
import type { Console } from './output.ts';

interface PredictOptions {
  readonly customer: string;
  readonly in?: string;
  readonly asOf?: string;
  readonly model: string | undefined;
  readonly models?: string;
  readonly segment?: string;
  readonly purpose: Purpose;
}

/** `vigil predict`: one decision, stored before it is answered. */
export const predictCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('predict')
    .description(
      say({
        zh: '为一位客户作决策，先存储再答复。',
        en: 'Decide for one customer and store the decision before answering.',
      }),
    )
    .requiredOption('--customer <id>', say({ zh: '客户', en: 'the customer' }))
    .option(
      '--in <file>',
      say({
        zh: '原始列的 JSON 对象（来源列名或字典列名）；- 表示标准输入；默认从客户的事件计算',
        en: "JSON object of the raw columns (source names or ours); - reads standard input; default: computed from the customer's events",
      }),
    )
    .option(
      '--as-of <instant>',
      say({
        zh: '从事件计算时的知识日期；默认为账簿日期',
        en: 'the date of knowledge of what is computed (default: the book date)',
      }),
      instantOf('--as-of'),
    )
    .option(
      '--model <name[@version]>',
      say({ zh: '模型；默认为当前策略指定的模型', en: 'the model (default: the one the policy in use names)' }),
    )
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--segment <name>', say({ zh: '客户所属的分群', en: "the customer's segment" }))
    .option(
      '--purpose <purpose>',
      `${say({ zh: '用途', en: 'purpose' })}: ${Purpose.options.join(', ')}`,
      oneOf('--purpose', Purpose.options),
      'application',
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: PredictOptions) => withDatabase(console, (database) => runPredict(console, options, database)));
};

const runPredict = async (console: Console, options: PredictOptions, database: Database): Promise<void> => {
  const { openPredictor } = await import('./open-predictor.ts');
  const now = () => new Date();
  const { live, predictor } = await openPredictor(console, database, { now, models: options.models });
  const { customer: customerId, purpose, model } = options;
  const { decisions } = await predictor.predict([
    {
      customerId,
      fields: options.in === undefined ? null : readFields(options.in),
      asOf: options.asOf ?? null,
      purpose,
      segment: options.segment ?? null,
      model,
    },
  ]);
  for (const decision of decisions) await showDecision(console, decision, live);
};

const showDecision = async (console: Console, decision: Decision, live: Live): Promise<void> => {
  const { say } = console;
  const { model, policy, adjustments } = (await live.planOf(decision)).plan;
  const wordbook = { model, policy, adjustments, signals: decision.signals };
  const reasons = decision.reasons.map((reason) => `  ${say(wordReason(reason, wordbook))} [${reason.code}]`);
  const outcome = `${say(words.tier[decision.tier.final])}, ${say(words.action[decision.action])}`;
  console.result(decision, [`${decision.decisionId}: ${outcome}`, ...reasons].join('\n'));
};

const replayOutcomes = {
  same: { zh: '一致', en: 'same' },
  different: { zh: '不一致', en: 'different' },
  erased: { zh: '个人数据已删除', en: 'erased' },
} as const satisfies Record<string, Text>;

/** `vigil replay`: decide a stored decision again and compare. */
export const replayCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('replay')
    .description(
      say({
        zh: '用存储的内容重做一个决策，逐位比较。',
        en: 'Decide a stored decision again from what was stored and compare to the last bit.',
      }),
    )
    .argument('<decision>')
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((decisionId: string) =>
      withDatabase(console, async (database) => {
        const { replayDecision } = await import('../usecases/replay.ts');
        const replayed = await replayDecision(database, decisionId);
        const differs = replayed.outcome === 'different' ? `: ${replayed.fields.join(', ')}` : '';
        console.result(replayed, `${decisionId}: ${say(replayOutcomes[replayed.outcome])}${differs}`);
      }),
    );
};

/** `vigil erase`: a customer's personal data; the chain stays whole. */
export const eraseCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('erase')
    .description(
      say({
        zh: '从所有决策、结果和事件中删除一位客户的个人数据；记录与哈希链保持完整。',
        en: "Erase a customer's personal data from every decision, outcome and event; records and chain stay whole.",
      }),
    )
    .requiredOption('--customer <id>', say({ zh: '客户', en: 'the customer' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(({ customer }: { customer: string }) =>
      withDatabase(console, async (database) => {
        const { eraseCustomer } = await import('../usecases/ledger.ts');
        const { decisions, outcomes, events } = await eraseCustomer(database, customer, new Date());
        console.result(
          { customer, decisions, outcomes, events },
          say({
            zh: `已删除 ${decisions} 个决策、${outcomes} 个结果和 ${events} 个事件的个人数据。`,
            en: `Erased the personal data of ${decisions} decisions, ${outcomes} outcomes and ${events} events.`,
          }),
        );
      }),
    );
};
