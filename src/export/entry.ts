import type { Text } from '../domain/text.ts';
import {
  addStep,
  type BinRanges,
  binFormula,
  category,
  constant,
  counted,
  EXACT,
  floorBillionth,
  scaled,
} from './formulas.ts';
import { type ExportLayout, nameTerm, type Operand, strides } from './layout.ts';
import { neutralise } from './neutral.ts';
import type { ColumnPlace, RowFormula, RowSheet } from './sheet.ts';

/** The fixed cells and ranges of the other sheets that rows are computed from. */
export interface EntryTables {
  readonly settings: Readonly<Record<'intercept' | 'offsetMilli' | 'factorMilli' | 'medium' | 'high', string>>;
  /** One for each input. */
  readonly bins: readonly BinRanges[];
  /** The micro-logits of each term, in the order of its cells. */
  readonly points: readonly string[];
  /** Each term's references, the mildest tier first. */
  readonly references: readonly string[];
}

/** What the columns of the two sheets are added with. */
interface Draft {
  readonly layout: ExportLayout;
  readonly tables: EntryTables;
  readonly say: (text: Text) => string;
  readonly entry: RowSheet;
  readonly steps: RowSheet;
}

type At = Parameters<RowFormula>[0];

const words = {
  customer: { zh: '客户', en: 'Customer' },
  anything: { zh: '自由填写', en: 'anything' },
  raw: { zh: '原始列', en: 'Raw columns' },
  steps: { zh: '步骤', en: 'Steps' },
  filled: { zh: '有内容', en: 'is filled' },
  result: { zh: '结果', en: 'Result' },
  problem: { zh: '问题', en: 'Problem' },
  tier: { zh: '等级', en: 'Tier' },
  points: { zh: '分数', en: 'Points' },
  probability: { zh: '违约概率', en: 'Probability of default' },
  microLogits: { zh: '微对数几率', en: 'Micro-logits' },
  derived: { zh: '衍生特征', en: 'Derived features' },
  bins: { zh: '箱', en: 'Bins' },
  cells: { zh: '各项微对数几率', en: 'Micro-logits of each term' },
  contributions: { zh: '贡献', en: 'Contributions' },
  notNumber: { zh: '有单元格不是数字', en: 'some cell is not a number' },
  tooLarge: {
    zh: '数值过大，电子表格算不准，请用服务',
    en: 'too large for a spreadsheet to be exact; ask the service',
  },
} as const satisfies Record<string, Text>;

/**
 * The sheet that is typed into and the sheet of its steps, each row computed by formulas.
 * @returns the columns that are typed into, by place
 */
export const addEntry = (draft: Draft): number[] => {
  const { layout, say, entry } = draft;
  const customer = entry.add([say(words.customer), say(words.anything), 'customer_id']);
  const typed = layout.columns.map(({ name, label, unit }) =>
    entry.add([say(words.raw), withUnit(neutralise(say(label)), unit), name]),
  );
  const places = [customer, ...typed];
  const filled = draft.steps.add(
    [say(words.steps), say(words.filled), 'filled'],
    (at) => `COUNTA(${spanOf(at, places)})>0`,
  );
  const { values, numbers } = addValues(draft, typed);
  const problem = addProblem(draft, typed, numbers);
  const isScored = (at: At, value: string) => `IF(AND(${at(filled)},${at(problem)}=""),${value},"")`;
  const cells: ColumnPlace[] = [];
  const tier = addResults(draft, cells, isScored);
  addFeatures(draft, values);
  cells.push(...addCells(draft, addBins(draft, values, isScored), isScored));
  addContributions(draft, cells, tier);
  return places.map(({ column }) => column);
};

const withUnit = (label: string, unit: string | null): string => (unit === null ? label : `${label} (${unit})`);

/** The cells of a row from the first to the last of some columns that stand side by side. */
const spanOf = (at: At, places: readonly ColumnPlace[]): string => {
  const [first, last] = [places[0], places.at(-1)].map((place) => (place ? at(place) : ''));
  return `${first}:${last?.slice(last.indexOf('!') + 1)}`;
};

/** Adds the scaled columns, what they count as, and the steps; answers how a row refers to each input's value, and to all these. */
const addValues = (
  { layout, say, steps }: Draft,
  typed: readonly ColumnPlace[],
): { values: RowFormula[]; numbers: RowFormula } => {
  const heading = say(words.steps);
  const raw = layout.columns.map(({ name, categories, decimals }, index) => {
    const place = typed[index] as ColumnPlace;
    return steps.add([heading, name, name], categories ? category(place) : scaled(place, decimals));
  });
  const numbers = new Map<number, ColumnPlace>();
  for (const index of layout.counted) {
    const { name, codes } = layout.columns[index] as ExportLayout['columns'][number];
    const place = raw[index] as ColumnPlace;
    const needed = codes.length > 0;
    numbers.set(index, needed ? steps.add([heading, name, `number_${name}`], counted(place, codes)) : place);
  }
  const results: ColumnPlace[] = [];
  const read = (operand: Operand): RowFormula => {
    if ('number' in operand) return constant(operand.number);
    const place = 'column' in operand ? numbers.get(operand.column) : results[operand.step];
    return (at) => at(place as ColumnPlace);
  };
  for (const [index, step] of layout.steps.entries()) {
    results.push(addStep(step, { sheet: steps, title: [heading, step.operation, `step_${index}`], read }));
  }
  const values = layout.values.map(
    (value): RowFormula => ('raw' in value ? (at) => at(raw[value.raw] as ColumnPlace) : read(value.derived)),
  );
  const all = [...raw, ...numbers.values(), ...results].sort((a, b) => a.column - b.column);
  return { values, numbers: (at) => spanOf(at, all) };
};

/** Says what keeps a row from being computed: text where a number must be, or a step that is too large to be exact. */
const addProblem = ({ layout, say, entry }: Draft, typed: readonly ColumnPlace[], numbers: RowFormula): ColumnPlace => {
  const runs = numberRuns(layout).map((run) => run.map((index) => typed[index] as ColumnPlace));
  return entry.add([say(words.result), say(words.problem), 'problem'], (at) => {
    const spans = runs.map((run) => spanOf(at, run));
    const texts = spans.map((span) => `SUMPRODUCT(ISTEXT(${span})*(LEN(${span})>0))`);
    const large = `COUNTIF(${numbers(at)},">="&${EXACT})+COUNTIF(${numbers(at)},"<="&-${EXACT})`;
    return `IF(${[...texts, '0'].join('+')}>0,"${say(words.notNumber)}",IF(${large}>0,"${say(words.tooLarge)}",""))`;
  });
};

/** Columns of numbers that stand side by side. */
const numberRuns = ({ columns }: ExportLayout): number[][] => {
  const runs: number[][] = [];
  for (const [index, { categories }] of columns.entries()) {
    if (categories) continue;
    const run = runs.at(-1);
    if (run?.at(-1) === index - 1) run.push(index);
    else runs.push([index]);
  }
  return runs;
};

type Guard = (at: At, value: string) => string;

/** Adds tier, points, PD and score; the cells that the score sums are added later. @returns the tier's column */
const addResults = ({ tables, say, entry }: Draft, cells: readonly ColumnPlace[], isScored: Guard): ColumnPlace => {
  const { intercept, offsetMilli, factorMilli, medium, high } = tables.settings;
  const heading = say(words.result);
  const scores: ColumnPlace[] = [];
  const fromScore = (formula: (score: string) => string): RowFormula => {
    return (at) => {
      const score = at(scores[0] as ColumnPlace);
      return `IF(${score}="","",${formula(score)})`;
    };
  };
  const tier = entry.add(
    [heading, say(words.tier), 'tier'],
    fromScore((score) => `IF(${score}>=${high},"high",IF(${score}>=${medium},"medium","low"))`),
  );
  entry.add(
    [heading, say(words.points), 'points'],
    fromScore((score) => floorBillionth(`${offsetMilli}*10^6-${factorMilli}*${score}+5*10^8`)),
  );
  entry.add(
    [heading, say(words.probability), 'probability'],
    fromScore((score) => `ROUND(1/(1+EXP(MIN(700,-${score}/10^6))),9)`),
  );
  scores.push(
    entry.add([heading, say(words.microLogits), 'micro_logits'], (at) =>
      isScored(at, cells.length === 0 ? intercept : `${intercept}+SUM(${spanOf(at, cells)})`),
    ),
  );
  return tier;
};

/** Shows the derived features in natural units. */
const addFeatures = ({ layout, say, entry }: Draft, values: readonly RowFormula[]): void => {
  for (const [index, { name, label, unit, source, decimals }] of layout.model.inputs.entries()) {
    if (!('derivation' in source)) continue;
    entry.add([say(words.derived), withUnit(neutralise(say(label)), unit), name], (at) => {
      const value = (values[index] as RowFormula)(at);
      return `IF(${value}="","",${decimals === 0 ? value : `${value}/10^${decimals}`})`;
    });
  }
};

const addBins = (
  { layout, tables, say, entry }: Draft,
  values: readonly RowFormula[],
  isScored: Guard,
): ColumnPlace[] =>
  layout.model.inputs.map((input, index) =>
    entry.add([say(words.bins), neutralise(say(input.label)), `bin_${input.name}`], (at) =>
      isScored(at, binFormula(input, (values[index] as RowFormula)(at), tables.bins[index] as BinRanges)),
    ),
  );

/** Looks each term's cell up by its bins. */
const addCells = (draft: Draft, bins: readonly ColumnPlace[], isScored: Guard): ColumnPlace[] =>
  draft.layout.model.terms.map((term, index) => {
    const offsets = strides(term);
    const title = [draft.say(words.cells), nameTerm(term, draft.layout.model), `cell_${index + 1}`] as const;
    return draft.entry.add(title, (at) => {
      const parts = term.inputs.map((input, place) => `${at(bins[input] as ColumnPlace)}*${offsets[place]}`);
      return isScored(at, `INDEX(${draft.tables.points[index]},${parts.join('+')}+1)`);
    });
  });

/** Each term minus its reference for the row's tier. */
const addContributions = (draft: Draft, cells: readonly ColumnPlace[], tier: ColumnPlace): void => {
  const { model } = draft.layout;
  for (const [index, term] of model.terms.entries()) {
    const title = [draft.say(words.contributions), nameTerm(term, model), `contribution_${index + 1}`] as const;
    draft.entry.add(title, (at) => {
      const rank = `IF(${at(tier)}="high",3,IF(${at(tier)}="medium",2,1))`;
      const reference = `INDEX(${draft.tables.references[index]},1,${rank})`;
      return `IF(${at(tier)}="","",${at(cells[index] as ColumnPlace)}-${reference})`;
    });
  }
};
