import type { Override } from '../../src/domain/decision.ts';
import type { Policy, Rule } from '../../src/domain/policy.ts';

export const createRule = (rule: Partial<Rule> = {}): Rule => ({
  id: 'r1',
  when: true,
  atLeast: { tier: 'medium' },
  notify: [],
  message: { zh: '规则', en: 'rule' },
  owner: 'risk',
  from: null,
  to: null,
  ...rule,
});

const limits = { transactionMinor: null, exposureMinor: null };

export const createPolicy = (policy: Partial<Policy> = {}): Policy => ({
  schema: 1,
  name: 'standard',
  version: 'v1',
  title: { zh: '策略', en: 'policy' },
  dictionary: 'dictionary',
  models: { default: 'model', segments: {} },
  tiers: { medium: { enter: 0.1, leave: 0.08 }, high: { enter: 0.3, leave: 0.25 } },
  minimumStayDays: 0,
  actions: { low: 'pass', medium: 'monitor', high: 'review' },
  unscored: { degraded: { tier: 'medium', action: 'review' }, defaulted: { tier: 'high', action: 'restrict' } },
  rules: [],
  limits: { currency: 'CNY', byTier: { low: limits, medium: limits, high: limits } },
  reviewEveryDays: { low: 360, medium: 90, high: 30 },
  from: null,
  to: null,
  ...policy,
});

/** A lowering to low that saw a model tier of high and no hits. */
export const createOverride = (override: Partial<Override> = {}): Override => ({
  id: 'o1',
  kind: 'lower',
  tier: 'low',
  action: null,
  officer: 'officer',
  reason: 'known to the branch',
  until: '2030-01-01T00:00:00.000Z',
  saw: { modelTier: 'high', hits: [] },
  ...override,
});
