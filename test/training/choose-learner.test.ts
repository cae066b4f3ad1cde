import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitModel } from '../../training/fit.ts';
import { type Candidate, chooseLearner } from '../../training/learners/choose-learner.ts';
import { learnerNames } from '../../training/learners/names.ts';
import { writeChoice } from '../../training/report/choice.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { createFrame, createNumberColumn } from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { createRandom } from '../support/random.ts';

/** Rows with a risk, their labels, and scores that follow the risk more or less. */
const draw = (seed: number, rows: number, noises: readonly number[]) => {
  const random = createRandom(seed);
  const risks = Array.from({ length: rows }, () => random.bell());
  const labels = Uint8Array.from(risks, (risk) => (random.uniform() < 1 / (1 + Math.exp(1 - 2 * risk)) ? 1 : 0));
  const candidates = noises.map(
    (noise, place): Candidate => ({
      learner: at(learnerNames, place),
      scores: Float64Array.from(risks, (risk) => risk + noise * random.bell()),
    }),
  );
  return { candidates, sample: { labels, weights: new Float64Array(rows).fill(1) } };
};

describe('the choice of a learner', () => {
  it('takes the best where it is clearly better, and the simplest where they are level', () => {
    const clear = draw(1, 4_000, [1, 1, 0]);
    expect(chooseLearner(clear.candidates, clear.sample)?.chosen).toBe('boosted');
    const { candidates, sample } = draw(2, 4_000, [0.5]);
    const scores = candidates[0]?.scores ?? null;
    const level = learnerNames.map((learner) => ({ learner, scores }));
    expect(chooseLearner(level, sample)).toMatchObject({ chosen: 'scorecard', compared: [{ excess: 0 }, {}, {}] });
  });

  it('is always within one standard error of the best, and none simpler is', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (seed, noises) => {
          const { candidates, sample } = draw(seed, 400, noises);
          const choice = chooseLearner(candidates, sample);
          if (!choice) return;
          const { compared, chosen } = choice;
          const losses = compared.flatMap(({ logLoss }) => (logLoss === null ? [] : [logLoss]));
          for (const { logLoss, excess, error } of compared) {
            if (logLoss === null || excess === null || error === null) continue;
            expect(excess).toBeCloseTo(logLoss - Math.min(...losses), 9);
            expect(error).toBeGreaterThanOrEqual(0);
          }
          const place = compared.findIndex(({ learner }) => learner === chosen);
          const isLevel = compared.map(({ excess, error }) => excess !== null && error !== null && excess <= error);
          expect(isLevel.indexOf(true)).toBe(place);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('does not depend on how learners scale their scores', () => {
    const { candidates, sample } = draw(5, 1_000, [0.2, 0.6, 0.4]);
    const scaled = candidates.map(({ learner, scores }, place) => ({
      learner,
      scores: (scores as Float64Array).map((score) => (place + 1) * score - place),
    }));
    const [one, other] = [chooseLearner(candidates, sample), chooseLearner(scaled, sample)];
    expect(other?.chosen).toBe(one?.chosen);
    for (const [place, { logLoss }] of (one?.compared ?? []).entries()) {
      expect(other?.compared[place]?.logLoss).toBeCloseTo(logLoss as number, 7);
    }
  });

  it('leaves out who tells nothing, and is none where nobody does', () => {
    const { candidates, sample } = draw(3, 1_000, [0, 0, 0]);
    const reversed = (at(candidates, 0).scores as Float64Array).map((score) => -score);
    const some = [
      { learner: 'scorecard' as const, scores: null },
      { learner: 'neural' as const, scores: reversed },
      at(candidates, 2),
    ];
    expect(chooseLearner(some, sample)).toMatchObject({
      chosen: 'boosted',
      compared: [{ logLoss: null }, { logLoss: null }, { excess: 0 }],
    });
    expect(chooseLearner(some.slice(0, 2), sample)).toBeNull();
  });
});

describe('a training that chooses', () => {
  const learn = (score: (a: number, b: number) => number, rows = 1_500) => {
    const random = createRandom(11);
    const [a, b] = [1, 2].map(() => Array.from({ length: rows }, () => random.whole(-20, 20))) as [number[], number[]];
    const labels = a.map((value, row) => (random.uniform() < 1 / (1 + Math.exp(-score(value, at(b, row)))) ? 1 : 0));
    const columns = [a, b].map((values, place) => ({
      column: createNumberColumn({ name: at(['a', 'b'], place) }),
      values,
    }));
    return fitModel({
      frame: createFrame(columns, labels),
      name: 'made-up',
      learner: 'auto',
      settings: TrainingSettings.parse({ boosted: { mostRepeats: 1 } }),
      workers: 0,
      includeProtected: false,
      withInterval: false,
      onProgress: () => undefined,
    });
  };

  it('takes another learner than the scorecard where inputs tell only together, and says so in the card', async () => {
    const { model, notes } = await learn((a, b) => (a * b) / 60);
    expect(model.learner).not.toBe('scorecard');
    expect(notes.choice).toMatchObject({ chosen: model.learner });
    expect(model.terms.some(({ inputs }) => inputs.length > 1)).toBe(true);
    for (const locale of ['zh', 'en'] as const) {
      const [title, , table] = writeChoice(notes.choice, locale);
      expect(title).toBe(locale === 'zh' ? '## 算法的选择' : '## Choice of the learner');
      for (const learner of learnerNames) expect(table).toContain(learner);
    }
  });

  it('takes the scorecard where each input tells by itself', async () => {
    const { model, notes } = await learn((a, b) => (a + b) / 12 - 1);
    expect(notes.choice?.compared.map(({ learner }) => learner)).toEqual([...learnerNames]);
    const { excess, error } = at(notes.choice?.compared ?? [], 0);
    expect(model.learner === 'scorecard').toBe((excess as number) <= (error as number));
  });
});
