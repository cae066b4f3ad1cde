import { Command } from 'commander';
import type { ChallengerComparison, Monitoring, Vintage } from '../domain/monitoring.ts';
import type { Text } from '../domain/text.ts';
import { verdictWords } from '../explanation/verdicts.ts';
import type { Estimate } from '../metrics/bootstrap.ts';
import { withDatabase } from './database.ts';
import { addJoinOptions, type JoinOptions, toJoinWish } from './join-options.ts';
import type { Console } from './output.ts';

/** `vigil monitor`: how promoted versions do by what they decided. */
export const monitorCommand = (console: Console): Command => {
  const { say } = console;
  const command = new Command('monitor')
    .description(
      say({
        zh: '监测已上线的模型：按决策月份的成熟表现、稳定性、校准、无标签估计的表现、与影子版本的比较，逐项给出结论。',
        en: 'Monitor promoted models: matured performance by month of decision, stability, calibration, performance estimated without outcomes, comparison with versions in shadow; a verdict for each.',
      }),
    )
    .argument(
      '[name[@version]]',
      say({ zh: '模型；默认为所有已上线的', en: 'the model (default: every promoted one)' }),
    )
    .action((model: string | undefined, options: JoinOptions) => runMonitor(console, model, options));
  return addJoinOptions(command, console).option('--json', say({ zh: '输出 JSON', en: 'print JSON' }));
};

const runMonitor = (console: Console, model: string | undefined, options: JoinOptions): Promise<void> =>
  withDatabase(console, async (database) => {
    const [{ openLive }, { monitorModels }] = await Promise.all([
      import('../usecases/live.ts'),
      import('../usecases/monitor.ts'),
    ]);
    const now = () => new Date();
    const { timeZone, modelKeys } = console.config;
    const live = await openLive(database, { now, timeZone, modelKeys });
    const reports = await monitorModels({ database, live, now, timeZone }, { ...toJoinWish(options), model });
    for (const report of reports) console.result(report, describe(report, console.say));
    if (reports.length === 0 && !console.json) console.result({}, console.say(nothing));
  });

type Say = Console['say'];

const nothing: Text = { zh: '没有已上线的模型。', en: 'No model is promoted.' };

const describe = (report: Monitoring, say: Say): string =>
  [
    describeHead(report, say),
    ...report.gates.map(({ verdict, message }) => `  [${say(verdictWords[verdict])}] ${say(message)}`),
    ...(report.vintages.length === 0
      ? []
      : [say(vintageWords), ...report.vintages.map((each) => describeVintage(each, say))]),
    ...describeInputs(report, say),
    ...report.challengers.map((each) => describeChallenger(each, say)),
  ].join('\n');

const describeHead = (report: Monitoring, say: Say): string => {
  const { model, decisions, matured, unobserved, earlyBads, windowDays, repeated, erased, simulated } = report;
  const window = windowDays === null ? { zh: '无表现期', en: 'no performance window' } : windowOf(windowDays);
  return say({
    zh: `${model.name}@${model.version}：${window.zh}；决策 ${decisions}，成熟 ${matured}（未报告 ${unobserved}），表现期内提前违约 ${earlyBads}；当月重复 ${repeated}，已删除 ${erased}${simulated > 0 ? `；其中 ${simulated} 个属模拟客户` : ''}`,
    en: `${model.name}@${model.version}: ${window.en}; decisions ${decisions}, matured ${matured} (of which nobody told: ${unobserved}), early defaults ${earlyBads}; repeated in a month ${repeated}, erased ${erased}${simulated > 0 ? `; of simulated customers: ${simulated}` : ''}`,
  });
};

const windowOf = (days: number): Text => ({ zh: `表现期 ${days} 天`, en: `window of ${days} days` });

const vintageWords: Text = { zh: '按决策月份：', en: 'By month of decision:' };

const four = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
const percent = (value: number): string => `${(100 * value).toFixed(2)}%`;
const estimate = ({ value, lower, upper }: Estimate): string =>
  lower === null || upper === null ? four(value) : `${four(value)} (${four(lower)} - ${four(upper)})`;

const describeVintage = (vintage: Vintage, say: Say): string => {
  const { month, isComplete, decisions, matured, performance, expected, stability, gates } = vintage;
  const open = isComplete ? { zh: '', en: '' } : { zh: '（未完）', en: ' (running)' };
  const counts = { zh: `决策 ${decisions}，成熟 ${matured}`, en: `decisions ${decisions}, matured ${matured}` };
  const known = performance
    ? {
        zh: `，违约 ${performance.bads}/${performance.rows}，AUC ${estimate(performance.auc)}，违约率 ${percent(performance.rate)}（${percent(performance.lower)} - ${percent(performance.upper)}），预期 ${percent(performance.meanProbability)}${thin(performance.evidence).zh}`,
        en: `, defaults ${performance.bads} of ${performance.rows}, AUC ${estimate(performance.auc)}, default rate ${percent(performance.rate)} (${percent(performance.lower)} - ${percent(performance.upper)}), expected ${percent(performance.meanProbability)}${thin(performance.evidence).en}`,
      }
    : { zh: '', en: '' };
  const failed = gates.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
  const verdict = failed.length === 0 ? { zh: '', en: '' } : wordFailed(failed);
  return say({
    zh: `  ${month}${open.zh}  ${counts.zh}${known.zh}；PSI ${four(stability)}，无标签估计 AUC ${four(expected?.auc ?? null)}${verdict.zh}`,
    en: `  ${month}${open.en}  ${counts.en}${known.en}; PSI ${four(stability)}, AUC estimated without outcomes ${four(expected?.auc ?? null)}${verdict.en}`,
  });
};

const wordFailed = (gates: readonly string[]): Text => ({
  zh: `；未通过：${gates.join('、')}`,
  en: `; failed: ${gates.join(', ')}`,
});

const thin = (evidence: string): Text =>
  evidence === 'insufficient' ? { zh: '（证据不足）', en: ' (insufficient evidence)' } : { zh: '', en: '' };

/** The inputs whose distribution has moved, most first. */
const describeInputs = ({ stability: { inputs, reference } }: Monitoring, say: Say): string[] => {
  const moved = inputs
    .filter(({ verdict }) => verdict === 'failed')
    .sort((a, b) => (b.stability ?? 0) - (a.stability ?? 0))
    .map(({ input, label, stability }) => `  ${four(stability)}  ${say(label)} (${input})`);
  if (moved.length === 0) return [];
  const head = { zh: `分布已变的输入（对比 ${reference}）：`, en: `Inputs that have moved (against ${reference}):` };
  return [say(head), ...moved];
};

const describeChallenger = (compared: ChallengerComparison, say: Say): string => {
  const { model, rows, same, milder, stricter, known, bads, auc, difference, flagged, caught } = compared;
  const share = (value: number | null) => (value === null ? '-' : percent(value));
  const losses = ({ losses: each }: typeof caught.deciding) =>
    each.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`).join(', ') || '-';
  return say({
    zh: `挑战者 ${model.name}@${model.version}：共同评分 ${rows}，等级相同 ${share(same)}，更低 ${share(milder)}，更高 ${share(stricter)}；已知 ${known}（违约 ${bads}）：AUC ${four(auc.challenger)} 对 ${four(auc.deciding)}，差 ${estimate(difference)}；同取风险最高的 ${flagged} 个，捕获违约 ${caught.challenger.bads} 对 ${caught.deciding.bads}，损失（最小货币单位）${losses(caught.challenger)} 对 ${losses(caught.deciding)}`,
    en: `Challenger ${model.name}@${model.version}: scored alike ${rows}, same tier ${share(same)}, milder ${share(milder)}, stricter ${share(stricter)}; known ${known} (defaults ${bads}): AUC ${four(auc.challenger)} against ${four(auc.deciding)}, difference ${estimate(difference)}; of the ${flagged} riskiest it catches ${caught.challenger.bads} defaults against ${caught.deciding.bads}, losses in minor units ${losses(caught.challenger)} against ${losses(caught.deciding)}`,
  });
};
