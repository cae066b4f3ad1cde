import type { ComparedInput, ComparedTerm, MergedBin, ModelComparison } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';
import { joinTexts, nameMergedBin, nameMergedBins } from './bin-words.ts';

/** A finding and how much it matters: its distance in micro-logits times the share of training rows it is about. */
export interface Finding {
  readonly weight: number;
  readonly text: Text;
}

/** Differences below a tenth of log-odds (odds x1.1) are not told in words; the tables have them. */
const LEAST_TOLD = 100_000;

const times: Text = { zh: ' × ', en: ' x ' };

/** An input as a person knows it. */
export const nameInput = ({ label, name }: Pick<ComparedInput, 'label' | 'name'>): Text => ({
  zh: `${label.zh}（${name}）`,
  en: `${label.en} (${name})`,
});

/** Log-odds of micro-logits to two decimals, without a sign. */
export const logOdds = (microLogits: number): string => (Math.abs(microLogits) / 1e6).toFixed(2);

const odds = (microLogits: number): string => `x${Math.exp(microLogits / 1e6).toFixed(2)}`;

/** How much more or less risk B sees than A, for the difference of a bin or a range of them. */
export const wordDifference = (least: number, most: number): Text => {
  const [near, far] = Math.abs(least) <= Math.abs(most) ? [least, most] : [most, least];
  const isMore = far > 0;
  const isOne = logOdds(near) === logOdds(far);
  const amount = (to: string) => (isOne ? logOdds(far) : `${logOdds(near)}${to}${logOdds(far)}`);
  const ratio = (to: string) => (odds(near) === odds(far) ? odds(far) : `${odds(near)}${to}${odds(far)}`);
  return {
    zh: `B 比 A ${isMore ? '高' : '低'} ${amount(' 至 ')} 对数几率（几率 ${ratio(' 至 ')}）`,
    en: `B sees ${amount(' to ')} log-odds (odds ${ratio(' to ')}) ${isMore ? 'more' : 'less'} risk than A`,
  };
};

/** Where the two models believe differently, term by term, what matters most first. */
export const listEffectFindings = ({ inputs, terms }: ModelComparison): Finding[] =>
  terms
    .flatMap((term) => {
      const own = term.inputs.map((place) => inputs[place] as ComparedInput);
      const [first] = own;
      if (!first) return [];
      if (term.in !== 'both') return tellOwn(term, own);
      return own.length === 1 ? tellRuns(term, first) : tellTable(term, own);
    })
    .sort((one, other) => other.weight - one.weight);

/** Bins in a row that differ in the same direction by enough to be told. */
interface Run {
  readonly bins: MergedBin[];
  readonly differences: number[];
  weight: number;
}

const tellRuns = (term: ComparedTerm, input: ComparedInput): Finding[] =>
  findRuns(term, input).map(({ bins, differences, weight }) => {
    const where = nameMergedBins(bins, input);
    const what = wordDifference(Math.min(...differences), Math.max(...differences));
    const name = nameInput(input);
    return { weight, text: { zh: `${name.zh}${where.zh}：${what.zh}`, en: `${name.en} ${where.en}: ${what.en}` } };
  });

const findRuns = ({ difference, weights }: ComparedTerm, { bins }: ComparedInput): Run[] => {
  const runs: Run[] = [];
  let open: Run | null = null;
  for (const [place, bin] of bins.entries()) {
    const value = difference[place] as number;
    if (Math.abs(value) < LEAST_TOLD) {
      open = null;
      continue;
    }
    const [last] = open?.differences.slice(-1) ?? [];
    const joins = last !== undefined && Math.sign(last) === Math.sign(value) && follows(open?.bins.at(-1), bin);
    if (!open || !joins) {
      open = { bins: [], differences: [], weight: 0 };
      runs.push(open);
    }
    open.bins.push(bin);
    open.differences.push(value);
    open.weight += Math.abs(value) * (weights[place] as number);
  }
  return runs;
};

const follows = (before: MergedBin | undefined, bin: MergedBin): boolean =>
  before?.kind === 'values' && bin.kind === 'values' && before.below === bin.from;

const span = (cells: readonly number[]): { least: number; most: number } =>
  cells.reduce((ends, cell) => ({ least: Math.min(ends.least, cell), most: Math.max(ends.most, cell) }), {
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
  });

const signed = (microLogits: number): string => `${microLogits < 0 ? '-' : '+'}${logOdds(microLogits)}`;

/** A term that only one model has: how much it moves the score. */
const tellOwn = (term: ComparedTerm, own: readonly ComparedInput[]): Finding[] => {
  const sign = term.in === 'a' ? -1 : 1;
  const { least, most } = span(term.difference.map((cell) => sign * cell));
  if (Math.max(-least, most) < LEAST_TOLD) return [];
  const who = wordOwn(term.in === 'a' ? 'A' : 'B', own);
  const mean = logOdds(term.meanDistance);
  return [
    {
      weight: term.meanDistance,
      text: {
        zh: `${who.zh}：与其均值相差 ${signed(least)} 至 ${signed(most)} 对数几率，平均 ${mean}`,
        en: `${who.en}: ${signed(least)} to ${signed(most)} log-odds around its mean, ${mean} on average`,
      },
    },
  ];
};

/** What only one model does with some inputs; the other may still know an input by a term of another kind. */
const wordOwn = (side: string, own: readonly ComparedInput[]): Text => {
  const { zh, en } = joinTexts(own.map(nameInput), times);
  if (own.length > 1) return { zh: `只有 ${side} 考虑共同作用 ${zh}`, en: `Only ${side} joins ${en}` };
  if (own.some((input) => input.in === 'both')) {
    return { zh: `只有 ${side} 赋予 ${zh} 单独的效应`, en: `Only ${side} gives ${en} an effect of its own` };
  }
  return { zh: `只有 ${side} 使用 ${zh}`, en: `Only ${side} looks at ${en}` };
};

/** A term over several inputs that both have: how far apart the tables are, and where most. */
const tellTable = (term: ComparedTerm, own: readonly ComparedInput[]): Finding[] => {
  const { least, most } = span(term.difference);
  const far = Math.abs(least) > most ? least : most;
  if (Math.abs(far) < LEAST_TOLD) return [];
  const name = joinTexts(own.map(nameInput), times);
  const where = joinTexts(nameCell(own, term.difference.indexOf(far)), { zh: '，', en: ', ' });
  const what = wordDifference(far, far);
  const mean = logOdds(term.meanDistance);
  const as =
    term.bins === 'same'
      ? { zh: '分箱相同，逐表比较', en: 'same bins, whole tables compared' }
      : { zh: '在合并的分箱上比较', en: 'compared over merged bins' };
  return [
    {
      weight: term.meanDistance,
      text: {
        zh: `${name.zh} 的共同作用（${as.zh}）：平均相差 ${mean} 对数几率；最大处（${where.zh}）${what.zh}`,
        en: `${name.en} together (${as.en}): ${mean} log-odds apart on average; most where ${where.en}: ${what.en}`,
      },
    },
  ];
};

/** The bins of one cell in words, each after its input. */
const nameCell = (own: readonly ComparedInput[], cell: number): Text[] => {
  let rest = cell;
  return own
    .toReversed()
    .map((input): Text => {
      const bin = input.bins[rest % input.bins.length] as MergedBin;
      rest = Math.floor(rest / input.bins.length);
      const words = nameMergedBin(bin, input);
      return { zh: `${input.label.zh}${words.zh}`, en: `${input.label.en} ${words.en}` };
    })
    .toReversed();
};
