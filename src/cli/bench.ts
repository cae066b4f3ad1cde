import { Command } from 'commander';
import { listOf, oneOf, wholeNumber } from './arguments.ts';
import type { Console } from './output.ts';

/** `vigil bench`: measures this checkout; each figure is one JSON object on a line. */
export const benchCommand = (console: Console): Command => {
  const accuracy = new Command('accuracy')
    .description('Accuracy over the five folds of the protocol, on pooled out-of-fold probabilities.')
    .option('--sets <names>', 'data sets, by comma', listOf, ['taiwan', 'german', 'heloc', 'gmsc'])
    .option('--learners <names>', 'learners, by comma', listOf, ['scorecard'])
    .option(
      '--protected <include|exclude>',
      'protected columns as inputs',
      oneOf('--protected', ['include', 'exclude'] as const),
      'include',
    )
    .option(
      '--population <all|current>',
      'rows the figures are taken on',
      oneOf('--population', ['all', 'current'] as const),
      'all',
    )
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { benchAccuracy } = await import('../../test/bench/accuracy.ts');
      for await (const line of benchAccuracy({ ...options, dataFolder: console.config.dataFolder }))
        printLine(console, line);
    });
  const score = new Command('score')
    .description('Score and reasons in process, one row at a time, by the champion.')
    .option('--rows <n>', 'rows', wholeNumber('--rows', { least: 1_000, most: 1_000_000_000 }), 10_000_000)
    .option('--model <name>', 'the model', 'taiwan-card')
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { benchScore } = await import('../../test/bench/score.ts');
      printLine(console, benchScore(options));
    });
  const file = new Command('file')
    .description('CSV in, scored CSV out, against DuckDB copying the same CSV in the same run.')
    .option('--rows <n>', 'rows', wholeNumber('--rows', { least: 1_000, most: 100_000_000 }), 1_000_000)
    .option('--model <name>', 'the model', 'taiwan-card')
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { benchFile } = await import('../../test/bench/file.ts');
      printLine(console, await benchFile({ ...options, dataFolder: console.config.dataFolder }));
    });
  const http = new Command('http')
    .description('Durable predictions over HTTP against a bare Express echo of the same body, in turns in one run.')
    .option('--seconds <n>', 'of each turn', wholeNumber('--seconds', { least: 1, most: 600 }), 5)
    .option('--rounds <n>', 'turns of each', wholeNumber('--rounds', { least: 1, most: 100 }), 3)
    .option('--connections <n>', 'at once', wholeNumber('--connections', { least: 1, most: 1_000 }), 32)
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { benchHttp } = await import('../../test/bench/http.ts');
      printLine(console, await benchHttp({ ...options, databaseUrl: console.config.databaseUrl }));
    });
  return new Command('bench')
    .description('Measure accuracy and speed.')
    .addCommand(accuracy)
    .addCommand(score)
    .addCommand(file)
    .addCommand(http);
};

const printLine = (console: Console, line: object): void =>
  console.result(
    line,
    Object.entries(line)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  );
