import type { Validation } from '../../src/domain/validation.ts';
import { type CutOff, listCutOffs, pickCutOff } from '../../src/metrics/cost.ts';
import { countBads, weighEvidence } from './figures.ts';
import type { ScoredFrame } from './score-frame.ts';
import type { ValidationSettings } from './settings.ts';

/** Points of the curve that are kept. */
const POINTS = 200;

/** The cost curve, the cut-off that loses least, and the one that does so with the reviews there are in a day. */
export const measureCost = (
  { frame, probabilities }: ScoredFrame,
  { costs, customersADay, reviewsADay, leastBads }: ValidationSettings,
): Validation['cost'] => {
  const cutOffs = listCutOffs(probabilities, frame.labels, costs);
  const isBounded = customersADay !== null && reviewsADay !== null;
  return {
    ...costs,
    customersADay,
    reviewsADay,
    ...weighEvidence(frame.rows, countBads(frame.labels), leastBads),
    best: pickCutOff(cutOffs),
    within: isBounded ? pickCutOff(cutOffs, reviewsADay / customersADay) : null,
    curve: thinOut(cutOffs),
  };
};

const thinOut = (cutOffs: readonly CutOff[]): CutOff[] =>
  cutOffs.filter((cutOff, place) => {
    const next = cutOffs[place + 1];
    return place === 0 || !next || Math.floor(cutOff.share * POINTS) !== Math.floor(next.share * POINTS);
  });
