import fc from 'fast-check';
import type { Condition } from '../../src/domain/policy.ts';
import {
  type ChoiceField,
  type Facts,
  type Field,
  type NumberField,
  scoreFields,
  type Vocabulary,
} from '../../src/policy/vocabulary.ts';
import { createCode } from '../factories/model.ts';
import { at } from '../reference/exact.ts';
import { bracketLogOdds } from '../reference/log-odds.ts';

/** A vocabulary with the fields it was made of. */
export interface Stage {
  readonly vocabulary: Vocabulary;
  readonly numbers: readonly NumberField[];
  readonly choices: readonly ChoiceField[];
}

/** Scaled integers are drawn from so few that comparisons often meet an equal, across decimals too. */
const small = fc.integer({ min: -12, max: 12 });
const value = fc.oneof({ arbitrary: small, weight: 3 }, { arbitrary: small.map((tenth) => 10 * tenth + 0), weight: 1 });
const units = [null, 'CNY', 'day'] as const;
const probabilities = [0.001, 0.02, 0.1, 0.25, 0.5, 0.731_2, 0.9, 0.999] as const;

export const createNumberField = (place: number, field: Partial<NumberField> = {}): NumberField => ({
  kind: 'number',
  name: `features.n${place}`,
  decimals: 0,
  unit: null,
  codes: [],
  read: ({ features }) => at(features, place),
  ...field,
});

const createChoiceField = (place: number): ChoiceField => ({
  kind: 'choice',
  name: `features.c${place}`,
  values: ['a', 'b', 'c'],
  ordered: false,
  read: ({ features }) => at(features, place),
});

export const createStage = (numbers: readonly NumberField[], choices: readonly ChoiceField[] = []): Stage => ({
  vocabulary: new Map<string, Field>([...numbers, ...choices, ...scoreFields].map((field) => [field.name, field])),
  numbers,
  choices,
});

const meaning = fc.option(small, { freq: 2 });
const codesArbitrary = fc
  .uniqueArray(fc.constantFrom(-99, -98, -1, 5, 12), { maxLength: 3 })
  .chain((values) =>
    fc.tuple(...values.map((value) => fc.record({ value: fc.constant(value), orderedAs: meaning, countsAs: meaning }))),
  )
  .map((codes) => codes.map((code) => createCode(code)));

export const stages: fc.Arbitrary<Stage> = fc
  .array(
    fc.record({
      decimals: fc.integer({ min: 0, max: 3 }),
      unit: fc.constantFrom(...units),
      codes: fc.oneof({ arbitrary: fc.constant([]), weight: 1 }, { arbitrary: codesArbitrary, weight: 1 }),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((fields) =>
    createStage(
      fields.map((field, place) => createNumberField(place, field)),
      [createChoiceField(fields.length), createChoiceField(fields.length + 1)],
    ),
  );

const oftenKnown = (value: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ arbitrary: value, weight: 4 }, { arbitrary: fc.constant(Number.NaN), weight: 1 });

const scores = oftenKnown(
  fc
    .tuple(fc.constantFrom(...probabilities), fc.integer({ min: -1, max: 2 }))
    .map(([probability, offset]) => bracketLogOdds(probability).floor + offset),
);

/** One row as the rules see it: values, special codes, texts not among the known ones, and nulls. */
export const factsOf = ({ numbers, choices }: Stage): fc.Arbitrary<Facts> => {
  const number = ({ codes }: NumberField) =>
    oftenKnown(codes.length > 0 ? fc.oneof(value, fc.constantFrom(...codes.map((code) => code.value))) : value);
  const choice = oftenKnown(fc.integer({ min: -1, max: 2 }));
  return fc.record({
    features: fc.tuple(...numbers.map(number), ...choices.map(() => choice)).map((values) => Float64Array.from(values)),
    microLogits: scores,
    lowerMicroLogits: scores,
    upperMicroLogits: scores,
    modelTier: oftenKnown(fc.integer({ min: 0, max: 2 })),
    signals: fc.constant(new Float64Array(0)),
  });
};

const comparators = ['<', '<=', '>', '>=', '==', '!=', '===', '!=='] as const;
const inequalities = ['<', '<=', '>', '>='] as const;
const mirrors = new Map([
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
]);

export const variable = ({ name }: Field): Condition => ({ var: name });

/** The number that stands for a scaled integer. */
const natural = (scaled: number, decimals: number): number => scaled / 10 ** decimals;

const constantFor = (decimals: number): fc.Arbitrary<number> => small.map((scaled) => natural(scaled, decimals));

/** A constant that fits a field: an ordinary value or one of its special codes. */
const constantOf = ({ decimals, codes }: NumberField): fc.Arbitrary<number> =>
  codes.length === 0
    ? constantFor(decimals)
    : fc.oneof(constantFor(decimals), fc.constantFrom(...codes.map(({ value }) => natural(value, decimals))));

/** A comparison, its sides exchanged or not. */
const eitherWay = (operator: string, left: Condition, right: Condition): fc.Arbitrary<Condition> =>
  fc.constantFrom<Condition>({ [operator]: [left, right] }, { [mirrors.get(operator) ?? operator]: [right, left] });

interface Quantity {
  readonly condition: Condition;
  readonly decimals: number;
}

const fieldQuantity = (field: NumberField): Quantity => ({ condition: variable(field), decimals: field.decimals });

const finest = (parts: readonly Quantity[]): number => Math.max(...parts.map(({ decimals }) => decimals));

/** A sum or difference of two or three quantities and perhaps a constant that is not finer than they are. */
const sumOf = (part: fc.Arbitrary<Quantity>): fc.Arbitrary<Quantity> =>
  fc.array(part, { minLength: 1, maxLength: 3 }).chain((parts) =>
    fc
      .record({
        operator: fc.constantFrom('+', '-'),
        constant: constantFor(finest(parts)),
        withConstant: parts.length === 1 ? fc.constant(true) : fc.boolean(),
        place: fc.integer({ min: 0, max: parts.length }),
      })
      .map(({ operator, constant, withConstant, place }) => {
        const operands: Condition[] = parts.map(({ condition }) => condition);
        if (withConstant) operands.splice(place, 0, constant);
        return { condition: { [operator]: operands }, decimals: finest(parts) };
      }),
  );

const productOf = (left: fc.Arbitrary<Quantity>, right: fc.Arbitrary<Quantity>): fc.Arbitrary<Quantity> =>
  fc.tuple(left, right, fc.boolean()).map(([a, b, exchanged]) => ({
    condition: { '*': exchanged ? [b.condition, a.condition] : [a.condition, b.condition] },
    decimals: a.decimals + b.decimals,
  }));

const constantFactor: fc.Arbitrary<Quantity> = fc
  .record({ decimals: fc.integer({ min: 0, max: 2 }), scaled: small })
  .map(({ decimals, scaled }) => ({
    condition: natural(scaled, decimals),
    decimals: scaled % 10 === 0 ? 0 : decimals,
  }));

/** Fields of one unit, or of none, which go with every unit. */
const quantitiesOf = ({ numbers }: Stage, unit: string | null): fc.Arbitrary<Quantity> => {
  const fitting = fc.constantFrom(
    ...numbers.filter((field) => field.unit === null || field.unit === unit).map(fieldQuantity),
  );
  const plain = numbers.filter((field) => field.unit === null).map(fieldQuantity);
  const factor = plain.length === 0 ? constantFactor : fc.oneof(constantFactor, fc.constantFrom(...plain));
  const flat = fc.oneof(fitting, sumOf(fitting));
  const product = productOf(flat, factor);
  return fc.oneof(fitting, sumOf(fitting), product, sumOf(fc.oneof(flat, product)));
};

const compareQuantities = (stage: Stage): fc.Arbitrary<Condition> =>
  fc.constantFrom(...stage.numbers.map(({ unit }) => unit)).chain((unit) => {
    const quantity = quantitiesOf(stage, unit);
    return fc.tuple(fc.constantFrom(...comparators), quantity, fc.boolean()).chain(([operator, left, alone]) => {
      const right = alone ? constantFor(left.decimals) : quantity.map(({ condition }) => condition);
      return right.chain((other) => eitherWay(operator, left.condition, other));
    });
  });

const compareConstant = (field: NumberField): fc.Arbitrary<Condition> =>
  fc
    .tuple(fc.constantFrom(...comparators), constantOf(field))
    .chain(([operator, constant]) => eitherWay(operator, variable(field), constant));

const isBetween = (field: NumberField): fc.Arbitrary<Condition> =>
  fc
    .tuple(fc.constantFrom('<', '<='), constantOf(field), constantOf(field))
    .map(([operator, low, high]) => ({ [operator]: [low, variable(field), high] }));

const isAmong = (field: NumberField): fc.Arbitrary<Condition> =>
  fc
    .array(constantOf(field), { minLength: 1, maxLength: 4 })
    .map((constants) => ({ in: [variable(field), constants] }));

const compareChoice = (field: ChoiceField): fc.Arbitrary<Condition> => {
  const value = fc.constantFrom(...field.values);
  const operators = field.ordered ? fc.constantFrom(...comparators) : fc.constantFrom('==', '!=', '===', '!==');
  return fc.oneof(
    fc.tuple(operators, value).chain(([operator, text]) => eitherWay(operator, variable(field), text)),
    fc.array(value, { minLength: 1, maxLength: 3 }).map((texts) => ({ in: [variable(field), texts] })),
  );
};

const compareProbability: fc.Arbitrary<Condition> = fc
  .tuple(fc.constantFrom(...inequalities), fc.constantFrom(...probabilities))
  .chain(([operator, probability]) => eitherWay(operator, { var: 'score.probability' }, probability));

const compareScore: fc.Arbitrary<Condition> = fc
  .record({
    operator: fc.constantFrom(...comparators),
    left: fc.constantFrom('score.microLogits', 'score.lowerMicroLogits', 'score.upperMicroLogits'),
    right: fc.oneof(
      fc.constant({ var: 'score.microLogits' }),
      fc.constantFrom(...probabilities).map((probability) => bracketLogOdds(probability).ceil),
    ),
  })
  .chain(({ operator, left, right }) => eitherWay(operator, { var: left }, right));

const modelTier = scoreFields.filter((field) => field.kind === 'choice');

/** One well-formed comparison, `in` or `known`. */
export const leafOf = (stage: Stage): fc.Arbitrary<Condition> => {
  const number = fc.constantFrom(...stage.numbers);
  return fc.oneof(
    { arbitrary: number.chain(compareConstant), weight: 3 },
    { arbitrary: compareQuantities(stage), weight: 3 },
    { arbitrary: number.chain(isBetween), weight: 1 },
    { arbitrary: number.chain(isAmong), weight: 2 },
    { arbitrary: fc.constantFrom(...stage.choices, ...modelTier).chain(compareChoice), weight: 2 },
    { arbitrary: compareProbability, weight: 1 },
    { arbitrary: compareScore, weight: 1 },
    {
      arbitrary: fc.constantFrom(...stage.vocabulary.values()).map((field) => ({ known: variable(field) })),
      weight: 1,
    },
  );
};

/** A tree of and, or, ! over leaves, `depth` operators high. */
export const treeOf = (leaf: fc.Arbitrary<Condition>, depth: number): fc.Arbitrary<Condition> => {
  const end: fc.Arbitrary<Condition> = fc.oneof({ arbitrary: leaf, weight: 9 }, { arbitrary: fc.boolean(), weight: 1 });
  if (depth === 0) return end;
  const part = treeOf(leaf, depth - 1);
  return fc.oneof(
    end,
    part.map((operand): Condition => ({ '!': operand })),
    part.map((operand): Condition => ({ '!': [operand] })),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(part, { minLength: 1, maxLength: 4 }))
      .map(([operator, operands]): Condition => ({ [operator]: operands })),
  );
};

export const conditionOf = (stage: Stage): fc.Arbitrary<Condition> => treeOf(leafOf(stage), 3);

/** Puts a leaf somewhere inside a tree of well-formed conditions. */
export const plant = (stage: Stage, leaf: Condition): fc.Arbitrary<Condition> => {
  const sibling = treeOf(leafOf(stage), 1);
  const wrapped = (inner: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
    fc.oneof(
      inner,
      inner.map((operand): Condition => ({ '!': operand })),
      fc.tuple(fc.constantFrom('and', 'or'), sibling, inner, fc.boolean()).map(
        ([operator, other, operand, first]): Condition => ({
          [operator]: first ? [operand, other] : [other, operand],
        }),
      ),
    );
  return wrapped(wrapped(fc.constant(leaf)));
};
