import { INTEGER_LIMIT, toLogOdds, toScaled } from '../arithmetic.ts';
import type { Condition } from '../domain/policy.ts';
import { type ConditionContext, evaluate, splitOperation, type Test, type Truth } from './kleene.ts';
import { refusals } from './refusals.ts';
import type { ChoiceField, Facts, Field, NumberField, ProbabilityField } from './vocabulary.ts';

const comparators = {
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
  '==': (left: number, right: number) => left === right,
  '!=': (left: number, right: number) => left !== right,
} as const;
type Comparator = keyof typeof comparators;

const mirrored: Record<Comparator, Comparator> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' };
const spellings: Record<string, Comparator> = { '===': '==', '!==': '!=' };

type Constant = number | string;

/** A number that a condition compares: a field, a constant or arithmetic over them. */
interface Quantity {
  readonly decimals: number;
  readonly unit: string | null;
  readonly fields: readonly Field[];
  /** The scaled integer for comparing; NaN = not known. */
  readonly read: (facts: Facts) => number;
  /** The scaled integer for arithmetic: a special code stands for what it counts as. */
  readonly count: (facts: Facts) => number;
}

/** Builds the leaf of a comparison, `in` or `known`. */
export const createLeaf = (operator: string, operands: readonly Condition[], context: ConditionContext): Test => {
  if (operator === 'known') return createKnown(operands, context);
  if (operator === 'in') return createIn(operands, context);
  const comparator = spellings[operator] ?? operator;
  if (!isComparator(comparator)) return context.refuse(refusals.noOperator(operator));
  if (operands.length === 3 && (comparator === '<' || comparator === '<=')) {
    const [low, middle, high] = operands as readonly [Condition, Condition, Condition];
    return {
      kind: 'all',
      parts: [
        createComparison(comparator, [low, middle], context),
        createComparison(comparator, [middle, high], context),
      ],
    };
  }
  const [left, right] = operands;
  if (left === undefined || right === undefined || operands.length !== 2)
    return context.refuse(refusals.twoOperands(operator));
  return createComparison(comparator, [left, right], context);
};

const isComparator = (operator: string): operator is Comparator => Object.hasOwn(comparators, operator);

const createComparison = (
  comparator: Comparator,
  [left, right]: readonly [Condition, Condition],
  context: ConditionContext,
): Test => {
  if (isConstant(left) && isConstant(right)) return context.refuse(refusals.twoConstants);
  if (isConstant(left)) return createComparison(mirrored[comparator], [right, left], context);
  const field = readField(left, context);
  if (field?.kind === 'choice') return compareChoice(comparator, field, right, context);
  if (field?.kind === 'probability') return compareProbability(comparator, field, right, context);
  if (field && isConstant(right)) {
    const code = codeValue(field, right);
    if (code !== null && (comparator === '==' || comparator === '!=')) return compareCode(comparator, field, code);
  }
  return compareQuantities(comparator, left, right, context);
};

const isConstant = (condition: Condition): condition is Constant =>
  typeof condition === 'number' || typeof condition === 'string';

/** The field a `{"var": name}` names; null for anything else. */
const readField = (condition: Condition, { vocabulary, refuse }: ConditionContext): Field | null => {
  if (condition === null || typeof condition !== 'object' || !('var' in condition)) return null;
  const { operands } = splitOperation(condition, refuse);
  const [name] = operands;
  if (typeof name !== 'string' || operands.length !== 1) return refuse(refusals.badVariable);
  return vocabulary.get(name) ?? refuse(refusals.noField(name));
};

const compareChoice = (
  comparator: Comparator,
  field: ChoiceField,
  right: Condition,
  { refuse }: ConditionContext,
): Test => {
  if (!field.ordered && comparator !== '==' && comparator !== '!=') return refuse(refusals.noOrder(field.name));
  const wanted = choiceIndex(field, right, refuse);
  const compare = comparators[comparator];
  return {
    kind: 'leaf',
    fields: [field],
    holds: (facts) => ifKnown(field.read(facts), (value) => compare(value, wanted)),
  };
};

const choiceIndex = (field: ChoiceField, constant: Condition, refuse: ConditionContext['refuse']): number => {
  const index = typeof constant === 'string' ? field.values.indexOf(constant) : -1;
  return index >= 0 ? index : refuse(refusals.noValue(JSON.stringify(constant), field.name));
};

const compareProbability = (
  comparator: Comparator,
  field: ProbabilityField,
  right: Condition,
  { refuse }: ConditionContext,
): Test => {
  if (typeof right !== 'number' || comparator === '==' || comparator === '!=') {
    return refuse(refusals.onlyOrdered(field.name));
  }
  if (right <= 0 || right >= 1) return refuse(refusals.noProbability(field.name, right));
  const logOdds = toLogOdds(right);
  const cutOff = comparator === '>=' || comparator === '<' ? Math.ceil(logOdds) : Math.floor(logOdds);
  const compare = comparators[comparator];
  return {
    kind: 'leaf',
    fields: [field],
    holds: (facts) => ifKnown(field.read(facts), (score) => compare(score, cutOff)),
  };
};

const ifKnown = (value: number, test: (value: number) => boolean): Truth => (Number.isNaN(value) ? null : test(value));

/** The scaled special code a constant names; null where it names none. */
const codeValue = (field: NumberField, constant: Constant): number | null => {
  if (typeof constant !== 'number') return null;
  if ((decimalsOf(constant) ?? MOST_DECIMALS) > field.decimals) return null;
  const scaled = toScaled(constant, field.decimals);
  return field.codes.some((code) => code.value === scaled) ? scaled : null;
};

const compareCode = (comparator: '==' | '!=', field: NumberField, code: number): Test => {
  const compare = comparators[comparator];
  return {
    kind: 'leaf',
    fields: [field],
    holds: (facts) => ifKnown(field.read(facts), (value) => compare(value, code)),
  };
};

const compareQuantities = (
  comparator: Comparator,
  left: Condition,
  right: Condition,
  context: ConditionContext,
): Test => {
  const a = readQuantity(left, null, context);
  const b = readQuantity(right, a, context);
  if (a.unit !== null && b.unit !== null && a.unit !== b.unit) {
    return context.refuse(refusals.unitsCompared(a.unit, b.unit));
  }
  const decimals = Math.max(a.decimals, b.decimals);
  const [leftFactor, rightFactor] = [10 ** (decimals - a.decimals), 10 ** (decimals - b.decimals)];
  const compare = comparators[comparator];
  return {
    kind: 'leaf',
    fields: [...a.fields, ...b.fields],
    holds: (facts) => {
      const x = bound(a.read(facts) * leftFactor);
      const y = bound(b.read(facts) * rightFactor);
      return Number.isNaN(x) || Number.isNaN(y) ? null : compare(x, y);
    },
  };
};

/** An integer at or above 2^53 is not exact, hence not known. */
const bound = (value: number): number => (Math.abs(value) < INTEGER_LIMIT ? value : Number.NaN);

/** Parses a quantity; a constant takes the scale of what it is compared with or added to, and is refused if finer. */
const readQuantity = (condition: Condition, beside: Quantity | null, context: ConditionContext): Quantity => {
  if (typeof condition === 'number') return constantQuantity(condition, beside?.decimals ?? null, context);
  const field = readField(condition, context);
  if (field?.kind === 'number') return fieldQuantity(field);
  if (field) return context.refuse(refusals.noNumber(field.name));
  const { operator, operands } = splitOperation(condition, context.refuse);
  if (operator === '*') return multiply(operands, context);
  if (operator === '+' || operator === '-') return addUp(operator, operands, context);
  return context.refuse(refusals.notArithmetic(operator));
};

/** Finest constant a condition may name. */
const MOST_DECIMALS = 15;

/** How many decimals a constant needs; null where they are more than a condition may name. */
const decimalsOf = (value: number): number | null => {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    if (Number(`${toScaled(value, decimals)}e-${decimals}`) === value) return decimals;
  }
  return null;
};

const constantQuantity = (value: number, decimals: number | null, { refuse }: ConditionContext): Quantity => {
  const own = decimalsOf(value);
  if (own === null) return refuse(refusals.tooFine(value));
  if (decimals !== null && own > decimals) return refuse(refusals.finerThanField(value, decimals));
  const scaled = toScaled(value, decimals ?? own);
  if (!(Math.abs(scaled) < INTEGER_LIMIT)) return refuse(refusals.tooLarge(value));
  return { decimals: decimals ?? own, unit: null, fields: [], read: () => scaled, count: () => scaled };
};

const fieldQuantity = (field: NumberField): Quantity => {
  const { decimals, unit, codes, read } = field;
  const whole = { decimals, unit, fields: [field] };
  if (codes.length === 0) return { ...whole, read, count: read };
  const ordered = new Map(codes.map((code) => [code.value, code.orderedAs ?? code.countsAs ?? Number.NaN]));
  const counted = new Map(codes.map((code) => [code.value, code.countsAs ?? Number.NaN]));
  const through = (meaning: ReadonlyMap<number, number>) => (facts: Facts) => {
    const value = read(facts);
    return meaning.get(value) ?? value;
  };
  return { ...whole, read: through(ordered), count: through(counted) };
};

const addUp = (operator: '+' | '-', operands: readonly Condition[], context: ConditionContext): Quantity => {
  const fields = operands
    .filter((operand) => !isConstant(operand))
    .map((operand) => readQuantity(operand, null, context));
  const [leading] = fields;
  if (!leading || operands.length < 2) return context.refuse(refusals.needsField(operator));
  const decimals = Math.max(...fields.map((quantity) => quantity.decimals));
  const beside = { ...leading, decimals };
  const parts = operands.map((operand) => readQuantity(operand, beside, context));
  const units = new Set(parts.flatMap(({ unit }) => (unit === null ? [] : [unit])));
  if (units.size > 1) return context.refuse(refusals.unitsAdded([...units]));
  const sign = operator === '+' ? 1 : -1;
  const read = (facts: Facts) =>
    parts.reduce(
      (sum, { count, decimals: own }, index) =>
        bound(sum + (index === 0 ? 1 : sign) * count(facts) * 10 ** (decimals - own)),
      0,
    );
  return { decimals, unit: [...units][0] ?? null, fields: parts.flatMap((part) => part.fields), read, count: read };
};

const multiply = (operands: readonly Condition[], context: ConditionContext): Quantity => {
  const parts = operands.map((operand) => readQuantity(operand, null, context));
  const units = parts.flatMap(({ unit }) => (unit === null ? [] : [unit]));
  if (parts.length < 2 || units.length > 1) return context.refuse(refusals.unitsMultiplied);
  const read = (facts: Facts) => parts.reduce((product, { count }) => bound(product * count(facts)), 1);
  return {
    decimals: parts.reduce((sum, part) => sum + part.decimals, 0),
    unit: units[0] ?? null,
    fields: parts.flatMap((part) => part.fields),
    read,
    count: read,
  };
};

const createKnown = (operands: readonly Condition[], context: ConditionContext): Test => {
  const [operand] = operands;
  const field = operand === undefined || operands.length !== 1 ? null : readField(operand, context);
  if (!field) return context.refuse(refusals.oneField);
  return { kind: 'leaf', fields: [field], holds: (facts) => !Number.isNaN(field.read(facts)) };
};

const createIn = (operands: readonly Condition[], context: ConditionContext): Test => {
  const [needle, list] = operands;
  const field = needle === undefined ? null : readField(needle, context);
  if (!field || field.kind === 'probability' || !Array.isArray(list) || operands.length !== 2 || list.length === 0) {
    return context.refuse(refusals.fieldAndList);
  }
  const parts = (list as readonly Condition[]).map((constant) => {
    if (!isConstant(constant)) return context.refuse(refusals.constantsOnly);
    return createComparison('==', [needle as Condition, constant], context);
  });
  const any: Test = { kind: 'any', parts };
  return { kind: 'leaf', fields: [field], holds: (facts) => evaluate(any, facts) };
};
