import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { Purpose } from '../domain/decision.ts';
import { Tier } from '../domain/ordered.ts';
import { Locale } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { drawWaterfall } from '../explanation/waterfall.ts';
import { civilDay } from '../features/civil-day.ts';
import { modelFolders } from '../store/folders.ts';
import { parseJson, readText } from '../store/json.ts';
import { explainRow } from '../usecases/explain-row.ts';
import { openPlan } from '../usecases/open-plan.ts';
import { instant, oneOf } from './arguments.ts';
import type { Console } from './output.ts';

const Fields = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));

interface ExplainOptions {
  readonly model: string;
  readonly models?: string;
  readonly policy?: string;
  readonly in: string;
  readonly purpose: z.infer<typeof Purpose>;
  readonly previousTier?: Tier;
  readonly previousSince?: string;
  readonly locale?: Locale;
}

/** `vigil explain`: one row's decision as a waterfall from the boundary to the score. */
export const explainCommand = (console: Console): Command =>
  new Command('explain')
    .description(
      'Explain one customer: the waterfall from the tier boundary to the score, rules, reasons, the smallest flip.',
    )
    .requiredOption('--in <file>', 'JSON object of the raw columns (source names or ours); - reads standard input')
    .option('--model <name[@version]>', 'the model', 'taiwan-card')
    .option('--models <folder>', 'folder of models')
    .option('--policy <name[@version]|file>', 'the policy')
    .option('--purpose <purpose>', Purpose.options.join(', '), oneOf('--purpose', Purpose.options), 'application')
    .option(
      '--previous-tier <tier>',
      "the customer's model tier before (not for applications)",
      oneOf('--previous-tier', Tier.options),
    )
    .option('--previous-since <instant>', 'since when that tier has stood', instant('--previous-since'))
    .option('--locale <zh|en>', 'language', oneOf('--locale', Locale.options))
    .option('--json', 'print JSON')
    .action((options: ExplainOptions) => runExplain(console, options));

const runExplain = (console: Console, options: ExplainOptions): void => {
  const now = new Date().toISOString();
  const { timeZone } = console.config;
  const opened = openPlan({
    model: options.model,
    modelFolders: modelFolders(options.models),
    policy: options.policy,
    day: civilDay(now, timeZone),
  });
  const { previousTier } = options;
  if (previousTier && options.purpose === 'application') {
    throw appError('bad_arguments', { problem: 'an application has no --previous-tier; add --purpose monitoring' });
  }
  const explained = explainRow({
    opened,
    fields: readFields(options.in),
    purpose: options.purpose,
    previous: previousTier ? { tier: previousTier, since: options.previousSince ?? now } : null,
    now,
    timeZone,
  });
  const { model, policy } = opened.plan;
  console.result(explained, drawWaterfall({ ...explained, model, policy }, options.locale ?? console.config.locale));
};

/** Reads one row of raw columns; - is standard input. @throws bad_json, bad_artifact */
export const readFields = (file: string): z.infer<typeof Fields> => {
  const text = file === '-' ? readFileSync(0, 'utf8') : readText(file);
  const parsed = Fields.safeParse(parseJson(text, file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw appError('bad_artifact', { file, place: issue?.path.join('.') || 'the top', problem: issue?.message ?? '' });
};
