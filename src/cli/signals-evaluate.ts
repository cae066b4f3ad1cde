import { Command } from 'commander';
import type { WarningEvaluation } from '../../training/warning/measure.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { modelFolders } from '../store/folders.ts';
import { requireWritableFile, withOutput } from '../store/writing.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { dayOf } from './arguments.ts';
import {
  addBookOptions,
  addWhomOptions,
  type BookOptions,
  toWhom,
  type WhomOptions,
  withBook,
} from './book-options.ts';
import { type Console, withProgress } from './output.ts';

interface EvaluateOptions extends BookOptions, WhomOptions {
  readonly from: string;
  readonly to: string;
  readonly policy: string;
  readonly model?: string;
  readonly models?: string;
  readonly out: string;
}

/** `vigil signals evaluate`: early warning as it would have gone. */
export const evaluateCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('evaluate')
    .description(
      say({
        zh: '在一批事件上逐月评估预警信号：召回、精度与提前天数，按每 1,000 客户每月 5、10、20、40 个新警报，并与“逾期天数 ≥ 1”和仅用违约概率两个基准比较。',
        en: 'Evaluate early warning signals on a book of events month by month: recall, precision and lead time at 5, 10, 20 and 40 new alerts a month for 1,000 customers, beside two baselines, "DPD >= 1" and the PD alone.',
      }),
    )
    .requiredOption('--from <day>', say({ zh: '首个评估日所在月', en: 'a day of the first month' }), dayOf('--from'))
    .requiredOption('--to <day>', say({ zh: '数据的最后一天', en: 'the last day of the data' }), dayOf('--to'))
    .requiredOption('--out <file>', say({ zh: '输出，.html 或 .json', en: 'the result, .html or .json' }))
    .option('--policy <name[@version]|file>', say({ zh: '信号策略', en: 'policy of signals' }), 'early-warning')
    .option(
      '--model <name[@version]>',
      say({
        zh: '给出违约概率的行为模型；没有则不比较违约概率',
        en: 'the model of behaviour that gives the PD; without it the PD is not compared',
      }),
    )
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
  return addWhomOptions(addBookOptions(command, console), console).action((options: EvaluateOptions) =>
    runEvaluate(console, options),
  );
};

const runEvaluate = async (console: Console, options: EvaluateOptions): Promise<void> => {
  const { out } = options;
  if (!/\.(html|json)$/.test(out)) throw appError('bad_arguments', { problem: badForm(out) });
  requireWritableFile(out);
  const { evaluation, facts } = await withProgress(console, 'signals', (work) => evaluate(console, options, work));
  const { writeWarningPage } = await import('../../training/warning/report.ts');
  const text = out.endsWith('.json')
    ? `${JSON.stringify({ facts, ...evaluation }, null, 2)}\n`
    : await writeWarningPage(evaluation, facts, console.config.locale);
  await withOutput(out, (output) => output.write(text));
  console.result({ out, facts, ...evaluation }, console.say(summarise(evaluation, out)));
};

const evaluate = async (console: Console, options: EvaluateOptions, work: LongWork) => {
  const [{ createDetectors }, { watchBook }, { measureWarning }] = await Promise.all([
    import('../signals/detect.ts'),
    import('../../training/warning/watch.ts'),
    import('../../training/warning/measure.ts'),
  ]);
  const { countSimulated } = await import('../../training/simulator/count-simulated.ts');
  const { creditCatalogue } = await import('../features/catalogue/catalogue.ts');
  const { findSignalPolicy } = await import('../store/signal-policies.ts');
  const { listMonthEnds } = await import('../features/civil-day.ts');
  const { readCourses } = await import('../usecases/courses.ts');
  const { openPlan } = await import('../usecases/open-plan.ts');
  const { toDayNumber } = await import('../features/civil-clock.ts');
  const policy = findSignalPolicy(options.policy);
  const detectors = createDetectors(policy, creditCatalogue);
  const folders = modelFolders(options.models);
  const { model } = options;
  const opened = model === undefined ? null : openPlan({ model, modelFolders: folders, policy: undefined, day: null });
  const lastDay = toDayNumber(options.to);
  const days = listMonthEnds(toDayNumber(options.from), lastDay);
  if (days.length === 0) throw appError('bad_arguments', { problem: noMonth });
  const { share, toldWithin } = options;
  const wanted = { days, lastDay, opened, ...(await toWhom(options)), timeZone: console.config.timeZone };
  const { watched, simulated } = await withBook(console, { ...options, work }, async (book) => {
    const courses = countSimulated(readCourses(book, wanted));
    return { watched: await watchBook(courses, detectors, days), simulated: courses.simulated() };
  });
  const evaluation = measureWarning(watched, lastDay);
  const facts = {
    events: options.events ?? '-',
    policy: `${policy.name}@${policy.version}`,
    model: opened === null ? '-' : `${opened.parts.model.name}@${opened.parts.model.version}`,
    from: options.from,
    to: options.to,
    ...(share === undefined ? {} : { share: `${share.from}-${share.to}` }),
    ...(toldWithin === undefined ? {} : { toldWithinDays: String(toldWithin) }),
    simulated: String(simulated),
  };
  return { evaluation, facts };
};

const noMonth: Text = { zh: '--from 与 --to 之间没有月末', en: 'no month ends between --from and --to' };

const badForm = (out: string): Text => ({
  zh: `--out 应以 .html 或 .json 结尾，而不是“${out}”`,
  en: `--out takes a file that ends in .html or .json, not "${out}"`,
});

const percent = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(1)}%`);

/** What each way to choose comes to at the budget that judges; a signal that was observed of nobody is told as such. */
const summarise = ({ figures, unobserved, spells, customers }: WarningEvaluation, out: string): Text => {
  const judged = figures.filter(({ budget }) => budget === 10);
  const tell = (locale: keyof Text, { recall, before, precision, lead, silent }: SummaryWords) =>
    judged
      .map((each) => {
        const label = each.strategy.label[locale];
        if (unobserved[each.strategy.name] === 1) return `  ${label}: ${silent}`;
        const shares = `${recall} ${percent(each.recall.value)} (${before} ${percent(each.recallBeforeDefault.value)})`;
        const days = each.leadDays.middle.value ?? '-';
        return `  ${label}: ${shares}, ${precision} ${percent(each.precisionOfAll.value)}, ${lead} ${days}`;
      })
      .join('\n');
  return {
    zh: `${customers} 个客户，${spells} 次违约；每 1,000 客户每月 10 个警报时（见 ${out}）：\n${tell('zh', summaryWords.zh)}`,
    en: `${customers} customers, ${spells} default spells; at 10 alerts a month for 1,000 customers (see ${out}):\n${tell('en', summaryWords.en)}`,
  };
};

type SummaryWords = Readonly<Record<'recall' | 'before' | 'precision' | 'lead' | 'silent', string>>;

const summaryWords: Readonly<Record<keyof Text, SummaryWords>> = {
  zh: { recall: '召回', before: '含逾期后、违约前', precision: '精度', lead: '提前天数中位数', silent: '未观测' },
  en: {
    recall: 'recall',
    before: 'late alerts too',
    precision: 'precision',
    lead: 'middle lead days',
    silent: 'not observed of anybody',
  },
};
