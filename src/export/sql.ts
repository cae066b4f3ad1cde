import type { Input } from '../domain/model.ts';
import { codeBins, missingBin, otherBin } from '../model/bins.ts';
import type { Reference } from '../model/reference.ts';
import { categoryBins, type ExportLayout, headLines, nameTerm, strides } from './layout.ts';
import { type Level, literal, quote, quotePath, stepLevels, toSelect } from './sql-levels.ts';
import { operandOf } from './sql-steps.ts';

/** What a SELECT reads and gives beside the score. */
export interface SqlOptions {
  /** The table of raw columns, perhaps with its schema before a point. */
  readonly table: string;
  /** Columns of the table that are carried into the result. */
  readonly keep: readonly string[];
  /** Whether the result has what the score is measured from and each term's contribution. */
  readonly contributions: boolean;
}

/** The score between the levels, under a name that no kept column has. */
const SCORE = 'vigil_micro_logits';
/** PostgreSQL refuses an exponential that leaves the doubles on either side. */
const EXPONENT = `GREATEST(-700, LEAST(700, -${SCORE} / CAST(1000000 AS DOUBLE PRECISION)))`;
const PROBABILITY = `ROUND(CAST(1 / (1 + EXP(${EXPONENT})) AS NUMERIC(12, 9)), 9)`;

/**
 * One SELECT for PostgreSQL and DuckDB over a table with a column for each raw column, by our names in natural units:
 * micro-logits, PD, points and model tier of each row, in the same integers as the service. `OFFSET 0` keeps PostgreSQL
 * from writing each expression out again wherever it is read.
 */
export const toSql = (layout: ExportLayout, options: SqlOptions): string => {
  const levels = createLevels(layout, options);
  const heads = levels.slice(0, -1).map((level) => `${level.name} AS (\n${toSelect(level, '  ')}\n  OFFSET 0\n)`);
  return `${comments(layout, options)}\nWITH ${heads.join(',\n')}\n${toSelect(levels.at(-1) as Level)};\n`;
};

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');

const comments = (layout: ExportLayout, { table }: SqlOptions): string =>
  [
    ...headLines(layout),
    'One SELECT for PostgreSQL and DuckDB. tier is that of the score for a new application; rules of the policy are not in it.',
    `${table} has these columns in natural units, NULL = not known; any column may be text:`,
    ...layout.columns.map(({ name, source, categories, decimals }) => {
      const kind = categories ? 'category' : decimals === 0 ? 'whole number' : `number, ${decimals} decimals`;
      return `  ${name}: ${kind} (source ${source})`;
    }),
  ]
    .map((line) => `-- ${oneLine(line)}`)
    .join('\n');

const createLevels = (layout: ExportLayout, options: SqlOptions): Level[] => {
  const { model } = layout;
  const keep = options.keep.map(quote);
  const rawNames = layout.columns.map((_, place) => `vigil_raw_${place}`);
  const raw: Level = {
    name: 'vigil_raw',
    select: [
      ...keep,
      ...layout.columns.map(
        ({ name, categories, decimals }, place) =>
          `${categories ? categoryOf(name) : scaledOf(name, decimals)} AS vigil_raw_${place} /* ${name} */`,
      ),
    ],
    from: quotePath(options.table),
  };
  const counted: Level = {
    name: 'vigil_counted',
    select: [
      ...keep,
      ...rawNames,
      ...layout.counted.map((place) => `${countedOf(layout, place)} AS vigil_number_${place}`),
    ],
    from: raw.name,
  };
  const numbers = layout.counted.map((place) => `vigil_number_${place}`);
  const stepped = stepLevels(layout.steps, [...keep, ...rawNames, ...numbers], counted.name);
  const beforeBins = stepped.at(-1) ?? counted;
  const bins: Level = {
    name: 'vigil_bins',
    select: [
      ...keep,
      ...model.inputs.map(
        (input, place) => `${binOf(input, inputValue(layout, place))} AS vigil_bin_${place} /* ${input.name} */`,
      ),
    ],
    from: beforeBins.name,
  };
  const cells = model.terms.map((_, place) => `vigil_cell_${place}`);
  const contributions: Level = {
    name: 'vigil_cells',
    select: [
      ...keep,
      ...model.terms.map((term, place) => `${cellOf(term)} AS vigil_cell_${place} /* ${nameTerm(term, model)} */`),
    ],
    from: bins.name,
  };
  const score: Level = {
    name: 'vigil_score',
    select: [
      ...keep,
      ...(options.contributions ? cells : []),
      `${[`CAST(${model.intercept.microLogits} AS BIGINT)`, ...cells].join(' + ')} AS ${SCORE}`,
    ],
    from: contributions.name,
  };
  const result: Level = {
    name: '',
    select: [
      ...keep,
      `${SCORE} AS micro_logits`,
      `${PROBABILITY} AS probability`,
      `${pointsOf(layout)} AS points`,
      `${chooseTier(layout, ["'low'", "'medium'", "'high'"])} AS tier`,
      ...(options.contributions
        ? [
            `${byTier(layout, ({ target }) => target)} AS reference_micro_logits`,
            ...model.terms.map(
              (term, place) =>
                `vigil_cell_${place} - ${byTier(layout, ({ microLogits }) => microLogits[place])} AS contribution_${place + 1} /* ${nameTerm(term, model)} */`,
            ),
          ]
        : []),
    ],
    from: score.name,
  };
  return [raw, counted, ...stepped, bins, contributions, score, result];
};

/** One of three values, by the tier of the score, mildest first. */
const chooseTier = ({ cutOffs }: ExportLayout, [low, medium, high]: readonly (string | number | undefined)[]): string =>
  `CASE WHEN ${SCORE} >= ${cutOffs.high} THEN ${high} WHEN ${SCORE} >= ${cutOffs.medium} THEN ${medium} ELSE ${low} END`;

const byTier = (layout: ExportLayout, read: (reference: Reference) => number | undefined): string =>
  chooseTier(layout, layout.references.map(read));

const textOf = (name: string): string => `NULLIF(CAST(${quote(name)} AS VARCHAR), '')`;
const categoryOf = textOf;

/** The integer `value x 10^decimals`, half away from zero, by way of the number's decimal text. */
const scaledOf = (name: string, decimals: number): string => {
  const decimal = `CAST(${textOf(name)} AS DECIMAL(28, ${decimals}))`;
  return `CAST(${decimals === 0 ? decimal : `${decimal} * ${10 ** decimals}`} AS BIGINT)`;
};

/** A column as it counts in arithmetic: its special codes stand for other numbers or for nothing. */
const countedOf = ({ columns }: ExportLayout, place: number): string => {
  const raw = `vigil_raw_${place}`;
  const codes = columns[place]?.codes ?? [];
  if (codes.length === 0) return raw;
  const cases = codes.map(({ value, countsAs }) => `WHEN ${value} THEN ${countsAs ?? 'NULL'}`);
  return `CASE ${raw} ${cases.join(' ')} ELSE ${raw} END`;
};

const inputValue = ({ values }: ExportLayout, place: number): string => {
  const value = values[place];
  if (!value) return 'NULL';
  return 'raw' in value ? `vigil_raw_${value.raw}` : operandOf(value.derived);
};

/** The bin of a value: codes first, then edges; a category by its group, else "other". */
const binOf = (input: Input, value: string): string => {
  const missing = `WHEN ${value} IS NULL THEN ${missingBin(input)}`;
  if (input.categories) {
    const groups = categoryBins(input).map(
      ({ bin, values }) => `WHEN ${value} IN (${values.map(literal).join(', ')}) THEN ${bin}`,
    );
    return `CASE ${[missing, ...groups].join(' ')} ELSE ${otherBin(input)} END`;
  }
  const codes = codeBins(input).map(({ value: code, bin }) => `WHEN ${value} = ${code} THEN ${bin}`);
  const edges = (input.edges ?? []).map((edge, bin) => `WHEN ${value} < ${edge} THEN ${bin}`);
  return `CASE ${[missing, ...codes, ...edges].join(' ')} ELSE ${edges.length} END`;
};

const cellOf = (term: ExportLayout['model']['terms'][number]): string => {
  const steps = strides(term);
  const index = term.inputs.map((input, place) =>
    steps[place] === 1 ? `vigil_bin_${input}` : `vigil_bin_${input} * ${steps[place]}`,
  );
  return `(ARRAY[${term.microLogits.join(', ')}])[${[...index, '1'].join(' + ')}]`;
};

/** `floor((offsetMilli x 10^6 - factorMilli x microLogits + 5 x 10^8) / 10^9)` in integers. */
const pointsOf = ({ model: { scale } }: ExportLayout): string => {
  const constant = BigInt(scale.offsetMilli) * 1_000_000n + 500_000_000n;
  const numerator = `(${constant} - ${scale.factorMilli} * ${SCORE})`;
  const remainder = `((${numerator} % 1000000000 + 1000000000) % 1000000000)`;
  return `CAST((${numerator} - ${remainder}) / 1000000000 AS BIGINT)`;
};
