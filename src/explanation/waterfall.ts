import { toProbability } from '../arithmetic.ts';
import type { Adjustment } from '../domain/adjustment.ts';
import type { Decision, ScoreBlock } from '../domain/decision.ts';
import type { Input, Model } from '../domain/model.ts';
import type { Tier } from '../domain/ordered.ts';
import type { Policy } from '../domain/policy.ts';
import type { Locale, Text } from '../domain/text.ts';
import { createAttribution, createAttributor } from './attribution.ts';
import { wordAdjustment, wordMitigating, wordReason, words } from './wording.ts';

/** What a waterfall is drawn of. */
export interface WaterfallInputs {
  readonly decision: Decision;
  /** The smallest change of one column that would flip the tier; null where none would. */
  readonly flip: {
    readonly column: string;
    readonly from: number | string | null;
    readonly to: number | string | null;
    readonly change: number | null;
    readonly tier: Tier;
    readonly share: number;
  } | null;
  readonly model: Model;
  readonly policy: Policy;
  /** What was in force on top of the model. */
  readonly adjustments: readonly Adjustment[];
  /** Inputs shown below each group, strongest first; those beyond are one line that sums them. */
  readonly mostInputs: number;
}

const say = {
  model: { zh: '模型', en: 'Model' },
  policy: { zh: '策略', en: 'policy' },
  probability: { zh: '违约概率', en: 'PD' },
  interval: { zh: '90%区间', en: '90% interval' },
  points: { zh: '分', en: 'points' },
  outcome: { zh: '结论', en: 'Outcome' },
  byScore: { zh: '评分等级', en: 'by score' },
  boundary: { zh: '参照：刚好达到更好等级的典型客户', en: 'Reference: a typical customer just inside the better tier' },
  lowest: {
    zh: '参照：刚好升入更高风险等级的典型客户',
    en: 'Reference: a typical customer at the boundary to the next tier',
  },
  more: { zh: '其余变量数', en: 'further inputs' },
  adjustment: { zh: '调整', en: 'Adjustment' },
  answers: { zh: '负责人', en: 'owner' },
  until: { zh: '止于', en: 'until' },
  score: { zh: '得分', en: 'Score' },
  reasons: { zh: '主要原因', en: 'Reasons' },
  mitigating: { zh: '有利因素', en: 'Mitigating' },
  rules: { zh: '触发规则', en: 'Rules that fired' },
  unknown: { zh: '因信息未知而未判断的规则', en: 'Rules not evaluable, something is not known' },
  nearest: { zh: '最接近触发的规则', en: 'Nearest rule not fired' },
  comparisons: { zh: '项条件', en: 'comparison(s) to turn' },
  edge: { zh: '距等级界线', en: 'Distance to tier boundaries' },
  flip: {
    zh: '使等级改变的最小单项变化（请先核实）',
    en: 'Smallest single change that would flip the tier (verify it first)',
  },
  noFlip: { zh: '没有任何单项变化会改变等级', en: 'no single change would' },
  warnings: { zh: '提示', en: 'Warnings' },
} as const satisfies Record<string, Text>;

const BAR_CHARACTERS = 24;

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

/** The waterfall of one decision from the boundary to the score, with rules, reasons and edge, as text for a person. */
export const drawWaterfall = (inputs: WaterfallInputs, locale: Locale): string => {
  const { decision, model, policy, adjustments } = inputs;
  const wordbook = { model, policy, adjustments, signals: decision.signals };
  const t = (text: Text): string => text[locale];
  const { score, tier, action } = decision;
  const lines = [
    `${t(say.model)} ${model.name}@${model.version}, ${t(say.policy)} ${policy.name}@${policy.version}`,
    ...(score ? [describeScore(score, t)] : []),
    `${t(say.outcome)}: ${t(words.tier[tier.final])}, ${t(words.action[action])}${tier.model ? ` (${t(say.byScore)}: ${t(words.tier[tier.model])})` : ''}`,
    '',
    ...(score ? [...drawSteps({ ...inputs, score }, t), ''] : []),
    ...list(
      say.reasons,
      decision.reasons.map(
        (reason) =>
          `${t(wordReason(reason, wordbook))} [${reason.code}]${reason.microLogits === null ? '' : ` ${signed(reason.microLogits)}`}`,
      ),
      t,
    ),
    ...list(
      say.mitigating,
      decision.mitigating.map(
        (reason) => `${t(wordMitigating(reason, wordbook))} [${reason.code}] ${reason.microLogits}`,
      ),
      t,
    ),
    ...list(
      say.rules,
      decision.rules.hits.map((hit) => `${hit.id}: ${seen(hit.seen)}`),
      t,
    ),
    ...list(
      say.unknown,
      decision.rules.notEvaluable.map(({ id, unknown }) => `${id}: ${unknown.join(', ')}`),
      t,
    ),
    ...list(
      say.nearest,
      decision.rules.nearest
        ? [
            `${decision.rules.nearest.id}, ${decision.rules.nearest.comparisons} ${t(say.comparisons)}: ${seen(decision.rules.nearest.seen)}`,
          ]
        : [],
      t,
    ),
    ...list(
      say.edge,
      decision.edge.map((boundary) => `${t(words.tier[boundary.tier])}: ${signed(boundary.distanceMicroLogits)}`),
      t,
    ),
    ...list(say.flip, [describeFlip(inputs, t)], t),
    ...list(
      say.warnings,
      decision.warnings.map(({ code, field }) => (field ? `${code}: ${field}` : code)),
      t,
    ),
  ];
  return lines.join('\n').trimEnd();
};

const list = (title: Text, items: readonly string[], t: (text: Text) => string): string[] =>
  items.length === 0 ? [] : [`${t(title)}:`, ...items.map((item) => `  ${item}`)];

const seen = (values: readonly { field: string; value: number | string | null }[]): string =>
  values.map(({ field, value }) => `${field} = ${value ?? 'null'}`).join(', ');

const percent = (probability: number): string => `${(100 * probability).toFixed(2)}%`;

const describeScore = (score: ScoreBlock, t: (text: Text) => string): string =>
  `${t(say.probability)} ${percent(score.probability)} (${t(say.interval)} ${percent(score.lowerProbability)} - ${percent(score.upperProbability)}), ${score.points} ${t(say.points)}`;

/** Reference, each group with its inputs, each adjustment, then the score; the integers add up line by line. */
const drawSteps = (
  { score, decision, model, adjustments, mostInputs }: WaterfallInputs & { readonly score: ScoreBlock },
  t: (text: Text) => string,
): string[] => {
  const attributor = createAttributor(model, {
    target: score.referenceMicroLogits,
    microLogits: score.references,
    outsideGrid: false,
  });
  const attribution = createAttribution(model);
  attributor.attribute(
    Float64Array.from(score.contributions, (part, term) => part + (score.references[term] as number)),
    attribution,
  );
  const applied = decision.adjustments.filter(({ microLogits }) => microLogits !== 0);
  const steps = [...attribution.groups, ...applied.map(({ microLogits }) => microLogits)];
  const largest = Math.max(1, ...steps.map(Math.abs));
  const draw = (sum: number): string =>
    (sum > 0 ? '+' : '-').repeat(Math.max(1, Math.round((Math.abs(sum) / largest) * BAR_CHARACTERS)));
  const order = [...attribution.groups.keys()]
    .filter((group) => attribution.groups[group] !== 0)
    .sort((a, b) => (attribution.groups[b] as number) - (attribution.groups[a] as number) || a - b);
  const reference = score.tier === 'low' ? say.lowest : say.boundary;
  return [
    row(
      score.referenceMicroLogits,
      '',
      `${t(reference)} (${t(say.probability)} ${percent(toProbability(score.referenceMicroLogits))})`,
    ),
    ...order.flatMap((group) => {
      const { name, label } = model.groups[group] as Model['groups'][number];
      const sum = attribution.groups[group] as number;
      const members = model.inputs
        .map((input, index) => ({ input, part: attribution.parts[index] as number }))
        .filter(({ input, part }) => input.group === name && part !== 0)
        .sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
      return [
        row(signed(sum), draw(sum), t(label)),
        ...drawMembers(members, mostInputs, t).map((line) => row('', '', `  ${line}`)),
      ];
    }),
    ...applied.map(({ name, microLogits }) => {
      const { owner = '', to = '' } = adjustments.find((each) => each.name === name) ?? {};
      const owned = `${name}, ${t(say.answers)} ${owner}, ${t(say.until)} ${to}`;
      return row(
        signed(microLogits),
        draw(microLogits),
        `${t(say.adjustment)}: ${t(wordAdjustment(name, { adjustments }))} (${owned})`,
      );
    }),
    row(score.microLogits, '', `${t(say.score)} (${t(say.probability)} ${percent(score.probability)})`),
  ];
};

interface Member {
  readonly input: Input;
  readonly part: number;
}

/** A group's inputs, strongest first; a line for those beyond the most that are shown, unless it would be for one alone. */
const drawMembers = (members: readonly Member[], most: number, t: (text: Text) => string): string[] => {
  const shown = members.length === most + 1 ? members.length : most;
  const rest = members.slice(shown);
  const sum = rest.reduce((total, { part }) => total + part, 0);
  return [
    ...members.slice(0, shown).map(({ input, part }) => `${signed(part)} ${t(input.label)} (${input.name})`),
    ...(rest.length === 0 ? [] : [`${signed(sum)} ${t(say.more)}: ${rest.length}`]),
  ];
};

const row = (value: number | string, bar: string, text: string): string =>
  `${String(value).padStart(10)}  ${bar.padEnd(BAR_CHARACTERS)}  ${text}`;

const describeFlip = ({ flip, model }: WaterfallInputs, t: (text: Text) => string): string => {
  if (!flip) return t(say.noFlip);
  const column = model.columns.find(({ name }) => name === flip.column);
  const natural = (value: number | string | null) =>
    typeof value === 'number' ? value / 10 ** (column?.decimals ?? 0) : (value ?? 'null');
  return `${flip.column} ${natural(flip.from)} -> ${natural(flip.to)}${flip.change === null ? '' : ` (${signed(flip.change)})`}: ${t(words.tier[flip.tier])}`;
};
