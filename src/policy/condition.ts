import type { Condition } from '../domain/policy.ts';
import { createLeaf } from './comparison.ts';
import { type ConditionContext, splitOperation, type Test, type Truth } from './kleene.ts';

/**
 * Parses JSONLogic into a test (DEFINITIONS 5). Operators: `and or ! < <= > >= == != === !== in known`, and in quantities
 * `+ - *`. Whatever is not among them, an unknown field, an operand of the wrong kind or a constant that does not fit
 * its field is refused.
 */
export const parseCondition = (condition: Condition, context: ConditionContext): Test =>
  parse(condition, context, false);

const parse = (condition: Condition, context: ConditionContext, negated: boolean): Test => {
  if (typeof condition === 'boolean') return { kind: 'constant', value: condition !== negated };
  const { operator, operands } = splitOperation(condition, context.refuse);
  if (operator === '!') {
    const [operand] = operands;
    if (operands.length !== 1 || operand === undefined) {
      return context.refuse({ zh: '"!" 需要一个操作数', en: '"!" takes one operand' });
    }
    return parse(operand, context, !negated);
  }
  if (operator === 'and' || operator === 'or') {
    if (operands.length === 0) {
      return context.refuse({ zh: `"${operator}" 没有操作数`, en: `"${operator}" has no operands` });
    }
    const kind = (operator === 'and') === negated ? 'any' : 'all';
    return { kind, parts: operands.map((operand) => parse(operand, context, negated)) };
  }
  const leaf = createLeaf(operator, operands, context);
  return negated ? negate(leaf) : leaf;
};

const negate = (test: Test): Test => {
  if (test.kind === 'constant') return { kind: 'constant', value: !test.value };
  if (test.kind === 'leaf') return { ...test, holds: (facts) => not(test.holds(facts)) };
  return { kind: test.kind === 'all' ? 'any' : 'all', parts: test.parts.map(negate) };
};

const not = (truth: Truth): Truth => (truth === null ? null : !truth);
