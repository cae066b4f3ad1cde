import type { Text } from '../../src/domain/text.ts';
import type { TalliedColumn } from './draft-column.ts';

/** What a column is taken for, why it is no feature, and what a person should know. */
export interface Settled {
  readonly kind: 'number' | 'category' | 'id' | 'ignored';
  readonly why: Text | null;
  readonly notes: readonly Text[];
}

/** Texts of more values than this are looked at for whether enough rows share a value. */
const MANY_VALUES = 200;
/** Rows from which on a category's value can count by itself (the least rows of a bin; rarer ones are "other"). */
const LEAST_ROWS = 30;
/** Least share of the rows that must hold such a value where there are many. */
const LEAST_SHARE = 0.1;
/** Share of numbers in a column of postal codes that must recur before they are taken for names of places. */
const POSTAL_SHARE = 0.5;

const NAMED_ID = /(^|_)(id|no|key)$/;
const CHINESE_ID = /编号|序号|号码/;
const POSTAL = /(^|_)(zip|zip_?code|postal|postal_?code|post_?code|plz|cp)(_|$)|邮编|邮政编码/;
/** Year first or day first, with dashes, slashes, points or the Chinese signs; or a month by its English name. */
const DATE = new RegExp(
  [
    '^((19|20)\\d{2}[-/.年](0?[1-9]|1[0-2])(?!\\d)|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{2,4}(?!\\d)',
    '|(\\d{1,2}[- ])?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/ ,.]+(\\d{1,2},? )?\\d{2,4}$)',
  ].join(''),
  'i',
);

const zeroLed: Text = {
  zh: '有取值以 0 开头，视为代码（类别）而非数字',
  en: 'some values start with 0: taken for codes, a category, not for numbers',
};
const postal: Text = {
  zh: '按列名视为邮政编码，作为类别',
  en: 'taken for postal codes by its name: a category, not numbers',
};

/** Settles what a column is: what the file says of it goes before what its cells look like. */
export const settleColumn = (column: TalliedColumn): Settled => {
  const { tally, declared } = column;
  const left = (kind: 'id' | 'ignored', zh: string, en: string): Settled => ({ kind, why: { zh, en }, notes: [] });
  if (tally.known === 0) return left('ignored', '全部缺失', 'every value is missing');
  if (tally.values.size === 1 && tally.missing === 0) return left('ignored', '只有一个取值', 'it has a single value');
  if (declared?.kind === 'nested') return left('ignored', '嵌套或二进制的值', 'it holds nested or binary values');
  const isNumber = holdsNumbers(column);
  if (isIdentifier(column, isNumber))
    return left('id', '每行取值都不同，疑似编号', 'every row has another value: an identifier');
  if (isNumber && isNamedLikeId(column) && tally.decimals === 0 && tally.values.size > tally.known / 2) {
    return left('id', '列名像编号且大多数行取值不同', 'named like an identifier, and most rows have another value');
  }
  const codes = isNumber ? codesOf(column) : null;
  if (isNumber && codes === null) {
    if (tally.exactDecimals >= 0) return { kind: 'number', why: null, notes: [] };
    return left('ignored', '数值过大，无法精确表示', 'its numbers are too large to be kept exactly');
  }
  const texts = [...tally.values.keys()].slice(0, MANY_VALUES);
  if (declared?.kind === 'date' || texts.filter((text) => DATE.test(text)).length > texts.length / 2) {
    return left('ignored', '日期需先确定观察日', 'a date needs an observation date first');
  }
  return settleTexts(column, codes === null ? [] : [codes]);
};

/** Whether every cell that is known is a number, but for words that mean "not known". */
const holdsNumbers = ({ tally, declared }: TalliedColumn): boolean =>
  declared?.kind !== 'category' && (tally.numbers === tally.known || tally.words.length > 0);

const isNamedLikeId = ({ name, source }: TalliedColumn): boolean => NAMED_ID.test(name) || CHINESE_ID.test(source);

const isIdentifier = (column: TalliedColumn, isNumber: boolean): boolean => {
  const { tally } = column;
  const distinct = tally.full && isNumber ? tally.known : tally.values.size;
  if (distinct < tally.known || tally.known < 2) return false;
  return !isNumber || isNamedLikeId(column) || (tally.decimals === 0 && tally.rising);
};

/** Why numbers are no quantities but codes; null where they are quantities. */
const codesOf = ({ name, source, tally }: TalliedColumn): Text | null => {
  if (tally.leadingZeros > 0 && tally.decimals === 0) return zeroLed;
  const isPostal = POSTAL.test(name) || POSTAL.test(source);
  return isPostal && tally.decimals === 0 && !tally.full && shareOfCommon(tally) >= POSTAL_SHARE ? postal : null;
};

/** Values that enough rows hold to count by themselves. */
export const commonValues = ({ values }: Pick<TalliedColumn['tally'], 'values'>): string[] =>
  [...values].filter(([, rows]) => rows >= LEAST_ROWS).map(([value]) => value);

const shareOfCommon = (tally: TalliedColumn['tally']): number =>
  commonValues(tally).reduce((rows, value) => rows + (tally.values.get(value) ?? 0), 0) / Math.max(1, tally.known);

/** A category, unless of its many values hardly any is shared by enough rows to be told from chance. */
const settleTexts = ({ tally, declared }: TalliedColumn, notes: readonly Text[]): Settled => {
  if (tally.values.size <= MANY_VALUES || declared?.values) return { kind: 'category', why: null, notes };
  const distinct = `${tally.values.size}${tally.full ? '+' : ''}`;
  const share = (100 * shareOfCommon(tally)).toFixed(1);
  if (shareOfCommon(tally) < LEAST_SHARE) {
    const why = {
      zh: `取值过多（${distinct} 个），仅 ${share}% 的行的取值至少有 ${LEAST_ROWS} 行共有，疑似自由文本或编号`,
      en: `too many values (${distinct}; only ${share}% of the rows hold one that ${LEAST_ROWS} rows share): free text or an identifier`,
    };
    return { kind: 'ignored', why, notes: [] };
  }
  const many = {
    zh: `${distinct} 个取值：至少 ${LEAST_ROWS} 行共有的 ${commonValues(tally).length} 个（占 ${share}% 的行）单独计，其余归入“其他”`,
    en: `${distinct} values: the ${commonValues(tally).length} that ${LEAST_ROWS} rows share (${share}% of the rows) count by themselves, others as "other"`,
  };
  return { kind: 'category', why: null, notes: [...notes, many] };
};

/** The values of a category that its dictionary lists: what the file declares, else all of a few, else the common ones. */
export const listValues = ({ tally, declared }: TalliedColumn): string[] => {
  if (declared?.values) return [...declared.values];
  return (tally.values.size <= MANY_VALUES ? [...tally.values.keys()] : commonValues(tally)).sort();
};
