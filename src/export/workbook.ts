import type { Locale, Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { missingBin } from '../model/bins.ts';
import { addEntry, type EntryTables } from './entry.ts';
import type { BinRanges } from './formulas.ts';
import { type ExportLayout, nameTerm } from './layout.ts';
import { neutralise } from './neutral.ts';
import {
  type ColumnPlace,
  cellOf,
  countColumns,
  createRowSheet,
  HEADING_ROWS,
  rangeOf,
  type Sheet,
  type SheetCell,
} from './sheet.ts';
import { basePoints, listBins, listCells } from './table.ts';

/** Rows that a person, or a paste, may fill. */
export const ENTRY_ROWS = 1000;

const words = {
  guide: { zh: '说明', en: 'How to read' },
  inputs: { zh: '输入', en: 'Inputs' },
  bins: { zh: '分箱', en: 'Bins' },
  points: { zh: '分值', en: 'Points' },
  references: { zh: '参照', en: 'References' },
  entry: { zh: '录入', en: 'Entry' },
  steps: { zh: '步骤', en: 'Steps' },
} as const satisfies Record<string, Text>;

/**
 * A model as a workbook in which every row of the entry sheet is computed by formulas: features, bins, the micro-logits of
 * each term, score, PD, points, tier and contributions. Text from data never begins a formula.
 * @throws not_exportable where a sheet has no room for the model
 */
export const toWorkbook = (layout: ExportLayout, locale: Locale, entryRows = ENTRY_ROWS): Sheet[] => {
  const say = (text: Text) => text[locale];
  const guide = createGuide(layout, say, entryRows);
  const bins = createBins(layout, say, locale);
  const points = createPoints(layout, say, locale);
  const references = createReferences(layout, say);
  const tables = {
    settings: guide.settings,
    bins: bins.ranges,
    points: points.ranges,
    references: references.ranges,
  };
  const rows = createRows(layout, { say, tables, entryRows });
  const sheets = [guide.sheet, createInputs(layout, say), bins.sheet, points.sheet, references.sheet, ...rows];
  for (const sheet of sheets) requireRoom(sheet, layout);
  return sheets;
};

/** What a sheet holds (ECMA-376). */
const MOST_ROWS = 2 ** 20;
const MOST_COLUMNS = 2 ** 14;

/** @throws not_exportable */
const requireRoom = ({ name, rows }: Sheet, { model }: ExportLayout): void => {
  const columns = countColumns({ rows });
  if (rows.length <= MOST_ROWS && columns <= MOST_COLUMNS) return;
  const needed = `${rows.length} x ${columns}`;
  const problem = {
    zh: `工作表“${name}”需要 ${needed} 个单元格，上限为 ${MOST_ROWS} x ${MOST_COLUMNS}`,
    en: `sheet "${name}" needs ${needed} cells; a sheet holds ${MOST_ROWS} x ${MOST_COLUMNS}`,
  };
  throw appError('not_exportable', { model: `${model.name}@${model.version}`, format: 'xlsx', problem });
};

type Say = (text: Text) => string;

const plain = (sheet: Pick<Sheet, 'name' | 'rows'> & Partial<Sheet>): Sheet => ({
  frozen: { rows: 1, columns: 0 },
  widths: [24],
  typed: [],
  wraps: false,
  ...sheet,
});

interface Guide {
  readonly sheet: Sheet;
  readonly settings: EntryTables['settings'];
}

/** What the workbook is, and the numbers that hold for every row. */
const createGuide = (
  { model, policy, policyFingerprint, cutOffs }: ExportLayout,
  say: Say,
  entryRows: number,
): Guide => {
  const name = say(words.guide);
  const settings: [Text, number][] = [
    [{ zh: '截距（微对数几率）', en: 'Intercept (micro-logits)' }, model.intercept.microLogits],
    [{ zh: '分数偏移（千分之一分）', en: 'Offset of the points (thousandths)' }, model.scale.offsetMilli],
    [{ zh: '分数系数（千分之一分）', en: 'Factor of the points (thousandths)' }, model.scale.factorMilli],
    [{ zh: '进入中风险的界限（微对数几率）', en: 'Medium from (micro-logits, to enter)' }, cutOffs.medium],
    [{ zh: '进入高风险的界限（微对数几率）', en: 'High from (micro-logits, to enter)' }, cutOffs.high],
  ];
  const heads: [Text, string][] = [
    [{ zh: '模型', en: 'Model' }, `${model.name}@${model.version}`],
    [{ zh: '模型指纹', en: 'Fingerprint of the model' }, model.fingerprint],
    [{ zh: '策略', en: 'Policy' }, `${policy.name}@${policy.version}`],
    [{ zh: '策略指纹', en: 'Fingerprint of the policy' }, policyFingerprint],
    [{ zh: '预测的事件', en: 'What is predicted' }, say(model.target.event)],
  ];
  const rows: SheetCell[][] = [
    [say({ zh: '评分卡', en: 'Scorecard' }), ''],
    ...heads.map(([text, value]) => [say(text), neutralise(value)]),
    ...settings.map(([text, value]) => [say(text), value]),
    [],
    ...listGuide(entryRows).map((text) => [say(text)]),
  ];
  const at = (setting: number) => cellOf({ sheet: name, column: 1 }, 2 + heads.length + setting);
  return {
    sheet: plain({ name, rows, widths: [60, 70], wraps: true }),
    settings: { intercept: at(0), offsetMilli: at(1), factorMilli: at(2), medium: at(3), high: at(4) },
  };
};

const listGuide = (entryRows: number): Text[] => [
  {
    zh: `在“${words.entry.zh}”表中逐行填写或粘贴原始列（最多 ${entryRows} 行，自然单位）；空单元格表示未知，只填客户的行表示全部未知。其余各列由公式实时计算。`,
    en: `Type or paste raw columns into the sheet "${words.entry.en}", a row for each customer (up to ${entryRows}), in natural units; an empty cell is "not known", and of a row with its customer alone nothing is. Formulas compute every other column.`,
  },
  {
    zh: '微对数几率是违约对数几率的百万分之一；得分等于截距加各项之和，越高风险越大；分数越高越安全。',
    en: 'A micro-logit is a millionth of the log-odds of default. The score is the intercept plus every term, higher = riskier; points are higher = safer.',
  },
  {
    zh: '微对数几率、贡献、分数和等级都是整数或由整数决定，与服务完全一致；违约概率仅供显示。',
    en: 'Micro-logits, contributions, points and tier rest on integers and equal those of the service; the probability is for display.',
  },
  {
    zh: '等级是新申请按得分的等级；策略中的规则不在本工作簿内，服务会拒绝的数值（超出数据字典范围）在此也会计算。',
    en: 'The tier is that of the score for a new application. Rules of the policy are not in this workbook, and values that the service refuses (outside the bounds of the dictionary) are computed here.',
  },
  {
    zh: '贡献是该项减去所属等级的参照值；参照值之和等于更好等级的边界（见“参照”表）。',
    en: 'A contribution is a term minus its reference for the tier; the references sum to the boundary of the next better tier (sheet "References").',
  },
  {
    zh: '电子表格只保留 15 位有效数字：中间结果达到 10^15 时该行不计算，并在“问题”列说明。',
    en: 'Spreadsheets keep 15 digits: where an intermediate result reaches 10^15 the row is not computed and its problem is named.',
  },
  {
    zh: "以 = + - @ 或 ' 开头的数据文本前加了撇号，以免被当作公式。",
    en: "Texts from data that begin with = + - @ or ' are led by an apostrophe, so that none is taken for a formula.",
  },
];

const createInputs = ({ model, columns }: ExportLayout, say: Say): Sheet => {
  const header = [
    { zh: '类别', en: 'Kind' },
    { zh: '名称', en: 'Name' },
    { zh: '标签', en: 'Label' },
    { zh: '单位', en: 'Unit' },
    { zh: '小数位', en: 'Decimals' },
    { zh: '来源', en: 'Source' },
    { zh: '原因代码', en: 'Reason code' },
    { zh: '原因', en: 'Reason' },
  ].map(say);
  const raw = columns.map(({ name, label, unit, decimals, source }) => [
    say({ zh: '原始列', en: 'raw column' }),
    name,
    neutralise(say(label)),
    neutralise(unit ?? ''),
    decimals,
    neutralise(source),
  ]);
  const inputs = model.inputs.map(({ name, label, unit, decimals, source, group, reason }) => [
    say({ zh: '模型输入', en: 'model input' }),
    name,
    neutralise(say(label)),
    neutralise(unit ?? ''),
    decimals,
    'column' in source ? source.column : JSON.stringify('derivation' in source ? source.derivation : source),
    model.groups.find((one) => one.name === group)?.code ?? '',
    neutralise(say(reason)),
  ]);
  return plain({
    name: say(words.inputs),
    rows: [header, ...raw, ...inputs],
    widths: [14, 28, 36, 10, 10, 40, 18, 40],
  });
};

interface BinTable {
  readonly sheet: Sheet;
  /** One for each input. */
  readonly ranges: readonly BinRanges[];
}

/** Every bin of every input; a category has a line for each of its values. */
const createBins = ({ model }: ExportLayout, say: Say, locale: Locale): BinTable => {
  const name = say(words.bins);
  const header = [
    { zh: '输入', en: 'Input' },
    { zh: '箱', en: 'Bin' },
    { zh: '含义', en: 'Meaning' },
    { zh: '自（整数）', en: 'From (integer)' },
    { zh: '类别', en: 'Category' },
    { zh: '训练行数', en: 'Training rows' },
  ].map(say);
  const rows: SheetCell[][] = [header];
  const [binColumn, edgeColumn, valueColumn] = [1, 3, 4].map((column) => ({ sheet: name, column })) as [
    ColumnPlace,
    ColumnPlace,
    ColumnPlace,
  ];
  const ranges = model.inputs.map((input): BinRanges => {
    const first = rows.length + 1;
    for (const { bin, label, values, rows: count } of listBins(input)) {
      const edge = bin < missingBin(input) ? (input.edges?.[bin - 1] ?? null) : null;
      const listed = input.categories && values.length > 0 ? values : [null];
      for (const value of listed) {
        const shown = value === null ? null : neutralise(String(value));
        rows.push([input.name, bin, neutralise(label[locale]), edge, shown, count]);
      }
    }
    const keys = input.categories?.length ?? input.edges?.length ?? 0;
    const start = input.categories ? first : first + 1;
    const last = start + keys - 1;
    return {
      keys: keys === 0 ? null : rangeOf(input.categories ? valueColumn : edgeColumn, start, last),
      bins: rangeOf(binColumn, start, last),
    };
  });
  return { sheet: plain({ name, rows, widths: [32, 6, 36, 16, 24, 14] }), ranges };
};

interface PointsTable {
  readonly sheet: Sheet;
  /** The micro-logits of each term, in the order of its cells. */
  readonly ranges: readonly string[];
}

/** Every cell of every term. */
const createPoints = (layout: ExportLayout, say: Say, locale: Locale): PointsTable => {
  const { model } = layout;
  const name = say(words.points);
  const places = Array.from({ length: Math.max(1, ...model.terms.map(({ inputs }) => inputs.length)) }, (_, at) =>
    at === 0 ? '' : ` ${at + 1}`,
  );
  const header = [
    say({ zh: '项', en: 'Term' }),
    ...places.flatMap((suffix) => [
      say({ zh: `输入${suffix}`, en: `Input${suffix}` }),
      say({ zh: `箱${suffix}`, en: `Bin${suffix}` }),
      say({ zh: `含义${suffix}`, en: `Meaning${suffix}` }),
    ]),
    say({ zh: '微对数几率', en: 'Micro-logits' }),
    say({ zh: '分值', en: 'Points' }),
    say({ zh: '原因代码', en: 'Reason code' }),
  ];
  const scoreColumn = { sheet: name, column: 1 + 3 * places.length };
  const blank = places.flatMap(() => [null, null, null]);
  const rows: SheetCell[][] = [
    header,
    [say({ zh: '截距', en: 'intercept' }), ...blank, model.intercept.microLogits, basePoints(model), null],
  ];
  const firstOf = new Map<number, number>();
  for (const { term, bins, microLogits, points, reasonCodes } of listCells(layout)) {
    if (!firstOf.has(term)) firstOf.set(term, rows.length + 1);
    const described = places.flatMap((_, at) => {
      const bin = bins[at];
      return bin ? [bin.input, bin.bin, neutralise(bin.label[locale])] : [null, null, null];
    });
    rows.push([term, ...described, microLogits, points, reasonCodes.join(' ')]);
  }
  const ranges = model.terms.map(({ microLogits }, place) => {
    const first = firstOf.get(place + 1) ?? 1;
    return rangeOf(scoreColumn, first, first + microLogits.length - 1);
  });
  const widths = [10, ...places.flatMap(() => [30, 6, 30]), 14, 10, 20];
  return { sheet: plain({ name, rows, widths }), ranges };
};

interface ReferenceTable {
  readonly sheet: Sheet;
  /** Each term's references, the mildest tier first. */
  readonly ranges: readonly string[];
}

/** What contributions are measured from in each tier. */
const createReferences = ({ model, references }: ExportLayout, say: Say): ReferenceTable => {
  const name = say(words.references);
  const rows: SheetCell[][] = [
    [say({ zh: '项', en: 'Term' }), say({ zh: '输入', en: 'Inputs' }), 'low', 'medium', 'high'],
    [say({ zh: '得分', en: 'score' }), null, ...references.map(({ target }) => target)],
    ...model.terms.map((term, place) => [
      place + 1,
      nameTerm(term, model),
      ...references.map(({ microLogits }) => microLogits[place] ?? 0),
    ]),
  ];
  const ranges = model.terms.map((_, place) => `'${name}'!$C$${place + 3}:$E$${place + 3}`);
  return { sheet: plain({ name, rows, widths: [10, 40, 14] }), ranges };
};

interface RowsWish {
  readonly say: Say;
  readonly tables: EntryTables;
  readonly entryRows: number;
}

/** The entry sheet and the sheet of its intermediate steps. */
const createRows = (layout: ExportLayout, { say, tables, entryRows }: RowsWish): Sheet[] => {
  const [entry, steps] = [createRowSheet(say(words.entry)), createRowSheet(say(words.steps))];
  const typed = addEntry({ layout, tables, say, entry, steps });
  const frozen = { rows: HEADING_ROWS, columns: 1 };
  return [
    plain({ name: entry.name, rows: entry.render(entryRows), frozen, widths: [16], typed }),
    plain({ name: steps.name, rows: steps.render(entryRows), frozen, widths: [16] }),
  ];
};
