import { toProbability } from '../arithmetic.ts';
import type { NearestRule, NotEvaluable, RuleHit } from '../domain/decision.ts';
import type { Policy, Rule } from '../domain/policy.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { parseCondition } from './condition.ts';
import { isInForce } from './in-force.ts';
import { countToTurn, evaluate, leavesOf, type Test } from './kleene.ts';
import type { Facts, Field, Vocabulary } from './vocabulary.ts';

/** A rule with its condition checked against the fields there are. */
export interface CompiledRule {
  readonly rule: Rule;
  /** What it asks for where it fires. */
  readonly raises: Pick<RuleHit, 'id' | 'tier' | 'action'>;
  readonly test: Test;
  /** Every field the condition looks at, each once. */
  readonly fields: readonly Field[];
}

/**
 * Checks and compiles a policy's rules, ordered by id so that their order in the file never matters.
 * @throws bad_policy, naming the rule: unknown field, wrong kind of operand, constant that does not fit, contradictory dates
 */
export const compileRules = (policy: Policy, vocabulary: Vocabulary): CompiledRule[] =>
  [...policy.rules].sort((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => compileRule(policy, rule, vocabulary));

const compileRule = (policy: Policy, rule: Rule, vocabulary: Vocabulary): CompiledRule => {
  const refuse = (problem: Text): never => {
    throw appError('bad_policy', { policy: `${policy.name} ${policy.version}`, rule: rule.id, problem });
  };
  if (rule.from !== null && rule.to !== null && rule.to <= rule.from) {
    return refuse({
      zh: `有效期从 ${rule.from} 到 ${rule.to}，不含任何一天`,
      en: `it would hold from ${rule.from} until ${rule.to}, which is no day at all`,
    });
  }
  const test = parseCondition(rule.when, { vocabulary, refuse });
  const raises = { action: rule.atLeast.action ?? null, id: rule.id, tier: rule.atLeast.tier ?? null };
  return { rule, raises, test, fields: [...new Set(leavesOf(test).flatMap((leaf) => leaf.fields))] };
};

/** The features that a policy's conditions name, without the prefix. */
export const namedFeatures = (policy: Policy): string[] => listNamed(policy, 'features.');

/** The kinds of signals that a policy's conditions name. */
export const namedSignals = (policy: Policy): string[] => listNamed(policy, 'signals.');

const listNamed = (policy: Policy, prefix: string): string[] => {
  const names = new Set<string>();
  const walk = (condition: unknown): void => {
    if (condition === null || typeof condition !== 'object') return;
    const name = 'var' in condition ? [condition.var].flat()[0] : undefined;
    if (typeof name === 'string' && name.startsWith(prefix)) names.add(name.slice(prefix.length));
    for (const part of Object.values(condition)) walk(part);
  };
  for (const { when } of policy.rules) walk(when);
  return [...names].sort();
};

/** The rules in force on a civil day; `from` and `to` are half-open. */
export const rulesInForce = (rules: readonly CompiledRule[], day: string): CompiledRule[] =>
  rules.filter(({ rule }) => isInForce(rule, day));

/** The rules that fire on the facts, and nothing more: what scoring a file needs. */
export const fireRules = (rules: readonly CompiledRule[], facts: Facts): CompiledRule['raises'][] => {
  const fired: CompiledRule['raises'][] = [];
  for (const { test, raises } of rules) if (evaluate(test, facts) === true) fired.push(raises);
  return fired;
};

/** Which rules fired, which could not be judged, and which stayed silent. */
export interface RuleOutcome {
  readonly hits: RuleHit[];
  readonly notEvaluable: NotEvaluable[];
  readonly silent: CompiledRule[];
}

/** Evaluates rules on the facts: a rule fires on true only; what is unknown is listed, never fired in silence. */
export const evaluateRules = (rules: readonly CompiledRule[], facts: Facts): RuleOutcome => {
  const outcome: RuleOutcome = { hits: [], notEvaluable: [], silent: [] };
  for (const compiled of rules) {
    const truth = evaluate(compiled.test, facts);
    if (truth === true) outcome.hits.push(toHit(compiled, facts));
    else if (truth === false) outcome.silent.push(compiled);
    else outcome.notEvaluable.push({ id: compiled.rule.id, unknown: unknownFields(compiled, facts) });
  }
  return outcome;
};

const unknownFields = ({ test }: CompiledRule, facts: Facts): string[] => [
  ...new Set(
    leavesOf(test)
      .filter((leaf) => leaf.holds(facts) === null)
      .flatMap((leaf) => leaf.fields.map(({ name }) => name)),
  ),
];

const toHit = (compiled: CompiledRule, facts: Facts): RuleHit => ({
  action: compiled.raises.action,
  id: compiled.raises.id,
  notify: compiled.rule.notify,
  seen: seeFields(compiled, facts),
  tier: compiled.raises.tier,
});

/** The values a rule saw: numbers in their natural unit, categories as text. */
const seeFields = ({ fields }: CompiledRule, facts: Facts): RuleHit['seen'] =>
  fields.map((field) => ({ field: field.name, value: seeField(field, facts) }));

const seeField = (field: Field, facts: Facts): number | string | null => {
  const value = field.read(facts);
  if (Number.isNaN(value)) return null;
  if (field.kind === 'choice') return field.values[value] ?? null;
  return field.kind === 'probability' ? toProbability(value) : value / 10 ** field.decimals;
};

/**
 * The nearest rule not fired: among silent rules that would change the outcome, the one that needs the fewest
 * comparisons to turn, ties by id.
 */
export const findNearest = (
  silent: readonly CompiledRule[],
  facts: Facts,
  wouldChange: (raises: CompiledRule['raises']) => boolean,
): NearestRule | null => {
  let nearest: CompiledRule | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const compiled of silent) {
    const comparisons = countToTurn(compiled.test, facts);
    if (comparisons >= fewest || !wouldChange(compiled.raises)) continue;
    nearest = compiled;
    fewest = comparisons;
  }
  return nearest && { comparisons: fewest, id: nearest.rule.id, seen: seeFields(nearest, facts) };
};
