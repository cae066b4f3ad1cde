import type { Condition } from '../domain/policy.ts';
import type { Text } from '../domain/text.ts';
import type { Facts, Field, Vocabulary } from './vocabulary.ts';

/** Kleene's three values: null = unknown. */
export type Truth = boolean | null;

/** One comparison, and the fields it looks at. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly fields: readonly Field[];
  readonly holds: (facts: Facts) => Truth;
}

/** A checked condition; negation has been pushed inward to the leaves. */
export type Test =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Test[] }
  | { readonly kind: 'constant'; readonly value: boolean }
  | Leaf;

/** Refuses a condition, saying why. */
export type Refuse = (problem: Text) => never;

/** What parsing a condition needs to know. */
export interface ConditionContext {
  readonly vocabulary: Vocabulary;
  readonly refuse: Refuse;
}

/** The single operator of a JSONLogic object and its operands as a list. */
export const splitOperation = (
  condition: Condition,
  refuse: Refuse,
): { operator: string; operands: readonly Condition[] } => {
  if (condition === null || typeof condition !== 'object' || Array.isArray(condition)) {
    const shown = JSON.stringify(condition);
    return refuse({ zh: `应为条件的位置是 ${shown}`, en: `${shown} stands where a condition must` });
  }
  const entries = Object.entries(condition);
  const [entry] = entries;
  if (entries.length !== 1 || !entry) {
    return refuse({ zh: '一个运算只能有一个运算符', en: 'an operation has exactly one operator' });
  }
  const [operator, operands] = entry;
  return { operator, operands: Array.isArray(operands) ? operands : [operands as Condition] };
};

/** Evaluates a test: `all` and `any` in Kleene's logic. */
export const evaluate = (test: Test, facts: Facts): Truth => {
  if (test.kind === 'leaf') return test.holds(facts);
  if (test.kind === 'constant') return test.value;
  const decisive = test.kind === 'any';
  let truth: Truth = !decisive;
  for (const part of test.parts) {
    const value = evaluate(part, facts);
    if (value === decisive) return decisive;
    if (value === null) truth = null;
  }
  return truth;
};

/** The leaves of a test, in the order they are written. */
export const leavesOf = (test: Test): readonly Leaf[] => {
  if (test.kind === 'leaf') return [test];
  return test.kind === 'constant' ? [] : test.parts.flatMap(leavesOf);
};

/**
 * How few comparisons would have to turn for the test to hold (and: sum, or: minimum); Infinity where none can make it
 * hold. An unknown comparison counts as one to turn.
 */
export const countToTurn = (test: Test, facts: Facts): number => {
  if (test.kind === 'leaf') return test.holds(facts) === true ? 0 : 1;
  if (test.kind === 'constant') return test.value ? 0 : Number.POSITIVE_INFINITY;
  const counts = test.parts.map((part) => countToTurn(part, facts));
  return test.kind === 'all' ? counts.reduce((sum, count) => sum + count, 0) : Math.min(...counts);
};
