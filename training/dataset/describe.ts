import { INTEGER_LIMIT } from '../../src/arithmetic.ts';
import { Dictionary, type SpecialCode } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import { parseScaled } from '../../src/features/column.ts';
import { columnAbsent, openCsv } from '../../src/store/csv.ts';

/** A file that has no dictionary yet. */
export interface DescribeRequest {
  readonly path: string;
  readonly name: string;
  /** The label's column. */
  readonly label: string;
  /** The label's value that means bad; undefined guesses. */
  readonly bad: string | undefined;
  readonly separator: string;
  readonly encoding: string;
}

/** Something the draft decided that a person should look at: of a column, or of the whole file (null). */
export interface DraftNote {
  readonly column: string | null;
  readonly note: Text;
}

/** A drafted dictionary and what was guessed in it. */
export interface Described {
  readonly dictionary: Dictionary;
  readonly notes: readonly DraftNote[];
}

const MISSING = [
  '',
  'NA',
  'Na',
  'na',
  'N/A',
  'n/a',
  '#N/A',
  'N.A.',
  'n.a.',
  'NaN',
  'nan',
  'NAN',
  'null',
  'NULL',
  'Null',
  'None',
  'none',
  'NONE',
  '?',
  '.',
  '-',
  '--',
  '缺失',
  '空',
];
/** Text columns with more values than this are taken for free text. */
const MOST_CATEGORIES = 200;
/** Distinct values are counted up to here. */
const MOST_DISTINCT = 5_000;
const MOST_DECIMALS = 9;
const LEAST_CODE_ROWS = 5;

const PROTECTED =
  /(^|_)(sex|gender|age|birth|marriage|marital|married|education|race|ethnic\w*|religion|nationality)(_|$)|性别|年龄|出生|婚姻|学历|教育|民族|种族|宗教|国籍/i;
/** Numbers that lenders use for "not known" and the like. */
const SUSPECT = /^-(1|7+|8+|9+)$|^9[0-9]$|^9{2,}$/;

/** Year first or day first, with dashes, slashes, points or the Chinese signs. */
const DATE = /^((19|20)\d{2}[-/.年](0?[1-9]|1[0-2])(?!\d)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d))/;
const BAD_WORDS = ['bad', 'yes', 'y', 'true', 'default', 'defaulted', '坏', '违约', '是', 'charged off'];

/** What one pass over a column tells. */
class ColumnTally {
  rows = 0;
  missing = 0;
  numbers = 0;
  decimals = 0;
  rising = true;
  /** Ends of the numbers that do not look like codes. */
  least = Number.POSITIVE_INFINITY;
  most = Number.NEGATIVE_INFINITY;
  /** Largest magnitude of a number. */
  largest = 0;
  #last = Number.NEGATIVE_INFINITY;
  readonly values = new Map<string, number>();
  full = false;

  add(cell: string): void {
    this.rows++;
    if (MISSING.includes(cell)) {
      this.missing++;
      return;
    }
    this.#tallyNumber(cell);
    const seen = this.values.get(cell);
    if (seen !== undefined) this.values.set(cell, seen + 1);
    else if (this.values.size < MOST_DISTINCT) this.values.set(cell, 1);
    else this.full = true;
  }

  #tallyNumber(cell: string): void {
    if (parseScaled(cell, 0) === undefined) return;
    this.numbers++;
    const value = Number(cell);
    if (value <= this.#last) this.rising = false;
    this.largest = Math.max(this.largest, Math.abs(value));
    if (!SUSPECT.test(String(value)))
      [this.least, this.most] = [Math.min(this.least, value), Math.max(this.most, value)];
    this.#last = value;
    const fraction = /\.(\d+)/.exec(cell)?.[1]?.length ?? (/e-/i.test(cell) ? MOST_DECIMALS : 0);
    this.decimals = Math.min(MOST_DECIMALS, Math.max(this.decimals, fraction));
  }

  /** Most decimals, up to those written, with which every number stays an exact integer; negative where none does. */
  get exactDecimals(): number {
    const room = Math.floor(Math.log10((INTEGER_LIMIT - 1) / Math.max(1, this.largest)));
    return Math.min(this.decimals, room);
  }

  get known(): number {
    return this.rows - this.missing;
  }
}

/**
 * Drafts a dictionary for a file: types, categories, suspected special codes, protected columns by their name; ids,
 * constants, dates and free text are left out with the reason. A person should read it before a model is used.
 * @throws bad_header where the label's column is absent, bad_dictionary where it has not two values
 */
export const describeFile = async (request: DescribeRequest): Promise<Described> => {
  const { path, separator, encoding } = request;
  const { header, batches } = await openCsv(path, { separator, header: true, encoding });
  if (!header.includes(request.label))
    throw appError('bad_header', { file: path, problem: columnAbsent(request.label) });
  const tallies = header.map(() => new ColumnTally());
  for await (const { rows } of batches) {
    for (const cells of rows)
      for (const [place, tally] of tallies.entries()) tally.add((cells[place] as string).trim());
  }
  const notes: DraftNote[] = [];
  const names = nameAll(header);
  const columns = header.flatMap((source, place) => {
    if (source === request.label) return [];
    return [draftColumn({ source, name: names[place] as string, tally: tallies[place] as ColumnTally }, notes)];
  });
  const target = draftTarget(request, tallies[header.indexOf(request.label)] as ColumnTally, notes);
  const features = columns.filter((column) => column.role === 'feature');
  if (features.length === 0) throw appError('no_inputs');
  const dictionary = Dictionary.parse({
    schema: 1,
    name: request.name,
    set: request.name,
    title: same(request.name),
    source: { citation: 'supplied by the user', licence: 'not stated' },
    file: { path: path.split(/[\\/]/).at(-1), separator, header: true, missing: MISSING },
    target,
    groups: features.map(({ name, label }) => ({ name, code: `R_${name.toUpperCase()}`, label })),
    columns,
  });
  return { dictionary, notes };
};

const same = (text: string): Text => ({ zh: text, en: text });

/** Our own names: snake_case of the header, or its place where nothing Latin is left; never twice the same. */
const nameAll = (header: readonly string[]): string[] => {
  const used = new Set<string>();
  return header.map((source, place) => {
    const plain = source
      .normalize('NFKD')
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '');
    const base = plain === '' ? `column_${place + 1}` : plain;
    let name = base;
    for (let more = 2; used.has(name); more++) name = `${base}_${more}`;
    used.add(name);
    return name;
  });
};

interface Drafted {
  readonly source: string;
  readonly name: string;
  readonly tally: ColumnTally;
}

const takenForProtected: Text = {
  zh: '按列名视为受保护信息：除非要求，否则不作为输入',
  en: 'taken for protected by its name: no input unless asked for',
};

const draftColumn = (drafted: Drafted, notes: DraftNote[]) => {
  const { source, name, tally } = drafted;
  const reason = whyLeftOut(drafted);
  if (reason) {
    notes.push({ column: source, note: { zh: `不采用：${reason.why.zh}`, en: `left out: ${reason.why.en}` } });
    return { name, source, label: same(source), ...reason };
  }
  const isProtected = PROTECTED.test(source) || PROTECTED.test(name);
  if (isProtected) notes.push({ column: source, note: takenForProtected });
  const feature = {
    role: 'feature' as const,
    name,
    source,
    label: same(source),
    reason: same(source),
    group: name,
    unit: null,
    protected: isProtected,
    actionable: false,
    missing: { allowed: true },
  };
  if (tally.numbers < tally.known) {
    const categories = [...tally.values.keys()].sort().map((value) => ({ value, label: same(value) }));
    return { ...feature, type: 'category' as const, categories };
  }
  const codes = suspectCodes(tally);
  if (codes.length > 0) {
    const listed = codes.map(({ value }) => value).join(', ');
    notes.push({ column: source, note: { zh: `疑似特殊代码：${listed}`, en: `suspected special codes: ${listed}` } });
  }
  return { ...feature, type: 'number' as const, decimals: tally.exactDecimals, codes, direction: null };
};

const whyLeftOut = ({ name, source, tally }: Drafted): { role: 'id' | 'ignored'; why: Text } | null => {
  const ignored = (zh: string, en: string) => ({ role: 'ignored' as const, why: { zh, en } });
  const numeric = tally.numbers === tally.known;
  if (tally.known === 0) return ignored('全部缺失', 'every value is missing');
  if (tally.values.size === 1 && tally.missing === 0) return ignored('只有一个取值', 'it has a single value');
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
  if (texts.filter((text) => DATE.test(text)).length > texts.length / 2) {
    return ignored('日期需先确定观察日', 'a date needs an observation date first');
  }
  if (tally.values.size > MOST_CATEGORIES) return ignored('取值过多，疑似自由文本', 'too many values: free text');
  return null;
};

/** Values set far apart from the rest that recur: -1, -9, -999 below numbers that are never negative, 96, 98, 999 far above. */
const suspectCodes = ({ values, full, least, most }: ColumnTally): SpecialCode[] => {
  if (!full && values.size < 4) return [];
  const counts = new Map<number, number>();
  for (const [text, count] of values) {
    const value = Number(text);
    if (SUSPECT.test(String(value))) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  const recurs = (value: number) => (counts.get(value) ?? 0) >= LEAST_CODE_ROWS;
  const suspects = [...counts.keys()].sort((a, b) => a - b);
  const negative = suspects.filter((value) => value < 0);
  const below = least >= 0 && negative.every(recurs) ? negative : [];
  const nines = suspects.filter((value) => value > 0);
  return [...below, ...suspectNines(nines, { recurs, most })].map((value) => ({
    value,
    label: { zh: `特殊代码 ${value}`, en: `Special code ${value}` },
    orderedAs: null,
    countsAs: null,
    mayBeatBest: false,
  }));
};

/** How many times the largest ordinary value a code of nines must be. */
const NINES_GAP = 3;

/** At most three recurring values such as 96, 98 or 999 at the top, far above everything else. */
const suspectNines = (
  nines: readonly number[],
  { recurs, most }: { readonly recurs: (value: number) => boolean; readonly most: number },
): number[] => {
  for (let count = Math.min(3, nines.length); count > 0; count--) {
    const top = nines.slice(-count);
    const rest = Math.max(most, nines.at(-count - 1) ?? most);
    if (top.every(recurs) && (top[0] as number) > NINES_GAP * Math.abs(rest)) return top;
  }
  return [];
};

/** A word that means bad, else 1 beside 0, else the rarer of the two values. */
const guessBad = (values: readonly string[], counts: ReadonlyMap<string, number>): string => {
  const word = values.find((value) => BAD_WORDS.includes(value.toLowerCase()));
  if (word !== undefined) return word;
  if (values.every((value) => value === '0' || value === '1')) return '1';
  const [first = '', second = ''] = values;
  return (counts.get(first) ?? 0) < (counts.get(second) ?? 0) ? first : second;
};

const draftTarget = ({ label, bad, path }: DescribeRequest, tally: ColumnTally, notes: DraftNote[]) => {
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
    column: label,
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
