import { Command } from 'commander';
import type { StudyFacts } from '../../training/target/report.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import type { EventBook } from '../usecases/event-book.ts';
import type { LongWork } from '../usecases/long-work.ts';
import type { RepaymentWanted } from '../usecases/repayment-courses.ts';
import { dayOf, oneOf, wholeNumber } from './arguments.ts';
import { addBookOptions, type BookOptions, withBook } from './book-options.ts';
import { type Console, withProgress } from './output.ts';

interface StudyOptions extends BookOptions {
  readonly from: string;
  readonly to: string;
  readonly by: 'customer' | 'facility';
  readonly performance: number;
  readonly out?: string;
}

/** `vigil target`: what to know of a book before a target is chosen. */
export const targetCommand = (console: Console): Command => {
  const { say } = console;
  const study = new Command('study')
    .description(
      say({
        zh: '逐月统计一批客户的迁徙率、按账龄的累计违约率、逾期超过 30、60、90 天者后来的违约占比，以及现行目标定义下的各类数量。',
        en: 'Study a book month by month: roll rates, cumulative default rates by month on book, the share of those more than 30, 60 and 90 days past due that goes on to default, and the classes of the target in force.',
      }),
    )
    .requiredOption('--from <day>', say({ zh: '首个月末所在月', en: 'a day of the first month' }), dayOf('--from'))
    .requiredOption('--to <day>', say({ zh: '数据的最后一天', en: 'the last day of the data' }), dayOf('--to'))
    .option(
      '--by <customer|facility>',
      say({ zh: '按客户或按授信计数', en: 'what is counted: customers or facilities' }),
      oneOf('--by', ['customer', 'facility'] as const),
      'customer',
    )
    .option(
      '--performance <days>',
      say({ zh: '表现期天数', en: 'days of the performance window' }),
      wholeNumber('--performance', { least: 1, most: 3_650 }),
      360,
    )
    .option('--out <file>', say({ zh: '另写成 .html 或 .json', en: 'write it as .html or .json as well' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
  addBookOptions(study, console).action((options: StudyOptions) => runStudy(console, options));
  return new Command('target').description(say({ zh: '目标定义', en: 'The target of training' })).addCommand(study);
};

const runStudy = async (console: Console, options: StudyOptions): Promise<void> => {
  const { events, out, from, to, by, performance: performanceDays } = options;
  const { listMonthEnds } = await import('../features/civil-day.ts');
  const { toDayNumber } = await import('../features/civil-clock.ts');
  const { requireWritableFile, withOutput } = await import('../store/writing.ts');
  if (out !== undefined && !/\.(html|json)$/.test(out)) throw appError('bad_arguments', { problem: badForm(out) });
  if (out !== undefined) requireWritableFile(out);
  const lastDay = toDayNumber(to);
  const days = listMonthEnds(toDayNumber(from), lastDay);
  if (days.length < 2) throw appError('bad_arguments', { problem: tooShort });
  const window = { days, lastDay, performanceDays, by, timeZone: console.config.timeZone };
  const { study, simulated } = await withProgress(console, 'target', (work) =>
    readStudy(console, { ...options, window, work }),
  );
  const facts: StudyFacts = { events: events ?? '-', from, to, by, performanceDays, simulated };
  const { drawStudy, writeStudyPage } = await import('../../training/target/report.ts');
  const result = { facts, ...study };
  if (out !== undefined) {
    const text = out.endsWith('.json')
      ? `${JSON.stringify(result, null, 2)}\n`
      : writeStudyPage(study, facts, console.config.locale);
    await withOutput(out, (output) => output.write(text));
  }
  console.result(result, console.say(drawStudy(study, facts)));
};

interface Studied extends BookOptions {
  readonly window: RepaymentWanted;
  readonly work: LongWork;
}

const readStudy = async (console: Console, { window, ...wanted }: Studied) => {
  const { readRepaymentCourses } = await import('../usecases/repayment-courses.ts');
  const { openStudy } = await import('../../training/target/study.ts');
  const { countSimulated } = await import('../../training/simulator/count-simulated.ts');
  const follow = async (book: EventBook) => {
    const study = openStudy(window);
    const courses = countSimulated(readRepaymentCourses(book, window));
    for await (const course of courses) study.add(course);
    return { study: study.result(), simulated: courses.simulated() };
  };
  return withBook(console, wanted, follow);
};

const tooShort: Text = {
  zh: '--from 与 --to 之间没有两个月末',
  en: 'there are no two month ends between --from and --to',
};

const badForm = (out: string): Text => ({
  zh: `--out 应以 .html 或 .json 结尾，而不是“${out}”`,
  en: `--out takes a file that ends in .html or .json, not "${out}"`,
});
