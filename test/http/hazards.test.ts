import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slowPd } from '../reference/hazard.ts';
import { problemOf, useService } from '../support/service.ts';
import { tiny, writeTinyHazard, writeTinyModels } from '../support/tiny-models.ts';

const [bad, paid, within] = [tiny(), tiny({ version: '2' }), tiny({ version: '3' })] as const;
const elsewhere = tiny({ version: '9' });
const other = tiny({ version: '2', scale: { ...paid.scale, offsetMilli: paid.scale.offsetMilli + 1 } });

const get = useService((files) => {
  const models = files.path;
  writeTinyModels(models, [
    [bad, 'passed'],
    [paid, 'passed'],
    [within, 'passed'],
  ]);
  writeTinyHazard(models, { name: 'loans', tables: { default: bad, payoff: paid }, tiers: within });
  writeTinyHazard(models, { name: 'plain', tables: { default: bad, payoff: bad } });
  writeTinyHazard(models, { name: 'strange', tables: { default: bad, payoff: elsewhere } });
  writeTinyHazard(models, { name: 'changed', tables: { default: bad, payoff: other } });
  writeTinyHazard(models, { name: 'damaged', tables: { default: bad, payoff: paid } });
  appendFileSync(join(models, 'damaged', '1', 'hazard.json'), 'more');
  return { models: [models] };
});
const client = (locale: 'zh' | 'en' = 'en') => get().client({ locale });
const draw = (name: string, more: object = {}) =>
  client().drawCurve({ name, version: '1', features: { column_0: -2 }, ...more });

describe('hazards', () => {
  it('are listed, with why one cannot be used and no place on the disk', async () => {
    const { hazards } = await client().listHazards({});
    expect(hazards.map(({ name, problem }) => [name, problem === null])).toEqual([
      ['changed', false],
      ['damaged', false],
      ['loans', true],
      ['plain', true],
      ['strange', false],
    ]);
    expect(hazards[2]?.hazard).toMatchObject({
      period: { column: 'column_0', days: 90 },
      horizons: [90, 180, 360],
      tables: { default: { version: '1' }, payoff: { version: '2' }, tiers: { version: '3' } },
    });
    expect(JSON.stringify(hazards)).not.toContain(get.folder.path);
  });

  it('tell when a customer defaults by the definition, from scores that are taken apart exactly', async () => {
    const curve = await draw('loans');
    const scores = curve.periods.map((each) => ({
      default: each.default.microLogits,
      payoff: each.payoff.microLogits,
    }));
    expect(scores.map((score) => score.default)).toEqual([-1_000_000, -1_000_000, 1_000_000, 1_000_000]);
    expect(curve.horizons.map(({ days }) => days)).toEqual([90, 180, 360]);
    for (const { days, probability } of curve.horizons) expect(probability).toBeCloseTo(slowPd(scores, days / 90), 8);
    for (const { default: score } of curve.periods) {
      const added = score.groups.reduce((sum, { microLogits }) => sum + microLogits, 0);
      expect(score.typicalMicroLogits + added).toBe(score.microLogits);
    }
    expect(curve.periods[3]?.default.reasons).toMatchObject([{ input: 'input_0', text: 'reason' }]);
    expect(curve.tiers).toMatchObject({ days: 360, microLogits: -1_000_000 });
    expect((curve.tiers?.probability ?? 0) - (curve.horizons[2]?.probability ?? 0)).toBeCloseTo(
      curve.tiers?.gap ?? 0,
      8,
    );
    expect((await draw('plain')).tiers).toBeNull();
  });

  it('answer the horizons they are asked for, whole periods as far as they go', async () => {
    expect((await draw('loans', { days: [270] })).horizons).toMatchObject([{ days: 270 }]);
    for (const days of [[30], [450]])
      expect(await problemOf(draw('loans', { days }))).toMatchObject({ status: 422, code: 'horizon_unfit' });
    expect(await problemOf(draw('loans', { days: [] }))).toMatchObject({ status: 422, code: 'bad_request' });
  });

  it('name a column that is absent, unknown or wrong', async () => {
    const faults = await Promise.all(
      [{}, { column_0: 1, more: 1 }, { column_0: 'x' }].map((features) => problemOf(draw('loans', { features }))),
    );
    expect(faults.map(({ status, code, errors }) => [status, code, errors?.[0]?.field])).toEqual([
      [422, 'field_missing', 'features.column_0'],
      [422, 'field_unknown', 'features.more'],
      [422, 'bad_value', 'features.column_0'],
    ]);
  });

  it('are refused where they are damaged, or a model is not registered, not the one they name, or retired', async () => {
    const refused = async (name: string) => {
      const { status, code, detail } = await problemOf(draw(name));
      expect(detail).not.toContain(get.folder.path);
      return [status, code];
    };
    expect(await refused('nobody')).toEqual([404, 'model_missing']);
    expect(await refused('strange')).toEqual([404, 'model_not_live']);
    expect(await refused('changed')).toEqual([403, 'model_untrusted']);
    expect(await refused('damaged')).toEqual([403, 'model_untrusted']);
    await client().retireModel({ name: 'tiny', version: '3', reason: 'a test' });
    expect(await refused('loans')).toEqual([410, 'model_retired']);
    expect((await draw('plain')).horizons).toHaveLength(3);
  });
});
