import type { Text } from '../../src/domain/text.ts';
import type { Evidence, Gate, Validation, Verdict } from '../../src/domain/validation.ts';
import type { LeakSign } from './leakage.ts';
import type { ValidationSettings } from './settings.ts';

/** Everything that was measured, before it is judged. */
export type Measurements = Omit<Validation, 'gates'>;

/** Rows below which a distribution says little about drift. */
const LEAST_DRIFT = 200;
/** Share of rows in groups of too little evidence that may be left unjudged. */
const MOST_UNJUDGED = 0.05;

/** What one gate compares. */
interface Demand {
  readonly name: string;
  readonly title: Text;
  readonly value: number | null;
  readonly limit: number | null;
  /** Whether the limit is the most or the least that is allowed. */
  readonly allows: 'most' | 'least';
  readonly evidence: Evidence;
  /** Why it does not apply; null where it does. */
  readonly inapplicable: Text | null;
  readonly digits?: number;
}

const turnedOff: Text = { zh: '设置中已关闭', en: 'turned off in the settings' };
const noGroups: Text = { zh: '字典中没有受保护字段', en: 'the dictionary has no protected column' };
const noAction: Text = {
  zh: '按所给成本，任何措施都不划算，没有不利决定可比',
  en: 'at these costs acting on nobody loses least, so there is no adverse action to compare',
};
const noPeriods: Text = { zh: '数据没有日期或期数', en: 'the data has no dates or periods' };
const noDirection: Text = { zh: '没有带风险方向的原始字段', en: 'no raw column has a direction of risk' };

const words: Readonly<Record<'thin' | 'least' | 'most', Text>> = {
  thin: { zh: '样本太少，证据不足', en: 'too few rows: insufficient evidence' },
  least: { zh: '不低于', en: 'at least' },
  most: { zh: '不高于', en: 'at most' },
};

/** Judges a model's measurements. A gate without evidence says so; none passes in silence. */
export const judge = (measured: Measurements, settings: ValidationSettings, leakage: readonly LeakSign[]): Gate[] => [
  ...judgeRanking(measured, settings),
  ...judgeCalibration(measured, settings),
  ...judgeStability(measured, settings),
  decide(judgeWeakSpots(measured, settings)),
  decide(judgeRobustness(measured, settings)),
  ...judgeFairness(measured, settings),
  decide(judgeRawMonotone(measured, settings)),
  judgeLeakage(measured, settings, leakage),
];

const decide = (demand: Demand): Gate => {
  const verdict = findVerdict(demand);
  return { name: demand.name, verdict, value: demand.value, limit: demand.limit, message: wordGate(demand, verdict) };
};

const findVerdict = ({ value, limit, allows, evidence, inapplicable }: Demand): Verdict => {
  if (limit === null || inapplicable) return 'not_applicable';
  if (evidence === 'insufficient' || value === null) return 'insufficient';
  return (allows === 'most' ? value <= limit : value >= limit) ? 'passed' : 'failed';
};

const wordGate = ({ title, value, limit, allows, inapplicable, digits = 4 }: Demand, verdict: Verdict): Text => {
  const why = limit === null ? turnedOff : inapplicable;
  if (why) return { zh: `${title.zh}：${why.zh}`, en: `${title.en}: ${why.en}` };
  const shown = value === null ? '-' : value.toFixed(digits);
  const thin = verdict === 'insufficient';
  const bound = words[allows];
  return {
    zh: `${title.zh}：${shown}，要求${bound.zh} ${limit}${thin ? `；${words.thin.zh}` : ''}`,
    en: `${title.en}: ${shown}, ${bound.en} ${limit}${thin ? `; ${words.thin.en}` : ''}`,
  };
};

const judgeRanking = ({ discrimination }: Measurements, { gates }: ValidationSettings): Gate[] =>
  discrimination.map(({ population, label, auc, evidence }) =>
    decide({
      name: population === null ? 'auc' : `auc.${population}`,
      title: { zh: `AUC 95% 区间下限（${label.zh}）`, en: `Lower end of the AUC's 95% interval (${label.en})` },
      value: auc.lower,
      limit: gates.auc,
      allows: 'least',
      evidence,
      inapplicable: null,
    }),
  );

const judgeCalibration = (measured: Measurements, { gates, significance }: ValidationSettings): Gate[] => {
  const [all] = measured.calibration;
  const evidence = overall(measured);
  const off = all?.bands.filter(({ pCorrected }) => pCorrected < significance) ?? [];
  return [
    decide({
      name: 'calibration-error',
      title: { zh: '期望校准误差', en: 'Expected calibration error' },
      value: all?.ece.value ?? null,
      limit: gates.ece,
      allows: 'most',
      evidence,
      inapplicable: null,
    }),
    decide({
      name: 'calibration-bands',
      title: {
        zh: '显著偏离的概率档中最大的效应（Cohen h）',
        en: "Largest effect (Cohen's h) of a band that is significantly off",
      },
      value: largest(off.map(({ effect }) => Math.abs(effect))),
      limit: gates.bands,
      allows: 'most',
      evidence,
      inapplicable: null,
    }),
  ];
};

const largest = (values: readonly number[]): number => Math.max(0, ...values);

const judgeStability = ({ stability, periods, data }: Measurements, { gates }: ValidationSettings): Gate[] => {
  const evidence = data.rows >= LEAST_DRIFT ? 'sufficient' : 'insufficient';
  const worst = stability.inputs.reduce(
    (most, input) => ((input.stability ?? 0) > (most.stability ?? 0) ? input : most),
    {
      stability: data.rows === 0 ? null : 0,
      label: { zh: '-', en: '-' } as Text,
    },
  );
  const judged = periods.filter(({ rows }) => rows >= LEAST_DRIFT);
  const later = judged.reduce((most, period) => ((period.score ?? 0) > (most?.score ?? -1) ? period : most), judged[0]);
  return [
    decide({
      name: 'score-stability',
      title: { zh: '评分的稳定性指标 PSI', en: 'Stability of the score (PSI)' },
      value: stability.score,
      limit: gates.scoreStability,
      allows: 'most',
      evidence,
      inapplicable: null,
    }),
    decide({
      name: 'input-stability',
      title: {
        zh: `输入的最大稳定性指标 CSI（${worst.label.zh}）`,
        en: `Largest stability index of an input (CSI; ${worst.label.en})`,
      },
      value: worst.stability,
      limit: gates.inputStability,
      allows: 'most',
      evidence,
      inapplicable: null,
    }),
    decide({
      name: 'period-stability',
      title: {
        zh: `各期评分的最大 PSI${later ? `（第 ${later.period} 期）` : ''}`,
        en: `Largest PSI of the score in a period${later ? ` (period ${later.period})` : ''}`,
      },
      value: later?.score ?? null,
      limit: gates.periodStability,
      allows: 'most',
      evidence: later ? 'sufficient' : 'insufficient',
      inapplicable: periods.length === 0 ? noPeriods : null,
    }),
  ];
};

const overall = ({ calibration }: Measurements): Evidence => calibration[0]?.evidence ?? 'insufficient';

const judgeWeakSpots = (measured: Measurements, { gates, significance }: ValidationSettings): Demand => {
  const wrong = measured.weakSpots.spots.filter(({ pWrong }) => pWrong < significance);
  const sure = wrong.filter(({ evidence }) => evidence === 'sufficient');
  const isUnsure = wrong.length > 0 && sure.length === 0;
  return {
    name: 'weak-spots',
    title: {
      zh: '显著失准的人群切片中，对数损失超出概率自身所预期的最大值',
      en: 'Largest log loss above what the probabilities promise, in a slice where that is significant',
    },
    value: largest((isUnsure ? wrong : sure).map(({ logLoss, promised }) => logLoss - promised)),
    limit: gates.weakSpots,
    allows: 'most',
    evidence: isUnsure ? 'insufficient' : overall(measured),
    inapplicable: null,
  };
};

const judgeRobustness = (measured: Measurements, { gates }: ValidationSettings): Demand => {
  const middle = measured.robustness[Math.floor((measured.robustness.length - 1) / 2)];
  const percent = `${100 * (middle?.noise ?? 0)}%`;
  return {
    name: 'robustness',
    title: { zh: `输入加 ${percent} 噪声后 AUC 的损失`, en: `AUC lost to ${percent} noise on the inputs` },
    value: middle?.lost ?? null,
    limit: gates.robustness,
    allows: 'most',
    evidence: overall(measured),
    inapplicable: null,
  };
};

type Group = Validation['fairness']['columns'][number]['groups'][number];

const judgeFairness = ({ fairness }: Measurements, { gates, significance }: ValidationSettings): Gate[] => {
  const { columns, cutOff } = fairness;
  const judged = columns.flatMap(({ label, groups }) =>
    groups.flatMap((group) => (group.evidence === 'sufficient' ? [{ ...group, label }] : [])),
  );
  const compared = judged.filter(({ isReference }) => !isReference);
  const pick = (measure: (group: Group) => number | null, worse: (a: number, b: number) => boolean) =>
    compared.reduce<{ value: number; name: Text } | null>((worst, group) => {
      const value = measure(group);
      if (value === null || (worst && !worse(value, worst.value))) return worst;
      return {
        value,
        name: { zh: `${group.label.zh}：${group.group.zh}`, en: `${group.label.en}: ${group.group.en}` },
      };
    }, null);
  const evidence = columns.every(isMostlyJudged) ? 'sufficient' : 'insufficient';
  const common = { evidence, inapplicable: columns.length === 0 ? noGroups : null } as const;
  const acted = {
    evidence,
    inapplicable: columns.length > 0 && cutOff === null ? noAction : common.inapplicable,
  } as const;
  const ratio = pick(
    ({ approvalRatio }) => approvalRatio.value,
    (a, b) => a < b,
  );
  const opportunity = pick(
    ({ equalOpportunity: { value } }) => value && Math.abs(value),
    (a, b) => a > b,
  );
  const off = judged.filter(({ pCalibration }) => (pCalibration ?? 1) < significance);
  const named = (title: Text, worst: { name: Text } | null): Text =>
    worst ? { zh: `${title.zh}（${worst.name.zh}）`, en: `${title.en} (${worst.name.en})` } : title;
  return [
    decide({
      ...acted,
      name: 'fairness.approval-ratio',
      title: named(
        {
          zh: '受保护群体未受不利决定的比率与参照群体之比',
          en: "A protected group's rate without adverse action against the reference group's",
        },
        ratio,
      ),
      value: ratio?.value ?? null,
      limit: gates.approvalRatio,
      allows: 'least',
    }),
    decide({
      ...acted,
      name: 'fairness.equal-opportunity',
      title: named(
        { zh: '好客户未受不利决定比例之差', en: 'Difference in the share of good customers without adverse action' },
        opportunity,
      ),
      value: opportunity?.value ?? null,
      limit: gates.equalOpportunity,
      allows: 'most',
    }),
    decide({
      ...common,
      name: 'fairness.calibration',
      title: {
        zh: '概率显著偏离的受保护群体中最大的效应（Cohen h）',
        en: "Largest effect (Cohen's h) of a protected group whose probability is significantly off",
      },
      value: judged.length === 0 ? null : largest(off.map(({ effect }) => Math.abs(effect ?? 0))),
      limit: gates.groupCalibration,
      allows: 'most',
    }),
  ];
};

/** Whether nearly all rows are in groups with evidence, the reference among them: small groups must not look fair by absence. */
const isMostlyJudged = ({ groups }: Validation['fairness']['columns'][number]): boolean => {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const thin = groups.reduce((sum, group) => sum + (group.evidence === 'insufficient' ? group.rows : 0), 0);
  return (
    rows > 0 &&
    thin <= MOST_UNJUDGED * rows &&
    groups.some(({ isReference, evidence }) => isReference && evidence === 'sufficient')
  );
};

const judgeRawMonotone = ({ rawMonotone }: Measurements, { gates }: ValidationSettings): Demand => {
  const samples = rawMonotone.reduce((sum, column) => sum + column.samples, 0);
  const violations = rawMonotone.reduce((sum, column) => sum + column.violations, 0);
  return {
    name: 'raw-monotone',
    title: {
      zh: '单独朝风险方向改变一个原始字段而得分下降的比例',
      en: 'Share of samples whose score falls though one raw column moves in its direction of risk',
    },
    value: samples === 0 ? null : violations / samples,
    limit: gates.rawMonotone,
    allows: 'most',
    evidence: 'sufficient',
    inapplicable: rawMonotone.length === 0 ? noDirection : null,
  };
};

/** A sign of leakage counts on any number of rows; its absence only on enough. */
const judgeLeakage = (measured: Measurements, { gates }: ValidationSettings, leakage: readonly LeakSign[]): Gate => {
  const named = leakage.map(({ columns }) => columns.join(', ')).join('; ');
  return decide({
    name: 'leakage',
    title: {
      zh: `疑似数据泄漏的迹象${named === '' ? '' : `（${named}）`}`,
      en: `Signs of leakage${named === '' ? '' : ` (${named})`}`,
    },
    value: leakage.length,
    limit: gates.leakage,
    allows: 'most',
    evidence: leakage.length > 0 ? 'sufficient' : overall(measured),
    inapplicable: null,
    digits: 0,
  });
};
