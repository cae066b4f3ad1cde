import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toProbability } from '../../src/arithmetic.ts';
import { AdjustmentEffect } from '../../src/domain/adjustment.ts';
import { measureAdjustment } from '../../src/explanation/adjustment-effect.ts';
import { drawEffect, summariseEffects } from '../../src/explanation/adjustment-words.ts';
import type { ComparedRows } from '../../src/explanation/comparison/compared-rows.ts';
import { auc } from '../../src/metrics/discrimination.ts';
import { createRandom } from '../support/random.ts';

interface Row {
  readonly score: number;
  readonly added: number;
  readonly label: number;
  readonly group: string;
}

const CUT = 0;
const tierAt = (score: number): number => (score >= CUT ? 1 : 0);

const compare = (rows: readonly Row[]): ComparedRows => {
  const side = (scores: readonly number[]) => ({
    microLogits: Float64Array.from(scores),
    bins: new Uint16Array(),
    tiers: Uint8Array.from(scores, tierAt),
    actions: new Uint8Array(scores.length),
  });
  const names = [...new Set(rows.map(({ group }) => group))];
  return {
    a: side(rows.map(({ score }) => score)),
    b: side(rows.map(({ score, added }) => score + added)),
    numbers: Uint32Array.from(rows, (_, row) => row + 1),
    labels: Uint8Array.from(rows, ({ label }) => label),
    customers: null,
    ids: null,
    groups: [
      {
        ...{ name: 'sex', label: { zh: '性别', en: 'Sex' }, protected: true },
        segments: names.map((name) => ({ zh: name, en: name })),
        of: Uint16Array.from(rows, ({ group }) => names.indexOf(group)),
      },
    ],
  };
};

const measure = async (rows: readonly Row[]): Promise<AdjustmentEffect> => {
  const { whole } = createRandom(1);
  const plan = {
    replicates: 20,
    random: (most: number) => whole(0, most),
    pause: async () => undefined,
  };
  return AdjustmentEffect.parse({
    source: { kind: 'decisions', until: '2026-06-01T00:00:00Z' },
    policy: { name: 'p', version: '1', fingerprint: 'f'.repeat(64) },
    ...(await measureAdjustment(compare(rows), plan)),
  });
};

const rowOf = fc.record({
  score: fc.integer({ min: -3_000_000, max: 3_000_000 }),
  added: fc.constantFrom(0, 0, 700_000, -400_000),
  label: fc.integer({ min: 0, max: 2 }),
  group: fc.string(),
});

describe('the effect of an adjustment', () => {
  it('is what counting row by row gives, whatever the groups are called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { maxLength: 40 }), async (rows) => {
        const effect = await measure(rows);
        const known = rows.filter(({ label }) => label < 2);
        const bads = known.filter(({ label }) => label === 1);
        expect(effect).toMatchObject({
          rows: rows.length,
          touched: rows.filter(({ added }) => added !== 0).length,
          known: { rows: known.length, bads: bads.length },
          evidence: 'insufficient',
        });
        const moved = (sign: number) =>
          rows.filter(({ score, added }) => Math.sign(tierAt(score + added) - tierAt(score)) === sign).length;
        expect([effect.tiers.up, effect.tiers.down]).toEqual([moved(1), moved(-1)]);
        expect(effect.tiers.matrix.reduce((sum, cell) => sum + cell.rows, 0)).toBe(rows.length);
        expect(effect.groups[0]?.segments.reduce((sum, segment) => sum + segment.rows, 0) ?? 0).toBe(rows.length);
        expect(effect.auc === null).toBe(known.length === 0);
        if (known.length === 0) return;
        const rank = (of: (row: Row) => number) =>
          auc(
            Float64Array.from(known, of),
            Uint8Array.from(known, ({ label }) => label),
          );
        const [before, after] = [rank(({ score }) => score), rank(({ score, added }) => score + added)];
        expect(effect.auc?.before.value ?? null).toEqual(before === null ? null : expect.closeTo(before, 12));
        expect(effect.auc?.after.value ?? null).toEqual(after === null ? null : expect.closeTo(after, 12));
        const mean = known.reduce((sum, { score, added }) => sum + toProbability(score + added), 0) / known.length;
        expect(effect.calibration.all.after).toBeCloseTo(mean, 9);
        expect(effect.calibration.all.badRate).toBeCloseTo(bads.length / known.length, 12);
      }),
      { numRuns: 100 },
    );
  });

  it('says in both languages that fewer than 100 bad or good rows are insufficient evidence, and judges otherwise', async () => {
    const rows = (bads: number) =>
      Array.from({ length: 300 }, (_, row): Row => {
        const label = row < bads ? 1 : 0;
        return { score: -1_000_000 + 3_000 * (row % 100), added: label === 1 ? 2_000_000 : 0, label, group: 'x' };
      });
    const thin = await measure(rows(99));
    expect(drawEffect(thin, 'en')).toMatch(/AUC: .*: insufficient evidence: fewer than 100 bad or good rows/);
    expect(drawEffect(thin, 'zh')).toMatch(/AUC: .*: 证据不足：坏客户或好客户少于 100/);
    expect(summariseEffects([thin])).toMatch(/insufficient evidence$/);
    const enough = await measure(rows(100));
    expect(drawEffect(enough, 'en')).toMatch(/AUC: .*: better\n {2}Log loss: .*: better\n/);
    expect(summariseEffects([enough])).toMatch(
      /^300 decisions made by the version: 100 touched, AUC .* to 1\.0000, tiers up 100 down 0$/,
    );
    const none = await measure(rows(100).map((row) => ({ ...row, label: 2 })));
    expect(drawEffect(none, 'en')).toContain('no outcome is known');
  });
});
