import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import type { Adjustment } from '../domain/adjustment.ts';
import { Purpose } from '../domain/decision.ts';
import { readFault } from '../domain/issue.ts';
import { Tier } from '../domain/ordered.ts';
import { appError } from '../errors.ts';
import { drawWaterfall } from '../explanation/waterfall.ts';
import { civilDay } from '../features/civil-day.ts';
import { modelFolders } from '../store/folders.ts';
import { parseJson, readText } from '../store/json.ts';
import { explainRow } from '../usecases/explain-row.ts';
import { bindPlan, type OpenedPlan, openPlan } from '../usecases/open-plan.ts';
import { instant, oneOf } from './arguments.ts';
import type { Console } from './output.ts';

const Fields = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));

interface ExplainOptions {
  readonly model: string;
  readonly models?: string;
  readonly policy?: string;
  readonly adjustment?: readonly string[];
  readonly in: string;
  readonly purpose: z.infer<typeof Purpose>;
  readonly previousTier?: Tier;
  readonly previousSince?: string;
  readonly all?: true;
}

/** Inputs that a group shows unless all are asked for. */
const MOST_INPUTS = 5;

/** `vigil explain`: one row's decision as a waterfall from the boundary to the score. */
export const explainCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('explain')
    .description(
      say({
        zh: '解释一位客户：从等级界限到分数的瀑布图、规则、原因，以及能改变等级的最小变动。',
        en: 'Explain one customer: the waterfall from the tier boundary to the score, rules, reasons, the smallest flip.',
      }),
    )
    .requiredOption(
      '--in <file>',
      say({
        zh: '原始列的 JSON 对象（来源列名或字典列名）；- 表示标准输入',
        en: 'JSON object of the raw columns (source names or ours); - reads standard input',
      }),
    )
    .option('--model <name[@version]>', say({ zh: '模型', en: 'the model' }), 'taiwan-card')
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--policy <name[@version]|file>', say({ zh: '策略', en: 'the policy' }))
    .option(
      '--adjustment <files...>',
      say({
        zh: '试用这些调整（vigil adjust draft 写出的文件），如同已生效',
        en: 'with these adjustments on top, as vigil adjust draft writes them, as if they were in force',
      }),
    )
    .option(
      '--purpose <purpose>',
      `${say({ zh: '用途', en: 'purpose' })}: ${Purpose.options.join(', ')}`,
      oneOf('--purpose', Purpose.options),
      'application',
    )
    .option(
      '--previous-tier <tier>',
      say({ zh: '客户先前的模型等级（申请时不用）', en: "the customer's model tier before (not for applications)" }),
      oneOf('--previous-tier', Tier.options),
    )
    .option(
      '--previous-since <instant>',
      say({ zh: '该等级自何时起', en: 'since when that tier has stood' }),
      instant('--previous-since'),
    )
    .option('--all', say({ zh: '列出每组的全部变量', en: 'show every input of every group' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: ExplainOptions) => runExplain(console, options));
};

const runExplain = async (console: Console, options: ExplainOptions): Promise<void> => {
  const now = new Date().toISOString();
  const { timeZone } = console.config;
  const alone = openPlan({
    model: options.model,
    modelFolders: modelFolders(options.models),
    policy: options.policy,
    day: civilDay(now, timeZone),
  });
  const { previousTier, adjustment = [] } = options;
  const tried = adjustment.length === 0 ? [] : await readTried(adjustment, alone);
  const opened = tried.length === 0 ? alone : bindPlan({ ...alone.parts, adjustments: tried });
  if (previousTier && options.purpose === 'application') {
    throw appError('bad_arguments', {
      problem: {
        zh: '申请没有 --previous-tier；请加 --purpose monitoring',
        en: 'an application has no --previous-tier; add --purpose monitoring',
      },
    });
  }
  const explained = explainRow({
    opened,
    fields: readFields(options.in),
    purpose: options.purpose,
    previous: previousTier ? { tier: previousTier, since: options.previousSince ?? now } : null,
    now,
    timeZone,
  });
  const { model, policy, adjustments } = opened.plan;
  const mostInputs = options.all ? model.inputs.length : MOST_INPUTS;
  console.result(
    explained,
    drawWaterfall({ ...explained, model, policy, adjustments, mostInputs }, console.config.locale),
  );
};

const readTried = async (files: readonly string[], { plan }: OpenedPlan): Promise<Adjustment[]> => {
  const { readDrafts } = await import('./adjust-draft.ts');
  return readDrafts(files, plan.model);
};

/** Reads one row of raw columns; - is standard input. @throws bad_json, bad_artifact */
export const readFields = (file: string): z.infer<typeof Fields> => {
  const text = file === '-' ? readFileSync(0, 'utf8') : readText(file);
  const fields = parseJson(text, file);
  const parsed = Fields.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw appError('bad_artifact', { file, ...readFault(parsed.error, fields) });
};
