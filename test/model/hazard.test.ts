import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHazardSealed, sealHazard, toChances, toCurve, toPeriods } from '../../src/model/hazard.ts';
import { createHazard } from '../factories/hazard.ts';
import { at } from '../reference/exact.ts';
import { slowPd } from '../reference/hazard.ts';
import { faultOf } from '../support/fault.ts';

/** Up to 30 in log-odds: what a probability can be told from 0 and 1 at. */
const score = fc.integer({ min: -30_000_000, max: 30_000_000 });
const scores = fc.record({ default: score, payoff: score });
const anyScores = fc.array(scores, { minLength: 1, maxLength: 40 });
const wildScore = fc.integer({ min: -2_000_000_000, max: 2_000_000_000 });

describe('the chances of a period', () => {
  it('leave some to surviving: default and payoff stay below 1 together', () => {
    fc.assert(
      fc.property(scores, (drawn) => {
        const chances = toChances(drawn);
        expect(chances.default).toBeGreaterThan(0);
        expect(chances.payoff).toBeGreaterThan(0);
        expect(chances.default + chances.payoff).toBeLessThan(1);
        expect(chances.default + chances.payoff + chances.survival).toBeCloseTo(1, 12);
      }),
    );
  });

  it('are numbers from 0 to 1 whatever the scores', () => {
    fc.assert(
      fc.property(wildScore, wildScore, (bad, payoff) => {
        const chances = toChances({ default: bad, payoff });
        for (const chance of Object.values(chances)) expect(chance >= 0 && chance <= 1).toBe(true);
      }),
    );
  });

  it('have the odds that the scores say, each against surviving', () => {
    fc.assert(
      fc.property(scores, (drawn) => {
        const chances = toChances(drawn);
        expect(1e6 * Math.log(chances.default / chances.survival)).toBeCloseTo(drawn.default, 4);
        expect(1e6 * Math.log(chances.payoff / chances.survival)).toBeCloseTo(drawn.payoff, 4);
      }),
    );
  });
});

describe('the curve', () => {
  it('is that of the slow reference, at every period', () => {
    fc.assert(
      fc.property(anyScores, (drawn) => {
        for (const [place, { until }] of toCurve(drawn).entries()) {
          expect(until.default).toBeCloseTo(slowPd(drawn, place + 1), 12);
          expect(until.default + until.payoff + until.survival).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('starts at the first hazard, never falls and never passes 1', () => {
    fc.assert(
      fc.property(anyScores, (drawn) => {
        const curve = toCurve(drawn);
        expect(at(curve, 0).until.default).toBe(toChances(at(drawn, 0)).default);
        for (const [place, { until }] of curve.entries()) {
          expect(until.default).toBeLessThanOrEqual(1);
          if (place > 0) expect(until.default).toBeGreaterThanOrEqual(at(curve, place - 1).until.default);
        }
      }),
    );
  });

  it('rises at every later horizon where a score of default is raised, and falls where one of payoff is', () => {
    fc.assert(
      fc.property(anyScores, fc.nat(39), fc.integer({ min: 1, max: 10_000_000 }), (drawn, place, more) => {
        const raise = (part: 'default' | 'payoff') =>
          toCurve(drawn.map((each, period) => (period === place ? { ...each, [part]: each[part] + more } : each)));
        const [plain, riskier, safer] = [toCurve(drawn), raise('default'), raise('payoff')];
        for (const [period, { until }] of plain.entries()) {
          expect(at(riskier, period).until.default).toBeGreaterThanOrEqual(until.default - 1e-12);
          expect(at(safer, period).until.default).toBeLessThanOrEqual(until.default + 1e-12);
        }
      }),
    );
  });
});

describe('a horizon', () => {
  const hazard = createHazard({ period: { column: 'age', days: 30 }, horizons: [1, 3, 6, 12] });

  it.each([30, 90, 180, 360])('of %i days is whole periods of 30 days', (days) => {
    expect(toPeriods(hazard, days)).toBe(days / 30);
  });

  it.each([0, -30, 45, 30.5, 390, Number.NaN])('of %d days is refused by what it would have to be', async (days) => {
    const fault = await faultOf(() => toPeriods(hazard, days));
    expect(fault.code).toBe('horizon_unfit');
    expect(fault.detail('en')).toContain('periods of 30 days, whole ones only, up to 360 days');
  });

  it('of 30 days is refused where a period is a quarter', async () => {
    const quarters = createHazard({ period: { column: 'age', days: 90 }, horizons: [1, 2, 4] });
    expect((await faultOf(() => toPeriods(quarters, 30))).code).toBe('horizon_unfit');
    expect(toPeriods(quarters, 360)).toBe(4);
  });
});

describe('a hazard', () => {
  it('is closed by its fingerprint', () => {
    const { fingerprint: _, ...content } = createHazard();
    const sealed = sealHazard(content);
    expect(isHazardSealed(sealed)).toBe(true);
    expect(isHazardSealed({ ...sealed, horizons: [1, 2, 5] })).toBe(false);
  });
});
