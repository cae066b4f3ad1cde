import type { Command } from 'commander';
import type { JoinWish } from '../usecases/read-book.ts';
import { civilDate, oneOf, wholeNumber } from './arguments.ts';
import type { Console } from './output.ts';

/** Which decisions are looked at, and how outcomes are joined to them, as a command line says it. */
export type JoinOptions = Partial<JoinWish>;

/** Adds the options that say so. */
export const addJoinOptions = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--window-days <days>',
      say({
        zh: '表现期（自然日）；默认取自模型的目标',
        en: "performance window in civil days (default: the target's)",
      }),
      wholeNumber('--window-days', { least: 1, most: 3_650 }),
    )
    .option(
      '--silence <unknown|good>',
      say({
        zh: '表现期已满而无人报告：unknown 为未知（默认），good 为未违约（只报告违约时用）',
        en: 'what it means that nobody told once the window has passed: unknown (default), or good where only defaults are reported',
      }),
      oneOf('--silence', ['unknown', 'good'] as const),
    )
    .option(
      '--from <day>',
      say({ zh: '只看此日及以后的决策', en: 'only decisions of this day or later' }),
      civilDate('--from'),
    );

/** What is asked for; silence is not known unless told. */
export const toJoinWish = ({ windowDays, silence = 'unknown', from }: JoinOptions): JoinWish => ({
  windowDays,
  silence,
  from,
});
