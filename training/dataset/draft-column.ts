import type { z } from 'zod';
import type { DictionaryColumn } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { suspectCodes } from './suspect-codes.ts';
import type { DeclaredType } from './table.ts';
import type { ColumnTally } from './tally.ts';

/** Text columns with more values than this are taken for free text. */
const MOST_CATEGORIES = 200;

/** Words of protected columns in English, German, French, Spanish and Chinese. */
const PROTECTED = new RegExp(
  [
    '(^|_)(sex|gender|age|birth|marriage|marital|married|education|race|ethnic\\w*|religion|nationality',
    '|alter|geschlecht|geburts\\w*|familienstand|bildung|staatsangeh\\w*|nationalitat',
    '|sexe|naissance|etat_civil|nationalite|edad|sexo|nacimiento|estado_civil|nacionalidad)(_|$)',
    '|性别|年龄|出生|婚姻|学历|教育|民族|种族|宗教|国籍',
  ].join(''),
  'i',
);
/** Year first or day first, with dashes, slashes, points or the Chinese signs. */
const DATE = /^((19|20)\d{2}[-/.年](0?[1-9]|1[0-2])(?!\d)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d))/;

/** Share of numbers from which on the texts among them are pointed out. */
const NEARLY_ALL = 0.9;

/** A column of a file, with what was counted of it. */
export interface TalliedColumn {
  readonly source: string;
  readonly name: string;
  readonly label: Text;
  /** What a note calls it: as the file does, or by our name where the file has none. */
  readonly shown: string;
  /** What the file itself says that it holds; null where it says nothing. */
  readonly declared: DeclaredType | null;
  readonly tally: ColumnTally;
}

const takenForProtected: Text = {
  zh: '按列名视为受保护信息：除非要求，否则不作为输入',
  en: 'taken for protected by its name: no input unless asked for',
};

/** Says that a column holds numbers but for some texts, which may be cells that mean "not known". */
const nearlyNumbers = ({ numbers, known, strangers }: ColumnTally): Text => {
  const listed = (open: string, close: string) => [...strangers].map((text) => `${open}${text}${close}`).join(', ');
  return {
    zh: `${known} 个取值中 ${numbers} 个是数字，其余如${listed('“', '”')}；若表示缺失，请写入字典的 file.missing`,
    en: `${numbers} of ${known} values are numbers, others are ${listed('"', '"')}; if they mean "not known", add them to file.missing`,
  };
};

/** A drafted column and what a person should know of it. */
export interface DraftedColumn {
  readonly shown: string;
  readonly column: z.input<typeof DictionaryColumn>;
  readonly notes: readonly Text[];
}

/** A text that is data, the same in every language. */
export const same = (text: string): Text => ({ zh: text, en: text });

/** Drafts one column of a dictionary by what its rows hold; the label takes no part in it. */
export const draftColumn = (drafted: TalliedColumn): DraftedColumn => {
  const { source, name, label, shown, declared, tally } = drafted;
  const notes: Text[] = [];
  const numeric = isNumeric(drafted);
  const isNearly = declared?.kind !== 'category' && !numeric && tally.numbers >= NEARLY_ALL * tally.known;
  if (isNearly) notes.push(nearlyNumbers(tally));
  const reason = whyLeftOut(drafted);
  if (reason) {
    notes.unshift({ zh: `不采用：${reason.why.zh}`, en: `left out: ${reason.why.en}` });
    return { shown, column: { name, source, label, ...reason }, notes };
  }
  const isProtected = PROTECTED.test(source) || PROTECTED.test(name);
  if (isProtected) notes.push(takenForProtected);
  const feature = {
    role: 'feature' as const,
    name,
    source,
    label,
    reason: label,
    group: name,
    unit: null,
    protected: isProtected,
    actionable: false,
    missing: { allowed: true },
  };
  if (!numeric) {
    const values = declared?.values ?? [...tally.values.keys()].sort();
    const categories = values.map((value) => ({ value, label: same(value) }));
    return { shown, column: { ...feature, type: 'category' as const, categories }, notes };
  }
  const codes = suspectCodes(tally);
  if (codes.length > 0) {
    const listed = codes.map(({ value }) => value).join(', ');
    notes.push({ zh: `疑似特殊代码：${listed}`, en: `suspected special codes: ${listed}` });
  }
  const column = { ...feature, type: 'number' as const, decimals: tally.exactDecimals, codes, direction: null };
  return { shown, column, notes };
};

/** Whether a column is one of numbers: what the file says of it goes before what its cells look like. */
const isNumeric = ({ declared, tally }: Pick<TalliedColumn, 'declared' | 'tally'>): boolean =>
  declared?.kind !== 'category' && tally.numbers === tally.known;

const whyLeftOut = (column: TalliedColumn): { role: 'id' | 'ignored'; why: Text } | null => {
  const { name, source, declared, tally } = column;
  const ignored = (zh: string, en: string) => ({ role: 'ignored' as const, why: { zh, en } });
  const numeric = isNumeric(column);
  if (tally.known === 0) return ignored('全部缺失', 'every value is missing');
  if (tally.values.size === 1 && tally.missing === 0) return ignored('只有一个取值', 'it has a single value');
  if (declared?.kind === 'nested') return ignored('嵌套或二进制的值', 'it holds nested or binary values');
  const distinct = tally.full ? tally.known : tally.values.size;
  const unique = distinct === tally.known && tally.known > 1;
  const isNamedId = /(^|_)(id|no|key)$/.test(name) || /编号|序号|号码/.test(source);
  if (unique && (!numeric || isNamedId || (tally.decimals === 0 && tally.rising))) {
    return { role: 'id', why: { zh: '每行取值都不同，疑似编号', en: 'every row has another value: an identifier' } };
  }
  if (numeric && tally.exactDecimals < 0)
    return ignored('数值过大，无法精确表示', 'its numbers are too large to be kept exactly');
  if (numeric) return null;
  const texts = [...tally.values.keys()].slice(0, MOST_CATEGORIES);
  if (declared?.kind === 'date' || texts.filter((text) => DATE.test(text)).length > texts.length / 2) {
    return ignored('日期需先确定观察日', 'a date needs an observation date first');
  }
  if (tally.values.size > MOST_CATEGORIES) return ignored('取值过多，疑似自由文本', 'too many values: free text');
  return null;
};
