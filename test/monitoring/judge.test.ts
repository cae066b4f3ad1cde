import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Demand, judge } from '../../src/monitoring/judge.ts';

const demandOf = (change: Partial<Demand> = {}): Demand => ({
  name: 'auc',
  title: { zh: '区分度', en: 'discrimination' },
  value: 0.75,
  interval: { lower: 0.72, upper: 0.78 },
  limit: 0.7,
  allows: 'least',
  evidence: 'sufficient',
  detectable: 0.04,
  worth: 0.05,
  inapplicable: null,
  ...change,
});
const verdictOf = (change: Partial<Demand>) => judge(demandOf(change)).verdict;

describe('a verdict', () => {
  it.each([
    ['the whole interval is within the limit', {}, 'passed'],
    ['the whole interval is beyond the limit', { limit: 0.8 }, 'failed'],
    ['the interval straddles the limit, and the rows would show what is worth knowing', { limit: 0.74 }, 'passed'],
    ['the interval straddles the limit, and the rows would not', { limit: 0.74, detectable: 0.06 }, 'insufficient'],
    ['the value is beyond the limit, but not surely', { limit: 0.76 }, 'insufficient'],
    ['there is no interval, and the value is beyond the limit', { interval: null, limit: 0.76 }, 'failed'],
    ['there is no interval, and the rows would show enough', { interval: null }, 'passed'],
    ['there is no interval, and the rows would not', { interval: null, detectable: 1 }, 'insufficient'],
    ['there are too few rows', { evidence: 'insufficient' }, 'insufficient'],
    ['there is no value', { value: null, interval: null }, 'insufficient'],
    ['it does not apply', { inapplicable: { zh: '无', en: 'none' } }, 'not_applicable'],
  ] as const)('where %s', (_, change, verdict) => {
    expect(verdictOf(change)).toBe(verdict);
  });

  const number = fc.double({ min: -1, max: 1, noNaN: true });
  const demands = fc
    .record({
      low: number,
      wide: fc.double({ min: 0, max: 1, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      limit: number,
      allows: fc.constantFrom('most' as const, 'least' as const),
      evidence: fc.constantFrom('sufficient' as const, 'insufficient' as const),
      detectable: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    })
    .map(({ low, wide, share, ...rest }) =>
      demandOf({ ...rest, value: low + share * wide, interval: { lower: low, upper: low + wide } }),
    );

  it('passes nothing without evidence, nothing beyond its limit, and nothing that the rows could not show', () => {
    fc.assert(
      fc.property(demands, (demand) => {
        const { verdict } = judge(demand);
        const { value, limit, allows, interval, detectable, worth } = demand;
        const isWithin = (end: number) => (allows === 'most' ? end <= limit : end >= limit);
        if (demand.evidence === 'insufficient') expect(verdict).toBe('insufficient');
        if (verdict !== 'passed') return;
        expect(isWithin(value ?? Number.NaN)).toBe(true);
        const isSure = interval !== null && isWithin(interval.lower) && isWithin(interval.upper);
        expect(isSure || (detectable ?? 2) <= worth).toBe(true);
      }),
    );
  });

  it('fails only what is beyond its limit at both ends', () => {
    fc.assert(
      fc.property(demands, (demand) => {
        if (judge(demand).verdict !== 'failed') return;
        const { limit, allows, interval } = demand;
        const isBeyond = (end: number) => (allows === 'most' ? end > limit : end < limit);
        expect(interval && isBeyond(interval.lower) && isBeyond(interval.upper)).toBe(true);
      }),
    );
  });

  it('says the figure, the limit and what the rows could show, in both languages', () => {
    const { message } = judge(demandOf());
    expect(message.en).toBe('discrimination: 0.7500, at least 0.7000; least change found with 80% power 0.0400');
    expect(message.zh).toBe('区分度：0.7500，要求不低于 0.7000；80% 功效下可检出的最小变化 0.0400');
  });
});
