import { divideAmong, INTEGER_LIMIT } from '../arithmetic.ts';
import type { Input, Term } from '../domain/model.ts';
import { Tier } from '../domain/ordered.ts';
import type { Locale } from '../domain/text.ts';
import { MOST_REASONS } from '../explanation/ranking.ts';
import { nameBin } from '../explanation/scorecard-table.ts';
import { codeBins, missingBin, otherBin } from '../model/bins.ts';
import type { Reference } from '../model/reference.ts';
import {
  binsOfCell,
  categoryBins,
  type ExportLayout,
  headLines,
  type Operand,
  type Step,
  strides,
  termGroups,
  trendFactors,
} from './layout.ts';
import { element } from './xml.ts';

/** A little more than one: a decimal number of up to 15 digits that was cut below a half by its double is a half again. */
const HALF_AGAIN = 1 + 2 ** -51;
const MOST_EXPONENT = 700;

/**
 * A model as PMML 4.4: a chain of scorecards, the first for the score, then one for each tier, whose baselines are the
 * references of that tier. So the scores are the service's integers, and the reason codes, added up by code, its reasons.
 * Numbers of more than 15 digits may be read otherwise than by the service.
 */
export const toPmml = (layout: ExportLayout, locale: Locale): string => {
  const fields = createFields(layout);
  const body = element('PMML', { xmlns: 'http://www.dmg.org/PMML-4_4', version: '4.4' }, [
    element('Header', { copyright: '', description: headLines(layout).join('; ') }, [
      element('Application', { name: 'Vigil' }),
    ]),
    dataDictionary(layout, locale),
    element('TransformationDictionary', {}, fields),
    chain(layout, locale),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
};

const dataDictionary = ({ columns }: ExportLayout, locale: Locale): string =>
  element(
    'DataDictionary',
    { numberOfFields: columns.length },
    columns.map(({ name, categories, label }) =>
      element('DataField', {
        name,
        displayName: label[locale],
        optype: categories ? 'categorical' : 'continuous',
        dataType: categories ? 'string' : 'double',
      }),
    ),
  );

const reference = (field: string): string => element('FieldRef', { field });
const number = (value: number): string => element('Constant', { dataType: 'double' }, String(value));
const text = (value: string): string => element('Constant', { dataType: 'string' }, value);
const nothing = element('Constant', { dataType: 'double', missing: true });
const apply = (name: string, ...args: readonly string[]): string => element('Apply', { function: name }, args);
const choose = (condition: string, value: string, otherwise?: string): string =>
  apply('if', condition, value, ...(otherwise === undefined ? [] : [otherwise]));

/** Not by the function of that name, which evaluators hold in 32 bits. */
const floor = (value: string): string => apply('-', value, apply('modulo', value, number(1)));

/** Missing where a value reaches 2^53. */
const within = (value: string): string => choose(apply('lessThan', apply('abs', value), number(INTEGER_LIMIT)), value);

const derived = (name: string, expression: string): string =>
  element('DerivedField', { name, optype: 'continuous', dataType: 'double' }, [expression]);

/** Scaled columns, what they count as, steps, bins, and the places of the cells of terms over several inputs. */
const createFields = (layout: ExportLayout): string[] => {
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
  const bins = model.inputs.map((input, index) => derived(binName(input), binOf(input, inputValue(layout, index))));
  const cells = model.terms.flatMap((term, index) =>
    term.inputs.length === 1 ? [] : [derived(cellName(index), cellOf(layout, term))],
  );
  return [...raw, ...counted, ...steps, ...bins, ...cells];
};

const rawName = (column: number) => `vigil_raw_${column}`;
const numberName = (column: number) => `vigil_number_${column}`;
const stepName = (step: number) => `vigil_step_${step}`;
const binName = ({ name }: Pick<Input, 'name'>) => `vigil_bin_${name}`;
const cellName = (term: number) => `vigil_cell_${term + 1}`;

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

/** Missing as soon as one is: evaluators differ in what functions make of nothing. */
const whenKnown = (parts: readonly string[], value: string): string => {
  const known = parts.filter((part) => !part.startsWith('<Constant')).map((part) => apply('isNotMissing', part));
  const [first] = known;
  if (first === undefined) return value;
  return choose(known.length === 1 ? first : apply('and', ...known), value);
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

/** Where a term's cell stands in its table. */
const cellOf = ({ model }: ExportLayout, term: Term): string => {
  const offsets = strides(term);
  return term.inputs
    .map((input, place) =>
      apply('*', reference(binName(model.inputs[input] as Input)), number(offsets[place] as number)),
    )
    .reduce((left, right) => apply('+', left, right));
};

const miningSchema = (layout: ExportLayout): string =>
  element(
    'MiningSchema',
    {},
    layout.columns.map(({ name }) => element('MiningField', { name, invalidValueTreatment: 'asIs' })),
  );

/** The score first, then the scorecard of the tier it falls into. */
const chain = (layout: ExportLayout, locale: Locale): string => {
  const { model, cutOffs } = layout;
  const score = 'vigil_score';
  const below = (value: number) => element('SimplePredicate', { field: score, operator: 'lessThan', value });
  const from = (value: number) => element('SimplePredicate', { field: score, operator: 'greaterOrEqual', value });
  const predicates: Readonly<Record<Tier, string>> = {
    low: below(cutOffs.medium),
    medium: element('CompoundPredicate', { booleanOperator: 'and' }, [from(cutOffs.medium), below(cutOffs.high)]),
    high: from(cutOffs.high),
  };
  const first = element('Segment', { id: 'score' }, [
    element('True', {}),
    element(
      'Scorecard',
      { functionName: 'regression', initialScore: model.intercept.microLogits, useReasonCodes: false },
      [
        miningSchema(layout),
        element('Output', {}, [
          element('OutputField', { name: score, feature: 'predictedValue', optype: 'continuous', dataType: 'double' }),
        ]),
        element('Characteristics', {}, plainCharacteristics(layout, locale)),
      ],
    ),
  ]);
  const tiers = Tier.options.map((tier, rank) =>
    element('Segment', { id: tier }, [
      predicates[tier],
      tierScorecard(layout, { tier, from: layout.references[rank] as Reference, locale }),
    ]),
  );
  return element('MiningModel', { modelName: `${model.name}@${model.version}`, functionName: 'regression' }, [
    miningSchema(layout),
    element('Segmentation', { multipleModelMethod: 'modelChain' }, [first, ...tiers]),
  ]);
};

const plainCharacteristics = (layout: ExportLayout, locale: Locale): string[] =>
  layout.model.terms.map((_, index) =>
    element(
      'Characteristic',
      { name: `term_${index + 1}` },
      attributes(layout, { index, locale, partial: (cell) => cell }),
    ),
  );

interface TierScorecard {
  readonly tier: Tier;
  readonly from: Reference;
  readonly locale: Locale;
}

/**
 * Each term is a characteristic with its reference as baseline. One that counts towards several groups is one characteristic for
 * each, which holds its share of the difference from the reference; what they are measured from is in the initial score.
 */
const tierScorecard = (layout: ExportLayout, { tier, from, locale }: TierScorecard): string => {
  const { model } = layout;
  let initialScore = model.intercept.microLogits;
  const characteristics = model.terms.flatMap((term, index) => {
    const base = from.microLogits[index] as number;
    const groups = termGroups(term, model);
    if (groups.length > 1) initialScore += base;
    return groups.map(({ code }, share) => {
      const single = groups.length === 1;
      const partial = (cell: number) => (single ? cell : (divideAmong(cell - base, groups.length)[share] as number));
      const named = single ? `term_${index + 1}` : `term_${index + 1}_${code}`;
      return element(
        'Characteristic',
        { name: named, reasonCode: code, baselineScore: single ? base : 0 },
        attributes(layout, { index, locale, partial }),
      );
    });
  });
  return element(
    'Scorecard',
    {
      functionName: 'regression',
      initialScore,
      useReasonCodes: true,
      reasonCodeAlgorithm: 'pointsAbove',
      baselineMethod: 'other',
    },
    [miningSchema(layout), output(layout, tier), element('Characteristics', {}, characteristics)],
  );
};

interface AttributeWish {
  readonly index: number;
  readonly locale: Locale;
  readonly partial: (cell: number) => number;
}

/** A line for each cell of a term, with its bins in words. */
const attributes = ({ model }: ExportLayout, { index, locale, partial }: AttributeWish): string[] => {
  const term = model.terms[index] as Term;
  const inputs = term.inputs.map((input) => model.inputs[input] as Input);
  const field = inputs.length === 1 ? binName(inputs[0] as Input) : cellName(index);
  return term.microLogits.map((cell, place) => {
    const words = binsOfCell(term, place).map((at, which) => {
      const input = inputs[which] as Input;
      return `${input.label[locale]}: ${nameBin(input, at, locale)}`;
    });
    return element('Attribute', { partialScore: partial(cell) }, [
      element('Extension', { name: 'label', value: words.join('; ') }),
      element('SimplePredicate', { field, operator: 'equal', value: place }),
    ]);
  });
};

const output = ({ model: { scale } }: ExportLayout, tier: Tier): string => {
  const score = reference('micro_logits');
  const transformed = (name: string, dataType: string, expression: string) =>
    element(
      'OutputField',
      { name, feature: 'transformedValue', optype: dataType === 'string' ? 'categorical' : 'continuous', dataType },
      [expression],
    );
  const numerator = apply('-', number(scale.offsetMilli * 1e6 + 5e8), apply('*', number(scale.factorMilli), score));
  const exponent = apply('min', number(MOST_EXPONENT), apply('/', score, number(-1e6)));
  return element('Output', {}, [
    element('OutputField', {
      name: 'micro_logits',
      feature: 'predictedValue',
      optype: 'continuous',
      dataType: 'double',
    }),
    transformed('points', 'double', floor(apply('/', numerator, number(1e9)))),
    transformed('probability', 'double', apply('/', number(1), apply('+', number(1), apply('exp', exponent)))),
    transformed('tier', 'string', text(tier)),
    ...Array.from({ length: MOST_REASONS }, (_, rank) =>
      element('OutputField', {
        name: `reason_${rank + 1}`,
        feature: 'reasonCode',
        rank: rank + 1,
        optype: 'categorical',
        dataType: 'string',
      }),
    ),
  ]);
};
