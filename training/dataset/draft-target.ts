import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import type { DescribeRequest, DraftNote } from './describe.ts';
import type { TalliedColumn } from './draft-column.ts';

const BAD_WORDS = ['bad', 'yes', 'y', 'true', 'default', 'defaulted', '坏', '违约', '是', 'charged off'];

/** A word that means bad, else 1 beside 0, else the rarer of the two values. */
const guessBad = (values: readonly string[], counts: ReadonlyMap<string, number>): string => {
  const word = values.find((value) => BAD_WORDS.includes(value.toLowerCase()));
  if (word !== undefined) return word;
  if (values.every((value) => value === '0' || value === '1')) return '1';
  const [first = '', second = ''] = values;
  return (counts.get(first) ?? 0) < (counts.get(second) ?? 0) ? first : second;
};

/**
 * Drafts the target. The label is looked at for its two values and how often each occurs, and for nothing else.
 * @throws bad_dictionary where the label has not two values, or not the one that was said to be bad
 */
export const draftTarget = (
  { label, bad, path }: DescribeRequest,
  { source, tally }: Pick<TalliedColumn, 'source' | 'tally'>,
  notes: DraftNote[],
) => {
  const values = [...tally.values.keys()].sort();
  const fault = (problem: Text) => appError('bad_dictionary', { dictionary: path, place: label, problem });
  if (values.length === 2 && tally.missing > 0) {
    throw fault({
      zh: `${tally.rows} 行中有 ${tally.missing} 行没有标签；请删除这些行，或编写数据字典将其排除`,
      en: `${tally.missing} of ${tally.rows} rows have no label; remove them or write a dictionary that leaves them out`,
    });
  }
  if (values.length !== 2) {
    const found = `${values.length}${tally.full ? '+' : ''}`;
    const listed = values.slice(0, 5).join(', ');
    throw fault({
      zh: `标签必须恰有两个取值且无缺失，实际有 ${found} 个：${listed}`,
      en: `the label must have two values and none missing, but has ${found}: ${listed}`,
    });
  }
  const guessed = guessBad(values, tally.values);
  const chosen = bad ?? guessed;
  if (!values.includes(chosen)) {
    throw fault({ zh: `标签没有取值 ${chosen}`, en: `${chosen} is no value of the label` });
  }
  if (bad === undefined) {
    notes.push({
      column: label,
      note: { zh: `将“${chosen}”视为坏客户；可用 --bad 指定`, en: `"${chosen}" is taken for bad; say --bad to choose` },
    });
  }
  return {
    column: source,
    bad: [chosen],
    good: values.filter((value) => value !== chosen),
    event: { zh: `${label} = ${chosen}`, en: `${label} = ${chosen}` },
    kind: 'custom',
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
