import type { Input, Term } from '../domain/model.ts';
import type { Locale, Text } from '../domain/text.ts';
import { nameBin } from '../explanation/scorecard-table.ts';
import { codeBins, missingBin, otherBin } from '../model/bins.ts';
import { categoryBins, type ExportLayout, type Operand, type Step, strides, trendFactors } from './layout.ts';
import {
  apply,
  choose,
  derived,
  floor,
  lookUp,
  nothing,
  number,
  reference,
  text,
  whenKnown,
  within,
} from './pmml-expression.ts';

/** A little more than one: a decimal number of up to 15 digits that was cut below a half by its double is a half again. */
const HALF_AGAIN = 1 + 2 ** -51;

/**
 * Scaled columns, what they count as, steps, bins, and of terms over several inputs the number and the micro-logits of the
 * cell. An input without a term of its own, whose scorecard lines would do so, names its bins here.
 */
export const createFields = (layout: ExportLayout, locale: Locale): string[] => {
  const { model, columns } = layout;
  const raw = columns.flatMap(({ name, categories, decimals }, index) =>
    categories ? [] : [derived(rawName(index), scaled(name, decimals))],
  );
  const counted = layout.counted.map((index) => {
    const codes = columns[index]?.codes ?? [];
    const value = codes.reduceRight(
      (rest, code) =>
        choose(
          apply('equal', reference(rawName(index)), number(code.value)),
          code.countsAs === null ? nothing : number(code.countsAs),
          rest,
        ),
      reference(rawName(index)),
    );
    return derived(numberName(index), whenKnown([reference(rawName(index))], value));
  });
  const steps = layout.steps.flatMap((step, index) => stepFields(step, stepName(index)));
  const bins = model.inputs.map((input, index) => {
    const alone = model.terms.some(({ inputs }) => inputs.length === 1 && inputs[0] === index);
    const values = alone ? [] : input.counts.map((_, bin) => nameBin(input, bin, locale));
    return derived(binName(input), binOf(input, inputValue(layout, index)), { values });
  });
  const cells = model.terms.flatMap((term, index) =>
    term.inputs.length === 1 ? [] : tableFields(layout, { term, index, locale }),
  );
  return [...raw, ...counted, ...steps, ...bins, ...cells];
};

const rawName = (column: number) => `vigil_raw_${column}`;
const numberName = (column: number) => `vigil_number_${column}`;
const stepName = (step: number) => `vigil_step_${step}`;
/** The field that holds an input's bin. */
export const binName = ({ name }: Pick<Input, 'name'>) => `vigil_bin_${name}`;
const cellName = (term: number) => `vigil_cell_${term + 1}`;
/** The field that holds the micro-logits of a term over several inputs, the term counted from 0. */
export const tableName = (term: number) => `vigil_term_${term + 1}`;

/** The integer `value x 10^decimals`, half away from zero. */
const scaled = (name: string, decimals: number): string => {
  const field = reference(name);
  const magnitude = apply('*', apply('abs', field), number(10 ** decimals));
  const rounded = choose(
    apply('equal', apply('modulo', magnitude, number(1)), number(0)),
    magnitude,
    floor(apply('+', apply('*', magnitude, number(HALF_AGAIN)), number(0.5))),
  );
  const sign = choose(apply('lessThan', field, number(0)), number(-1), number(1));
  return whenKnown([field], apply('*', rounded, sign));
};

const operandOf = (operand: Operand): string => {
  if ('number' in operand) return number(operand.number);
  return reference('column' in operand ? numberName(operand.column) : stepName(operand.step));
};

/** A step as fields; the last has the step's name. */
const stepFields = ({ operation, reads }: Step, name: string): string[] => {
  const parts = reads.map(operandOf);
  const [a = number(0), b = number(0)] = parts;
  const one = (expression: string) => [derived(name, whenKnown(parts, expression))];
  switch (operation) {
    case 'add':
      return one(within(apply('+', a, b)));
    case 'subtract':
      return one(within(apply('-', a, b)));
    case 'multiply':
      return one(within(apply('*', a, b)));
    case 'above':
      return one(choose(apply('greaterThan', a, b), number(1), number(0)));
    case 'atLeast':
      return one(choose(apply('greaterOrEqual', a, b), number(1), number(0)));
    case 'smaller':
    case 'smallest':
      return one(apply('min', ...parts));
    case 'larger':
    case 'largest':
      return one(apply('max', ...parts));
    case 'divide':
      return quotientFields([a, b], name);
    case 'sum':
      return totalFields(
        parts.map((part) => ({ reads: [part], value: part })),
        name,
      );
    case 'count':
      return totalFields(
        parts.map((part) => ({
          reads: [part],
          value: choose(apply('equal', part, number(0)), number(0), number(1)),
        })),
        name,
      );
    case 'median':
      return one(median(parts));
    case 'trend':
      return trendFields(parts, name);
    case 'variation':
      return totalFields(
        parts.map((part, place) => {
          const before = parts[place - 1];
          if (before === undefined) return { reads: [part], value: apply('*', part, number(0)) };
          return { reads: [part], value: apply('abs', apply('-', part, before)) };
        }),
        name,
      );
  }
};

/** A summand and what it reads. */
interface Summand {
  readonly reads: readonly string[];
  readonly value: string;
}

/** A sum with a field for each running total, every one below 2^53. */
const totalFields = (parts: readonly Summand[], name: string): string[] =>
  parts.map(({ reads, value }, place) => {
    const field = place === parts.length - 1 ? name : `${name}_${place}`;
    if (place === 0) return derived(field, whenKnown(reads, within(value)));
    const before = reference(`${name}_${place - 1}`);
    return derived(field, whenKnown([before, ...reads], within(apply('+', before, value))));
  });

/** The lower median: the least element that at least half of them do not exceed. */
const median = (parts: readonly string[]): string => {
  const most = apply('max', ...parts);
  const rank = (parts.length + 1) >> 1;
  const upTo = (part: string) =>
    apply('sum', ...parts.map((other) => choose(apply('lessOrEqual', other, part), number(1), number(0))));
  return apply('min', ...parts.map((part) => choose(apply('greaterOrEqual', upTo(part), number(rank)), part, most)));
};

/** A field for each part, which may reach 2^53 too, then their sum. */
const trendFields = (parts: readonly string[], name: string): string[] => {
  const factors = trendFactors(parts.length);
  const part = (place: number) => `${name}_part_${place}`;
  return [
    ...parts.map((read, place) =>
      derived(part(place), whenKnown([read], within(apply('*', read, number(factors[place] as number))))),
    ),
    ...totalFields(
      parts.map((_, place) => ({ reads: [reference(part(place))], value: reference(part(place)) })),
      name,
    ),
  ];
};

/** Half away from zero: the whole part, taken back by one where the division was rounded up to it. */
const quotientFields = ([a, b]: readonly [string, string], name: string): string[] => {
  const [top, bottom] = [apply('abs', a), apply('abs', b)];
  const [guess, whole] = [reference(`${name}_guess`), reference(`${name}_whole`)];
  const nearest = choose(apply('equal', b, number(0)), nothing, floor(apply('/', top, bottom)));
  const taken = choose(apply('greaterThan', apply('*', guess, bottom), top), apply('-', guess, number(1)), guess);
  const rest = apply('-', top, apply('*', whole, bottom));
  const up = choose(apply('greaterOrEqual', apply('*', rest, number(2)), bottom), number(1), number(0));
  const sign = choose(
    apply('equal', apply('lessThan', a, number(0)), apply('lessThan', b, number(0))),
    number(1),
    number(-1),
  );
  return [
    derived(`${name}_guess`, whenKnown([a, b], nearest)),
    derived(`${name}_whole`, whenKnown([guess], taken)),
    derived(name, whenKnown([whole], apply('*', apply('+', whole, up), sign))),
  ];
};

const inputValue = ({ values, columns }: ExportLayout, index: number): string => {
  const value = values[index];
  if (!value) return nothing;
  if ('derived' in value) return operandOf(value.derived);
  const column = columns[value.raw];
  return reference(column?.categories ? column.name : rawName(value.raw));
};

/** The bin of a value: codes first, then edges; a category by its group, else "other". */
const binOf = (input: Input, value: string): string => {
  const ordinary = input.categories
    ? categoryBins(input).reduceRight(
        (rest, { bin: group, values }) => choose(apply('isIn', value, ...values.map(text)), number(group), rest),
        number(otherBin(input) ?? 0),
      )
    : (input.edges ?? []).reduceRight(
        (rest, edge, place) => choose(apply('lessThan', value, number(edge)), number(place), rest),
        number(input.edges?.length ?? 0),
      );
  const coded = codeBins(input).reduceRight(
    (rest, code) => choose(apply('equal', value, number(code.value)), number(code.bin), rest),
    ordinary,
  );
  const empty = input.categories ? choose(apply('equal', value, text('')), number(missingBin(input)), coded) : coded;
  return choose(apply('isMissing', value), number(missingBin(input)), empty);
};

interface Table {
  readonly term: Term;
  readonly index: number;
  readonly locale: Locale;
}

const nameCell = (shape: string): Text => ({
  zh: `单元格的序号：对 ${shape} 个分箱按行优先排列，从 0 起`,
  en: `number of the cell, row-major over ${shape} bins, from 0`,
});

/** A term over several inputs: the number of its cell, explained in words, and the cell's micro-logits, a line for each run of the last input. */
const tableFields = (layout: ExportLayout, { term, index, locale }: Table): string[] => {
  const labels = term.inputs.map((input) => layout.model.inputs[input]?.label[locale]).join(' x ');
  const numbered = `${labels}: ${nameCell(term.shape.join(' x '))[locale]}`;
  const run = term.shape.at(-1) as number;
  const lines = Array.from({ length: term.microLogits.length / run }, (_, line) =>
    term.microLogits.slice(line * run, (line + 1) * run),
  );
  return [
    derived(cellName(index), cellOf(layout, term), { displayName: numbered }),
    derived(tableName(index), lookUp(cellName(index), lines), { displayName: labels }),
  ];
};

/** Where a term's cell stands in its table. */
const cellOf = ({ model }: ExportLayout, term: Term): string => {
  const offsets = strides(term);
  return term.inputs
    .map((input, place) =>
      apply('*', reference(binName(model.inputs[input] as Input)), number(offsets[place] as number)),
    )
    .reduce((left, right) => apply('+', left, right));
};
