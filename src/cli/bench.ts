import { Command } from 'commander';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { listOf, oneOf, wholeNumber } from './arguments.ts';
import type { Console } from './output.ts';

/** `vigil bench`: measures this checkout; each figure is one JSON object on a line. */
export const benchCommand = (console: Console): Command => {
  const { say } = console;
  const accuracy = new Command('accuracy')
    .description(
      say({
        zh: '五折评估的准确度，基于合并的折外概率。',
        en: 'Accuracy over the five folds of the protocol, on pooled out-of-fold probabilities.',
      }),
    )
    .option('--sets <names>', say({ zh: '数据集，用逗号分隔', en: 'data sets, by comma' }), listOf, [
      'taiwan',
      'german',
      'heloc',
      'gmsc',
    ])
    .option('--learners <names>', say({ zh: '算法，用逗号分隔', en: 'learners, by comma' }), listOf, ['scorecard'])
    .option(
      '--protected <include|exclude>',
      say({ zh: '受保护的列是否作为输入', en: 'protected columns as inputs' }),
      oneOf('--protected', ['include', 'exclude'] as const),
      'include',
    )
    .option(
      '--population <all|current>',
      say({ zh: '用于计算指标的行', en: 'rows the figures are taken on' }),
      oneOf('--population', ['all', 'current'] as const),
      'all',
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchAccuracy } = await import('../../test/bench/accuracy.ts');
      for await (const line of benchAccuracy({ ...options, dataFolder: console.config.dataFolder }))
        printLine(console, line);
    });
  const coverage = new Command('coverage')
    .description(
      say({
        zh: '90% 区间在全新自助样本上重训时覆盖得分的比例：第 1 至 4 折，重训不参与区间的拟合。',
        en: 'How often the 90% interval covers the score under refits on fresh bootstrap samples, which it was not fitted by: folds 1 to 4.',
      }),
    )
    .option('--sets <names>', say({ zh: '数据集，用逗号分隔', en: 'data sets, by comma' }), listOf, ['taiwan'])
    .option('--learners <names>', say({ zh: '算法，用逗号分隔', en: 'learners, by comma' }), listOf, [
      'scorecard',
      'boosted',
    ])
    .option(
      '--refits <n>',
      say({ zh: '重训次数', en: 'fresh refits' }),
      wholeNumber('--refits', { least: 1, most: 500 }),
      50,
    )
    .option(
      '--seed <n>',
      say({ zh: '重训样本的随机种子', en: 'of their samples' }),
      wholeNumber('--seed', { least: 1_000, most: 1_000_000_000 }),
      1_000_000,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchCoverage } = await import('../../test/bench/coverage.ts');
      for await (const line of benchCoverage({ ...options, dataFolder: console.config.dataFolder }))
        printLine(console, line);
    });
  const train = new Command('train')
    .description(
      say({
        zh: '训练一次的时间与内存：第 1 至 4 折，从特征到已证明的模型，不含区间重训。',
        en: 'Time and memory of a training: folds 1 to 4, from features to the proved model, without refits for the interval.',
      }),
    )
    .option('--sets <names>', say({ zh: '数据集，用逗号分隔', en: 'data sets, by comma' }), listOf, ['taiwan', 'gmsc'])
    .option('--learners <names>', say({ zh: '算法，用逗号分隔', en: 'learners, by comma' }), listOf, ['boosted'])
    .option(
      '--rounds <n>',
      say({ zh: '各自的训练次数', en: 'trainings of each' }),
      wholeNumber('--rounds', { least: 1, most: 100 }),
      3,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchTrain } = await import('../../test/bench/train.ts');
      for await (const line of benchTrain({ ...options, dataFolder: console.config.dataFolder }))
        printLine(console, line);
    });
  const score = new Command('score')
    .description(
      say({
        zh: '在进程内逐行计算分数和原因，使用冠军模型。',
        en: 'Score and reasons in process, one row at a time, by the champion.',
      }),
    )
    .option(
      '--rows <n>',
      say({ zh: '行数', en: 'rows' }),
      wholeNumber('--rows', { least: 1_000, most: 1_000_000_000 }),
      10_000_000,
    )
    .option('--model <name>', say({ zh: '模型', en: 'the model' }), 'taiwan-card')
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchScore } = await import('../../test/bench/score.ts');
      printLine(console, benchScore(options));
    });
  const features = new Command('features')
    .description(
      say({
        zh: '模拟客户在某一日的全部行为特征，单核；可与 DuckDB 执行编译后的 SQL 对比。',
        en: 'All features of behaviour of simulated customers at one date, on one core; DuckDB over the compiled SQL beside it.',
      }),
    )
    .option(
      '--customers <n>',
      say({ zh: '客户数', en: 'customers' }),
      wholeNumber('--customers', { least: 10, most: 1_000_000 }),
      3_000,
    )
    .option(
      '--months <n>',
      say({ zh: '历史月数', en: 'months of history' }),
      wholeNumber('--months', { least: 1, most: 120 }),
      24,
    )
    .option('--duckdb', say({ zh: '同时测量 DuckDB', en: 'measure DuckDB too' }), false)
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchFeatures } = await import('../../test/bench/features.ts');
      printLine(console, await benchFeatures(options));
    });
  const file = new Command('file')
    .description(
      say({
        zh: '读入 CSV、写出评分 CSV，与 DuckDB 在同一次运行中复制该文件对比。',
        en: 'CSV in, scored CSV out, against DuckDB copying the same CSV in the same run.',
      }),
    )
    .option(
      '--rows <n>',
      say({ zh: '行数', en: 'rows' }),
      wholeNumber('--rows', { least: 1_000, most: 100_000_000 }),
      1_000_000,
    )
    .option('--model <name>', say({ zh: '模型', en: 'the model' }), 'taiwan-card')
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchFile } = await import('../../test/bench/file.ts');
      printLine(console, await benchFile({ ...options, dataFolder: console.config.dataFolder }));
    });
  const http = new Command('http')
    .description(
      say({
        zh: '经 HTTP 的持久预测，与只回显同一正文的 Express 在同一次运行中轮流对比。',
        en: 'Durable predictions over HTTP against a bare Express echo of the same body, in turns in one run.',
      }),
    )
    .option(
      '--seconds <n>',
      say({ zh: '每轮秒数', en: 'of each turn' }),
      wholeNumber('--seconds', { least: 1, most: 600 }),
      5,
    )
    .option(
      '--rounds <n>',
      say({ zh: '各自的轮数', en: 'turns of each' }),
      wholeNumber('--rounds', { least: 1, most: 100 }),
      3,
    )
    .option(
      '--connections <n>',
      say({ zh: '并发连接数', en: 'at once' }),
      wholeNumber('--connections', { least: 1, most: 1_000 }),
      32,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchHttp } = await import('../../test/bench/http.ts');
      printLine(console, await benchHttp({ ...options, databaseUrl: console.config.databaseUrl }));
    });
  const fuzz = new Command('fuzz')
    .description(
      say({
        zh: '按 OpenAPI 文档随机生成（合规与不合规的）请求：不得有服务故障、过慢或内存增长。',
        en: 'Requests drawn from the OpenAPI document, fitting and not: none may be a fault of ours, slow or leaky.',
      }),
    )
    .option(
      '--requests <n>',
      say({ zh: '请求数', en: 'requests' }),
      wholeNumber('--requests', { least: 1, most: 100_000_000 }),
      100_000,
    )
    .option(
      '--connections <n>',
      say({ zh: '并发连接数', en: 'at once' }),
      wholeNumber('--connections', { least: 1, most: 1_000 }),
      8,
    )
    .option(
      '--seed <n>',
      say({ zh: '随机种子', en: 'of the draw' }),
      wholeNumber('--seed', { least: 0, most: 1_000_000_000 }),
      1,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchFuzz } = await import('../../test/bench/fuzz.ts');
      const found = await benchFuzz({ ...options, databaseUrl: console.config.databaseUrl });
      printLine(console, console.json ? found : { ...found, statuses: JSON.stringify(found.statuses) });
      if (found.faults.length > 0) throw appError('bench_failed', { problem: faulty(found.faults.length) });
    });
  const start = new Command('start')
    .description(
      say({
        zh: '在新的和已有的数据目录上启动的时间和内存，与只带 PGlite 的 Express 对比。',
        en: 'Time and memory of a start on a new and on an existing home, against bare Express with PGlite.',
      }),
    )
    .option(
      '--rounds <n>',
      say({ zh: '各自的启动次数', en: 'starts of each' }),
      wholeNumber('--rounds', { least: 1, most: 100 }),
      3,
    )
    .option(
      '--rest-seconds <n>',
      say({ zh: '读取内存前的秒数', en: 'before memory is read' }),
      wholeNumber('--rest-seconds', { least: 0, most: 600 }),
      5,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchStart } = await import('../../test/bench/start.ts');
      for await (const line of benchStart(options)) printLine(console, line);
    });
  const stream = new Command('stream')
    .description(
      say({
        zh: '单条流式请求的持久化决策：每秒行数，以及调用方读取和不读取时的内存。',
        en: 'One stream of durable predictions: rows a second, and memory while its caller reads and while not.',
      }),
    )
    .option(
      '--rows <n>',
      say({ zh: '行数', en: 'rows' }),
      wholeNumber('--rows', { least: 1_000, most: 100_000_000 }),
      100_000,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchStream } = await import('../../test/bench/stream.ts');
      printLine(console, await benchStream({ ...options, databaseUrl: console.config.databaseUrl }));
    });
  const rescore = new Command('rescore')
    .description(
      say({
        zh: '内嵌数据库上，从事件到其后的新决策的延迟：模拟账簿，匀速上报事件。',
        en: 'From an event to the decision that follows it, on the embedded database: a simulated book, events at a steady pace.',
      }),
    )
    .option(
      '--customers <n>',
      say({ zh: '客户数', en: 'customers' }),
      wholeNumber('--customers', { least: 10, most: 100_000 }),
      2_000,
    )
    .option(
      '--events-per-second <n>',
      say({ zh: '每秒事件数', en: 'posted' }),
      wholeNumber('--events-per-second', { least: 1, most: 10_000 }),
      200,
    )
    .option(
      '--seconds <n>',
      say({ zh: '测量的秒数', en: 'measured' }),
      wholeNumber('--seconds', { least: 1, most: 3_600 }),
      20,
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async (options) => {
      const { benchRescore } = await import('../../test/bench/rescore.ts');
      printLine(console, await benchRescore(options));
    });
  const soak = new Command('soak')
    .description(
      say({
        zh: '在负载下直接杀死服务：每个已答复的决策必须恰好存有一份。',
        en: 'Kill the service with no warning under load; every answered decision must be stored once.',
      }),
    )
    .option('--kills <n>', say({ zh: '次数', en: 'how often' }), wholeNumber('--kills', { least: 1, most: 10_000 }), 20)
    .option(
      '--database <embedded|postgresql>',
      say({
        zh: '在新的数据目录上，或 DATABASE_URL 指定的 PostgreSQL 上',
        en: 'on a new home, or on the PostgreSQL of DATABASE_URL',
      }),
      oneOf('--database', ['embedded', 'postgresql'] as const),
      'embedded',
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async ({ kills, database }) => {
      const { databaseUrl } = console.config;
      if (database === 'postgresql' && databaseUrl === undefined) throw appError('bad_arguments', { problem: noUrl });
      const { benchSoak } = await import('../../test/bench/soak.ts');
      const found = await benchSoak({ kills, databaseUrl: database === 'postgresql' ? databaseUrl : undefined });
      printLine(console, console.json ? found : { ...found, faults: JSON.stringify(found.faults) });
      const count = Object.values(found.faults).reduce((sum, faults) => sum + faults, 0);
      if (count > 0) throw appError('bench_failed', { problem: faulty(count) });
    });
  return new Command('bench')
    .description(say({ zh: '测量准确度和速度。', en: 'Measure accuracy and speed.' }))
    .addCommand(accuracy)
    .addCommand(train)
    .addCommand(coverage)
    .addCommand(score)
    .addCommand(features)
    .addCommand(file)
    .addCommand(http)
    .addCommand(fuzz)
    .addCommand(start)
    .addCommand(stream)
    .addCommand(rescore)
    .addCommand(soak);
};

const noUrl: Text = { zh: '未设置 DATABASE_URL', en: 'DATABASE_URL is not set' };
const faulty = (count: number): Text => ({ zh: `${count} 处不符`, en: `${count} faults` });

const printLine = (console: Console, line: object): void =>
  console.result(
    line,
    Object.entries(line)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  );
