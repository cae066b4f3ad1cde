import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import { saysOutcomes } from './choose-label.ts';
import type { DescribeRequest, DraftNote } from './describe.ts';
import type { TalliedColumn } from './draft-column.ts';
import { answerOf, asksForGood, type LabelMeaning, meaningOf } from './label-words.ts';

/** Share of the rows up to which the rarer value of a label is taken for bad where no word tells. */
const CLEARLY_RARER = 0.4;

/** What each value of a label means, and why it is thought so. */
interface Guess {
  readonly bad: readonly string[];
  readonly good: readonly string[];
  readonly open: readonly string[];
  readonly why: Text;
}

const byWords: Text = { zh: '按其含义', en: 'by its meaning' };
const byName: Text = { zh: '按列名问的是好客户', en: 'the column asks for what is good' };
const byAnswer: Text = { zh: '1 或“是”', en: 'the 1 or the yes' };
const byRarity: Text = { zh: '较少的一类', en: 'the rarer of the two' };

/** What words say, else the yes or the 1, else the clearly rarer of two values; null where nothing tells. */
const guessMeanings = (column: string, counts: ReadonlyMap<string, number>): Guess | null => {
  const values = [...counts.keys()].sort();
  const saying = (meaning: LabelMeaning) => values.filter((value) => meaningOf(value) === meaning);
  if (saysOutcomes(values)) {
    return { bad: saying('bad'), good: saying('good'), open: saying('open'), why: byWords };
  }
  if (values.length !== 2) return null;
  const others = (bad: string, why: Text): Guess => ({
    bad: [bad],
    good: values.filter((value) => value !== bad),
    open: [],
    why,
  });
  const [bad] = saying('bad');
  if (bad !== undefined && saying('bad').length === 1) return others(bad, byWords);
  const good = saying('good');
  if (good.length === 1) return others(values.find((value) => value !== good[0]) as string, byWords);
  const answer = answerOf(values);
  if (answer) return asksForGood(column) ? others(answer.no, byName) : others(answer.yes, byAnswer);
  const [rarer = ['', 0]] = [...counts].sort((a, b) => a[1] - b[1]);
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return rarer[1] <= CLEARLY_RARER * rows ? others(rarer[0], byRarity) : null;
};

/**
 * Drafts the target. The label is looked at for its two values and how often each occurs, and for nothing else.
 * @throws bad_dictionary where the label has not two values, or not the one that was said to be bad
 */
export const draftTarget = (
  { bad, path }: DescribeRequest,
  { source, shown, tally }: Pick<TalliedColumn, 'source' | 'shown' | 'tally'>,
  notes: DraftNote[],
) => {
  const values = [...tally.values.keys()].sort();
  const fault = (problem: Text) => appError('bad_dictionary', { dictionary: path, place: shown, problem });
  const guess = tally.full ? null : guessMeanings(source, tally.values);
  if (tally.missing > 0 && (values.length === 2 || guess)) {
    throw fault({
      zh: `${tally.rows} 行中有 ${tally.missing} 行没有标签；请删除这些行，或编写数据字典将其排除`,
      en: `${tally.missing} of ${tally.rows} rows have no label; remove them or write a dictionary that leaves them out`,
    });
  }
  if (values.length !== 2 && !guess) {
    const found = `${values.length}${tally.full ? '+' : ''}`;
    const listed = values.slice(0, 5).join(', ');
    throw fault({
      zh: `标签必须恰有两个取值且无缺失，实际有 ${found} 个：${listed}`,
      en: `the label must have two values and none missing, but has ${found}: ${listed}`,
    });
  }
  const meant = bad === undefined ? guess : settleBad(bad, values, guess);
  if (!meant) throw fault(bad === undefined ? cannotTell(values) : noValue(bad));
  if (bad === undefined) notes.push({ column: shown, note: wordGuess(meant) });
  const event = `${shown} = ${meant.bad.join(', ')}`;
  return {
    column: source,
    bad: [...meant.bad],
    good: [...meant.good],
    indeterminate: [...meant.open],
    event: { zh: event, en: event },
    kind: 'custom' as const,
    horizonDays: null,
    observationDate: null,
    performanceWindow: null,
    materiality: null,
    note: {
      zh: '由数据自动起草的目标定义：事件、观察日与表现期尚未由人确认。',
      en: 'A drafted target: its event, observation date and window have not been confirmed by a person.',
    },
  };
};

/** The meanings with the value that was said to be bad; null where the label has no such value. */
const settleBad = (bad: string, values: readonly string[], guess: Guess | null): Guess | null => {
  if (!values.includes(bad)) return null;
  const open = (guess?.open ?? []).filter((value) => value !== bad);
  return { bad: [bad], good: values.filter((value) => value !== bad && !open.includes(value)), open, why: byWords };
};

const noValue = (bad: string): Text => ({ zh: `标签没有取值 ${bad}`, en: `${bad} is no value of the label` });

const cannotTell = ([first = '', second = '']: readonly string[]): Text => ({
  zh: `无法判断“${first}”和“${second}”哪个表示坏客户；请用 --bad 指定`,
  en: `it is not clear which of "${first}" and "${second}" means bad; say --bad`,
});

/** Which values are taken for what, and why. */
const wordGuess = ({ bad, open, why }: Guess): Text => {
  const list = (values: readonly string[], quote: readonly [string, string], comma: string) =>
    values.map((value) => `${quote[0]}${value}${quote[1]}`).join(comma);
  const left: Text =
    open.length === 0
      ? { zh: '', en: '' }
      : {
          zh: `；${list(open, ['“', '”'], '、')}结果未定，不参与训练`,
          en: `; ${list(open, ['"', '"'], ', ')} left out as open`,
        };
  return {
    zh: `将${list(bad, ['“', '”'], '、')}视为坏客户（${why.zh}）${left.zh}；可用 --bad 指定`,
    en: `${list(bad, ['"', '"'], ', ')} is taken for bad (${why.en})${left.en}; say --bad to choose`,
  };
};
