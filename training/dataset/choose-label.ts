import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import type { TalliedColumn } from './draft-column.ts';
import { meaningOf, weighLabelName } from './label-words.ts';

/** Candidates that are named where none can be chosen. */
const MOST_NAMED = 8;
/** Values of a label at most, those of outcomes that are not known yet included. */
const MOST_VALUES = 12;
/** Weight of values that say good and bad by themselves, and the least weight that decides. */
const [BY_VALUES, LEAST] = [3, 2];

/** Whether every value of a column says what it means, with good and bad among them. */
export const saysOutcomes = (values: readonly string[]): boolean => {
  const meanings = values.map(meaningOf);
  return !meanings.includes(null) && meanings.includes('bad') && meanings.includes('good');
};

const couldBeLabel = ({ tally }: TalliedColumn): boolean => {
  if (tally.full || tally.missing > 0) return false;
  return tally.values.size === 2 || (tally.values.size <= MOST_VALUES && saysOutcomes([...tally.values.keys()]));
};

/**
 * The column that a file without a word on it means by its label: two values (or outcomes in words), weighed by its
 * name, by values that say good and bad, and by standing last. It is chosen only where it weighs more than every other.
 * @throws bad_arguments naming the candidates and --label
 */
export const chooseLabel = (path: string, columns: readonly TalliedColumn[]): TalliedColumn => {
  const last = columns.at(-1);
  const weighed = columns
    .filter(couldBeLabel)
    .map((column) => {
      const byValues = saysOutcomes([...column.tally.values.keys()]) ? BY_VALUES : 0;
      const weight = weighLabelName(column.source, column.name) + byValues + (column === last ? 1 : 0);
      return { column, weight };
    })
    .sort((a, b) => b.weight - a.weight);
  const [best, next] = weighed;
  if (best && best.weight >= LEAST && best.weight > (next?.weight ?? 0)) return best.column;
  const names = weighed.slice(0, MOST_NAMED).map(({ column }) => column.shown);
  throw appError('bad_arguments', { problem: names.length === 0 ? noCandidate(path) : unclear(path, names) });
};

const noCandidate = (path: string): Text => ({
  zh: `${path} 中没有恰有两个取值且无缺失的列，无法判断要预测什么；请用 --label 列名（或 --dictionary）说明`,
  en: `no column of ${path} has two values and none missing, so it is not clear what to predict; say --label COLUMN (or --dictionary)`,
});

const unclear = (path: string, names: readonly string[]): Text => ({
  zh: `无法判断 ${path} 要预测哪一列（可能是 ${names.join('、')}）；请用 --label 列名（或 --dictionary）说明`,
  en: `it is not clear which column of ${path} to predict (it could be ${names.join(', ')}); say --label COLUMN (or --dictionary)`,
});
