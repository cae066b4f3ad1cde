import type { Validation } from '../../src/domain/validation.ts';
import { correctHolm } from '../../src/metrics/multiple-tests.ts';
import { shareDifference, shareRatio } from '../../src/metrics/proportions.ts';
import { testBand } from '../../src/metrics/reliability.ts';
import type { StoredPolicy } from '../../src/store/policies.ts';
import type { Frame } from '../dataset/frame.ts';
import { weighEvidence } from './figures.ts';
import type { ScoredFrame } from './score-frame.ts';
import type { Segmented } from './segments.ts';

type Column = Validation['fairness']['columns'][number];

/** What is counted of one group. */
interface Counts {
  rows: number;
  bads: number;
  adverse: number;
  /** Good customers without adverse action. */
  spared: number;
  sum: number;
}

/** What an action is adverse by. */
interface AdverseBy {
  /** Probability from which an action is adverse; null = nobody meets one. */
  readonly cutOff: number | null;
  /** The policy made for the model, at whose tiers it is measured too; null = none. */
  readonly policy: StoredPolicy | null;
}

/**
 * Holds protected groups against the largest group of their column: adverse action at one cut-off for all, equal
 * opportunity among good customers (Hardt, Price and Srebro 2016), and whether a probability means the same in each.
 */
export const measureFairness = (
  { frame, probabilities }: ScoredFrame,
  columns: readonly Segmented[],
  { cutOff, policy: stored }: AdverseBy,
  leastBads: number,
): Validation['fairness'] => {
  const measureAt = (from: number): Column[] =>
    columns.map((column) => {
      const counts = countGroups(frame, probabilities, column, from);
      return { column: column.name, label: column.label, groups: compareGroups(column, counts, leastBads) };
    });
  return {
    cutOff,
    columns: measureAt(cutOff ?? Number.POSITIVE_INFINITY),
    underPolicy: stored && {
      policy: { name: stored.policy.name, version: stored.policy.version, fingerprint: stored.fingerprint },
      tiers: (['medium', 'high'] as const).map((tier) => {
        const from = stored.policy.tiers[tier].enter;
        return { tier, cutOff: from, columns: measureAt(from) };
      }),
    },
  };
};

const countGroups = (
  frame: Frame,
  probabilities: Float64Array,
  { segments, of }: Segmented,
  cutOff: number,
): Counts[] => {
  const counts = segments.map((): Counts => ({ rows: 0, bads: 0, adverse: 0, spared: 0, sum: 0 }));
  for (let row = 0; row < frame.rows; row++) {
    const group = counts[of[row] as number] as Counts;
    const probability = probabilities[row] as number;
    const isBad = frame.labels[row] === 1;
    group.rows++;
    group.sum += probability;
    if (isBad) group.bads++;
    if (probability >= cutOff) group.adverse++;
    else if (!isBad) group.spared++;
  }
  return counts;
};

const compareGroups = ({ segments }: Segmented, counts: readonly Counts[], leastBads: number): Column['groups'] => {
  const largest = counts.reduce((best, { rows }, place) => (rows > (counts[best]?.rows ?? 0) ? place : best), 0);
  const reference = counts[largest] ?? { rows: 0, bads: 0, adverse: 0, spared: 0, sum: 0 };
  const tests = counts.map(({ rows, bads, sum }) =>
    rows === 0 ? null : testBand({ rows, bads, meanProbability: sum / rows }),
  );
  const corrected = correctHolm(tests.map((test) => test?.pTwoSided ?? 1));
  const adverse = ({ adverse: hits, rows }: Counts) => ({ hits, rows });
  const approved = ({ adverse: refused, rows }: Counts) => ({ hits: rows - refused, rows });
  const spared = ({ spared: hits, rows, bads }: Counts) => ({ hits, rows: rows - bads });
  return counts.map((group, place) => {
    const test = tests[place];
    return {
      group: segments[place] ?? { zh: '-', en: '-' },
      ...weighEvidence(group.rows, group.bads, leastBads),
      isReference: place === largest,
      adverseRate: group.rows === 0 ? null : group.adverse / group.rows,
      adverseRatio: shareRatio(adverse(group), adverse(reference)),
      approvalRatio: shareRatio(approved(group), approved(reference)),
      equalOpportunity: shareDifference(spared(group), spared(reference)),
      meanProbability: group.rows === 0 ? null : group.sum / group.rows,
      rate: test?.rate ?? null,
      lower: test?.lower ?? null,
      upper: test?.upper ?? null,
      pCalibration: test ? (corrected[place] as number) : null,
      effect: test?.effect ?? null,
    };
  });
};
