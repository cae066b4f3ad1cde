import type { Condition } from '../../src/domain/policy.ts';
import type { ChoiceField, Facts, Field, NumberField, Vocabulary } from '../../src/policy/vocabulary.ts';
import { absolute, at, type Decimal, decimalOf } from './exact.ts';
import { bracketLogOdds } from './log-odds.ts';

/** Kleene's three values; null = unknown. */
export type Truth = boolean | null;

export interface World {
  readonly vocabulary: Vocabulary;
  readonly facts: Facts;
}

const LIMIT = 2n ** 53n;

/** An operation's operator and operands. */
const open = (condition: Condition): { operator: string; operands: readonly Condition[] } => {
  if (condition === null || typeof condition !== 'object' || Array.isArray(condition)) {
    throw new Error(`${JSON.stringify(condition)} is no operation`);
  }
  const [operator = '', operands] = at(Object.entries(condition), 0);
  return { operator, operands: Array.isArray(operands) ? operands : [operands] };
};

const fieldOf = (condition: Condition, { vocabulary }: World): Field | null => {
  if (condition === null || typeof condition !== 'object' || !('var' in condition)) return null;
  const name = at(open(condition).operands, 0);
  return vocabulary.get(String(name)) ?? null;
};

const not = (truth: Truth): Truth => (truth === null ? null : !truth);

/** and(false, unknown) = false: one false decides; then one unknown; only then true. */
const every = (truths: readonly Truth[]): Truth => {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
};

const some = (truths: readonly Truth[]): Truth => not(every(truths.map(not)));

/** The truth of a well-formed condition (DEFINITIONS 5). */
export const judge = (condition: Condition, world: World): Truth => {
  if (typeof condition === 'boolean') return condition;
  const { operator, operands } = open(condition);
  if (operator === '!') return not(judge(at(operands, 0), world));
  if (operator === 'and') return every(operands.map((operand) => judge(operand, world)));
  if (operator === 'or') return some(operands.map((operand) => judge(operand, world)));
  if (operator === 'known') return isKnown(at(operands, 0), world);
  if (operator === 'in') {
    const [field, list] = [at(operands, 0), at(operands, 1)];
    return some((list as readonly Condition[]).map((constant) => compare('==', [field, constant], world)));
  }
  const pairs = operands.slice(1).map((right, place): [Condition, Condition] => [at(operands, place), right]);
  return every(pairs.map((pair) => compare(operator, pair, world)));
};

const isKnown = (condition: Condition, world: World): boolean => {
  const field = fieldOf(condition, world);
  if (!field) throw new Error('known asks about a field');
  return !Number.isNaN(field.read(world.facts));
};

/** Whether left stands to right as the operator says; `order` -1, 0 or 1 as left is below, equal or above. */
export const stands = (operator: string, order: number): boolean => {
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  if (operator === '==' || operator === '===') return order === 0;
  if (operator === '!=' || operator === '!==') return order !== 0;
  throw new Error(`there is no operator ${operator}`);
};

export const orderOf = (left: bigint, right: bigint): number => (left < right ? -1 : Number(left > right));

const compare = (operator: string, [left, right]: readonly [Condition, Condition], world: World): Truth => {
  const [a, b] = [fieldOf(left, world), fieldOf(right, world)];
  const whole = (order: number | null): Truth => (order === null ? null : stands(operator, order));
  const turned = (order: number | null): Truth => (order === null ? null : stands(operator, -order));
  if (a?.kind === 'choice') return whole(orderOfChoice(a, right, world));
  if (b?.kind === 'choice') return turned(orderOfChoice(b, left, world));
  if (a?.kind === 'probability' && typeof right === 'number') return whole(orderOfProbability(a, right, world));
  if (b?.kind === 'probability' && typeof left === 'number') return turned(orderOfProbability(b, left, world));
  if (a?.kind === 'number' && isEquality(operator) && namesCode(a, right)) return whole(orderOfCode(a, right, world));
  if (b?.kind === 'number' && isEquality(operator) && namesCode(b, left)) return turned(orderOfCode(b, left, world));
  const [x, y] = [weigh(left, world, 'place'), weigh(right, world, 'place')];
  if (x.value === null || y.value === null) return null;
  const decimals = Math.max(x.decimals, y.decimals);
  const [p, q] = [toScale(x.value, decimals - x.decimals), toScale(y.value, decimals - y.decimals)];
  return p === null || q === null ? null : stands(operator, orderOf(p, q));
};

const isEquality = (operator: string): boolean => ['==', '!=', '===', '!=='].includes(operator);

/** A text against another of the same field; a text that is not among them equals none. */
const orderOfChoice = (field: ChoiceField, constant: Condition, { facts }: World): number | null => {
  const read = field.read(facts);
  return Number.isNaN(read) ? null : read - field.values.indexOf(String(constant));
};

/** Score against the exact log-odds of p, which lie strictly between two integers (but for p = 1/2, which is one). */
const orderOfProbability = (field: Field, probability: number, { facts }: World): number | null => {
  const score = field.read(facts);
  if (Number.isNaN(score)) return null;
  const { floor, ceil } = bracketLogOdds(probability);
  if (score <= floor) return score === ceil ? 0 : -1;
  return 1;
};

const isSame = (left: Decimal, right: Decimal): boolean =>
  left.digits * 10n ** BigInt(right.decimals) === right.digits * 10n ** BigInt(left.decimals);

const codeNamed = ({ codes, decimals }: NumberField, constant: Condition) =>
  typeof constant === 'number'
    ? codes.find(({ value }) => isSame({ digits: BigInt(value), decimals }, decimalOf(constant)))
    : undefined;

const namesCode = (field: NumberField, constant: Condition): boolean => codeNamed(field, constant) !== undefined;

/** Asked whether it is a special code, every known value has an answer. */
const orderOfCode = (field: NumberField, constant: Condition, { facts }: World): number | null => {
  const read = field.read(facts);
  if (Number.isNaN(read)) return null;
  return read === codeNamed(field, constant)?.value ? 0 : 1;
};

/** An exact number of so many decimals; null = unknown. */
interface Weight {
  readonly value: bigint | null;
  readonly decimals: number;
}

/** What reaches 2^53 is unknown. */
const bounded = (value: bigint): bigint | null => (absolute(value) < LIMIT ? value : null);

const toScale = (value: bigint, more: number): bigint | null => bounded(value * 10n ** BigInt(more));

/** A quantity's exact value. In a comparison a code takes its `place`; in arithmetic it counts as what it `stands` for. */
const weigh = (condition: Condition, world: World, reading: 'place' | 'stands'): Weight => {
  if (typeof condition === 'number') {
    const { digits, decimals } = decimalOf(condition);
    return { value: digits, decimals };
  }
  const field = fieldOf(condition, world);
  if (field?.kind === 'number') return { value: readNumber(field, world.facts, reading), decimals: field.decimals };
  const { operator, operands } = open(condition);
  const weights = operands.map((operand) => weigh(operand, world, 'stands'));
  if (operator === '*') return multiply(weights);
  return addUp(operator === '+' ? 1n : -1n, weights);
};

const readNumber = ({ codes, read }: NumberField, facts: Facts, reading: 'place' | 'stands'): bigint | null => {
  const raw = read(facts);
  if (Number.isNaN(raw)) return null;
  const code = codes.find(({ value }) => value === raw);
  if (!code) return BigInt(raw);
  const meant = reading === 'place' ? (code.orderedAs ?? code.countsAs) : code.countsAs;
  return meant === null ? null : BigInt(meant);
};

const multiply = (weights: readonly Weight[]): Weight =>
  weights.reduce((product, weight) => ({
    value: product.value === null || weight.value === null ? null : bounded(product.value * weight.value),
    decimals: product.decimals + weight.decimals,
  }));

const addUp = (sign: bigint, weights: readonly Weight[]): Weight => {
  const decimals = Math.max(...weights.map((weight) => weight.decimals));
  const [first, ...others] = weights.map(({ value, decimals: own }) =>
    value === null ? null : toScale(value, decimals - own),
  );
  const sum = others.reduce<bigint | null>(
    (so, value) => (so === null || value === null ? null : bounded(so + sign * value)),
    first ?? null,
  );
  return { value: sum, decimals };
};

/** Fewest comparisons to turn until the condition (or, `wanted` false, its negation) holds: and sum, or minimum. */
export const fewestTurns = (condition: Condition, world: World, wanted = true): number => {
  if (typeof condition === 'boolean') return condition === wanted ? 0 : Number.POSITIVE_INFINITY;
  const { operator, operands } = open(condition);
  if (operator === '!') return fewestTurns(at(operands, 0), world, !wanted);
  const turns = (parts: readonly Condition[], all: boolean): number => {
    const counts = parts.map((part) => fewestTurns(part, world, wanted));
    return all ? counts.reduce((sum, count) => sum + count, 0) : Math.min(...counts);
  };
  if (operator === 'and') return turns(operands, wanted);
  if (operator === 'or') return turns(operands, !wanted);
  if (operands.length === 3) {
    const [low, middle, high] = [at(operands, 0), at(operands, 1), at(operands, 2)];
    return turns([{ [operator]: [low, middle] }, { [operator]: [middle, high] }], wanted);
  }
  return judge(condition, world) === wanted ? 0 : 1;
};
