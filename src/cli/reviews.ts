import { Command } from 'commander';
import { ActBody } from '../contract/model-event.ts';
import { ConcludeBody } from '../contract/reviews.ts';
import { Action, Tier } from '../domain/ordered.ts';
import { ReviewConclusion } from '../domain/review.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { toLocalActor } from '../model/registry.ts';
import { dayOf, instantOf, oneOf, wholeNumber } from './arguments.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';
import { badReason } from './registry.ts';
import { withService } from './remote.ts';
import { openReviewDesk, type ReviewDesk } from './review-desk.ts';
import { describeConclusion, describeInLine, describeReview } from './review-words.ts';
import { addWhere, type Where } from './where-options.ts';

/** `vigil reviews`: post-loan reviews, what is due, and what came of them. */
export const reviewsCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('reviews').description(
    say({
      zh: '贷后检查：列出、查看、作出结论；run 打开已到期的检查。',
      en: 'Post-loan reviews: list, show and conclude them; run opens what is due.',
    }),
  );
  for (const each of [listCommand, showCommand, concludeCommand, runCommand]) command.addCommand(each(console));
  return command;
};

const json: Text = { zh: '输出 JSON', en: 'print JSON' };
const service: Text = {
  zh: '询问该服务，密钥取自 VIGIL_API_KEY',
  en: 'ask this service, with the key of VIGIL_API_KEY',
};

const withDesk = <Result>(console: Console, work: (desk: ReviewDesk) => Promise<Result>): Promise<Result> =>
  withDatabase(console, async (database) => work(await openReviewDesk(database, console)));

interface ListOptions {
  readonly state?: 'open' | 'overdue' | 'concluded';
  readonly customer?: string;
  readonly dueBefore?: string;
  readonly limit: number;
  readonly after?: string;
  readonly url?: string;
}

const states = ['open', 'overdue', 'concluded'] as const;

const listCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('list')
    .description(say({ zh: '列出检查，先到期的在前。', en: 'List reviews, those due first first.' }))
    .option(
      '--state <state>',
      `${say({ zh: '状态（open 含逾期）', en: 'state (open: overdue ones too)' })}: ${states.join(', ')}`,
      oneOf('--state', states),
    )
    .option('--customer <id>', say({ zh: '只列该客户的', en: 'only of this customer' }))
    .option(
      '--due-before <day>',
      say({ zh: '只列该日之前到期的', en: 'only due before this day' }),
      dayOf('--due-before'),
    )
    .option(
      '--limit <count>',
      say({ zh: '最多几个', en: 'at most so many' }),
      wholeNumber('--limit', { least: 1, most: 100 }),
      20,
    )
    .option('--after <review>', say({ zh: '从上一页的最后一个之后开始', en: 'after the last one of the page before' }))
    .option('--url <address>', say(service))
    .option('--json', say(json))
    .action((options: ListOptions) => runList(console, options));
};

const runList = async (
  console: Console,
  { state, customer, dueBefore, limit, after, url }: ListOptions,
): Promise<void> => {
  const wanted = {
    limit,
    ...(state === undefined ? {} : { state }),
    ...(customer === undefined ? {} : { customerId: customer }),
    ...(dueBefore === undefined ? {} : { dueBefore }),
    ...(after === undefined ? {} : { after }),
  };
  const page =
    url === undefined
      ? await withDesk(console, ({ list }) => list(wanted))
      : await withService(console, url, ({ listReviews }) => listReviews(wanted));
  const lines = page.reviews.map((review) => describeInLine(review, console.say));
  const none = console.say({ zh: '没有符合条件的检查。', en: 'No review matches.' });
  console.result(page, lines.length > 0 ? lines.join('\n') : none);
};

const showCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('show')
    .description(say({ zh: '查看一次检查及其预填表格。', en: 'Show a review with its form.' }))
    .argument('<review>', say({ zh: '编号', en: 'its id' }))
    .option('--url <address>', say(service))
    .option('--json', say(json))
    .action(async (reviewId: string, { url }: { url?: string }) => {
      const review =
        url === undefined
          ? await withDesk(console, ({ show }) => show(reviewId))
          : await withService(console, url, ({ readReview }) => readReview({ reviewId }));
      console.result(review, describeReview(review, say));
    });
};

interface ConcludeOptions extends Where {
  readonly as: ReviewConclusion;
  readonly tier?: Tier;
  readonly action?: Action;
  readonly until?: string;
  readonly reason: string;
}

const concludeCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('conclude')
    .description(
      say({
        zh: '作出结论：keep 维持；raise 上调，立即生效；ask_to_lower 申请下调，仅作记录。',
        en: 'Conclude a review: keep; raise, at once; ask_to_lower, which is recorded and lowers nothing.',
      }),
    )
    .argument('<review>', say({ zh: '编号', en: 'its id' }))
    .requiredOption(
      '--as <conclusion>',
      `${say({ zh: '结论', en: 'the conclusion' })}: ${ReviewConclusion.options.join(', ')}`,
      oneOf('--as', ReviewConclusion.options),
    )
    .requiredOption('--reason <text>', say({ zh: '原因；记入审计链', en: 'why; kept on the chain' }))
    .option(
      '--tier <tier>',
      `${say({ zh: '等级', en: 'the tier' })}: ${Tier.options.join(', ')}`,
      oneOf('--tier', Tier.options),
    )
    .option(
      '--action <action>',
      `${say({ zh: '措施', en: 'the action' })}: ${Action.options.join(', ')}`,
      oneOf('--action', Action.options),
    )
    .option(
      '--until <instant>',
      say({ zh: '上调最迟持续到何时', en: 'until when a raise holds at most' }),
      instantOf('--until'),
    );
  return addWhere(command, console)
    .option('--json', say(json))
    .action((reviewId: string, options: ConcludeOptions) => runConclude(console, reviewId, options));
};

const runConclude = async (console: Console, reviewId: string, options: ConcludeOptions): Promise<void> => {
  const body = toBody(options);
  const review =
    options.url === undefined
      ? await withDesk(console, ({ conclude }) => conclude(reviewId, body, toLocalActor(options.actor)))
      : await withService(console, options.url, ({ concludeReview }) => concludeReview({ reviewId, ...body }));
  console.result(review, [describeInLine(review, console.say), ...describeConclusion(review, console.say)].join('\n'));
};

const toBody = ({ as: conclusion, tier, action, until, reason }: ConcludeOptions): ConcludeBody => {
  if (!ActBody.safeParse({ reason }).success) throw appError('bad_arguments', { problem: badReason });
  const body = ConcludeBody.safeParse({
    conclusion,
    reason,
    ...(tier === undefined ? {} : { tier }),
    ...(action === undefined ? {} : { action }),
    ...(until === undefined ? {} : { until }),
  });
  if (!body.success) throw appError('bad_arguments', { problem: badConclusion });
  return body.data;
};

const badConclusion: Text = {
  zh: 'raise 须有 --tier 或 --action，可有 --until；ask_to_lower 可有 --tier、--action；keep 都没有',
  en: 'raise takes --tier or --action, and if wanted --until; ask_to_lower may have --tier and --action; keep has none',
};

const runCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('run')
    .description(
      say({
        zh: '打开现在已到期的检查；运行中的服务自己也这样做，两者不会重复。',
        en: 'Open what is due now; a running service does so by itself, and neither repeats the other.',
      }),
    )
    .option('--json', say(json))
    .action(async () => {
      const opened = await withDesk(console, ({ run }) => run());
      console.result({ opened }, say({ zh: `打开了 ${opened} 次检查。`, en: `Reviews opened: ${opened}.` }));
    });
};
