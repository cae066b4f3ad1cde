import type { z } from 'zod';
import type { DictionaryColumn } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { listValues, settleColumn } from './settle-column.ts';
import { suspectCodes } from './suspect-codes.ts';
import type { DeclaredType } from './table.ts';
import type { ColumnTally } from './tally.ts';

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
  /** What stands beside its numbers, for example %; null where nothing does. */
  readonly unit: string | null;
  readonly tally: ColumnTally;
}

const takenForProtected: Text = {
  zh: '按列名视为受保护信息：除非要求，否则不作为输入',
  en: 'taken for protected by its name: no input unless asked for',
};

/** Says that a column holds numbers but for some texts, and what they are taken for. */
const nearlyNumbers = ({ numbers, known, strangers }: ColumnTally, isTaken: boolean): Text => {
  const listed = (open: string, close: string) => [...strangers].map((text) => `${open}${text}${close}`).join(', ');
  const so: Text = isTaken
    ? { zh: '，视为缺失', en: ', taken for "not known"' }
    : { zh: '；若表示缺失，请写入字典的 file.missing', en: '; if they mean "not known", add them to file.missing' };
  return {
    zh: `${known} 个取值中 ${numbers} 个是数字，其余如${listed('“', '”')}${so.zh}`,
    en: `${numbers} of ${known} values are numbers, others are ${listed('"', '"')}${so.en}`,
  };
};

const infinite = (cells: number): Text => ({
  zh: `${cells} 个单元格为无穷大或除以零，按缺失处理`,
  en: `${cells} cells are infinite or divided by zero and count as not known`,
});

/** A drafted column and what a person should know of it. */
export interface DraftedColumn {
  readonly shown: string;
  readonly column: z.input<typeof DictionaryColumn>;
  /** Texts among its numbers that are taken for "not known". */
  readonly words: readonly string[];
  readonly notes: readonly Text[];
}

/** A text that is data, the same in every language. */
export const same = (text: string): Text => ({ zh: text, en: text });

/** Drafts one column of a dictionary by what its rows hold; the label takes no part in it. */
export const draftColumn = (drafted: TalliedColumn): DraftedColumn => {
  const { source, name, label, shown, unit, declared, tally } = drafted;
  const notes: Text[] = [];
  const { kind, why, notes: settled } = settleColumn(drafted);
  const words = kind === 'number' ? tally.words : [];
  const isNearly =
    declared?.kind !== 'category' && tally.numbers < tally.known && tally.numbers >= NEARLY_ALL * tally.known;
  if (words.length > 0 || isNearly) notes.push(nearlyNumbers(tally, words.length > 0));
  if (tally.infinite > 0) notes.push(infinite(tally.infinite));
  if (why && (kind === 'id' || kind === 'ignored')) {
    notes.unshift({ zh: `不采用：${why.zh}`, en: `left out: ${why.en}` });
    return { shown, column: { name, source, label, role: kind, why }, words, notes };
  }
  notes.push(...settled);
  const isProtected = PROTECTED.test(source) || PROTECTED.test(name);
  if (isProtected) notes.push(takenForProtected);
  const feature = {
    role: 'feature' as const,
    name,
    source,
    label,
    reason: label,
    group: name,
    unit: kind === 'number' ? unit : null,
    protected: isProtected,
    actionable: false,
    missing: { allowed: true },
  };
  if (kind === 'category') {
    const categories = listValues(drafted).map((value) => ({ value, label: same(value) }));
    return { shown, column: { ...feature, type: 'category' as const, categories }, words, notes };
  }
  const codes = suspectCodes(tally);
  if (codes.length > 0) {
    const listed = codes.map(({ value }) => value).join(', ');
    notes.push({ zh: `疑似特殊代码：${listed}`, en: `suspected special codes: ${listed}` });
  }
  const column = { ...feature, type: 'number' as const, decimals: tally.exactDecimals, codes, direction: null };
  return { shown, column, words, notes };
};
