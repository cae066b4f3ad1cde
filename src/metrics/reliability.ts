import { rowLoss } from './calibration.ts';
import { betaCdf, betaQuantile, chiSquareAbove } from './probability.ts';
import { rankRows } from './ranking.ts';

/** How near probabilities are to what happened, over weighted rows. */
export interface Nearness {
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** Expected calibration error over ten bands of equal count, equal probabilities never parted. */
  readonly ece: number | null;
}

/** What was said of some rows and what became of them. */
export interface Outcome {
  readonly rows: number;
  readonly bads: number;
  readonly meanProbability: number;
}

/** Rows of neighbouring probabilities. */
export interface Band extends Outcome {
  readonly least: number;
  readonly most: number;
}

const BANDS = 10;

/**
 * Ranks rows by probability once, then measures any weighting of them in one pass each.
 * @param labels 1 = bad, 0 = good
 */
export const createReliability = (probabilities: ArrayLike<number>, labels: ArrayLike<number>) => {
  const order = rankRows(probabilities);
  const ranked = Float64Array.from(order, (row) => probabilities[row] as number);
  const outcomes = Float64Array.from(order, (row) => (labels[row] === 1 ? 1 : 0));
  const losses = ranked.map((probability, rank) => rowLoss(probability, outcomes[rank] === 1));
  const measure = (weights: ArrayLike<number>): Nearness => {
    let total = 0;
    for (let row = 0; row < weights.length; row++) total += weights[row] as number;
    if (total === 0) return { brier: null, logLoss: null, ece: null };
    const gaps = new Float64Array(BANDS);
    let [before, squares, loss, band] = [0, 0, 0, 0];
    let open = Number.NaN;
    for (let rank = 0; rank < order.length; rank++) {
      const weight = weights[order[rank] as number] as number;
      if (weight === 0) continue;
      const probability = ranked[rank] as number;
      if (probability !== open) [band, open] = [Math.ceil((BANDS * (before + 1)) / total) - 1, probability];
      const gap = probability - (outcomes[rank] as number);
      gaps[band] = (gaps[band] as number) + weight * gap;
      squares += weight * gap * gap;
      loss += weight * (losses[rank] as number);
      before += weight;
    }
    return {
      brier: squares / total,
      logLoss: loss / total,
      ece: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total,
    };
  };
  /** The first rank from here on at which another probability begins. */
  const skipTie = (edge: number): number => {
    let rank = edge;
    while (rank > 0 && rank < ranked.length && ranked[rank] === ranked[rank - 1]) rank++;
    return rank;
  };
  /** Bands of equal count in rising order of probability, equal ones never parted; empty bands are left out. */
  const listBands = (): Band[] => {
    const edges = Array.from({ length: BANDS + 1 }, (_, band) => skipTie(Math.floor((band * order.length) / BANDS)));
    return edges.slice(1).flatMap((to, band) => {
      const from = edges[band] as number;
      const rows = to - from;
      if (rows === 0) return [];
      const bads = outcomes.subarray(from, to).reduce((sum, outcome) => sum + outcome, 0);
      const meanProbability = ranked.subarray(from, to).reduce((sum, p) => sum + p, 0) / rows;
      return [{ rows, bads, meanProbability, least: ranked[from] as number, most: ranked[to - 1] as number }];
    });
  };
  return { measure, listBands };
};

/** A band's bad rate held against its mean probability. */
export interface BandTest {
  readonly rate: number;
  /** Ends of the 95% Jeffreys interval of the bad rate (Brown, Cai and DasGupta 2001). */
  readonly lower: number;
  readonly upper: number;
  /**
   * Chance, having seen the band, that its true rate is at most the probability given: small where risk is
   * underestimated (Jeffreys test of the ECB's "Instructions for reporting the validation results of internal models",
   * 2019, 2.5.3.1).
   */
  readonly pUnderestimated: number;
  /** Twice the smaller tail: small where the probability is off in either direction. */
  readonly pTwoSided: number;
  /** Cohen's h (Cohen 1988, 6.2): 0.2 is a small effect; positive where more went bad than was said. */
  readonly effect: number;
}

/** The Jeffreys test of one band, or of any rows. */
export const testBand = ({ rows, bads, meanProbability }: Outcome): BandTest => {
  const [a, b] = [bads + 0.5, rows - bads + 0.5];
  const below = betaCdf(meanProbability, a, b);
  const rate = bads / rows;
  return {
    rate,
    lower: bads === 0 ? 0 : betaQuantile(0.025, a, b),
    upper: bads === rows ? 1 : betaQuantile(0.975, a, b),
    pUnderestimated: below,
    pTwoSided: Math.min(1, 2 * Math.min(below, 1 - below)),
    effect: 2 * Math.asin(Math.sqrt(rate)) - 2 * Math.asin(Math.sqrt(meanProbability)),
  };
};

/** A chi-square statistic and the chance of one as large. */
export interface ChiSquare {
  readonly statistic: number;
  readonly degrees: number;
  readonly pValue: number;
}

/**
 * Hosmer-Lemeshow statistic over bands (Hosmer and Lemeshow 1980), with as many degrees of freedom as bands, since the rows
 * took no part in the fit (Hosmer, Lemeshow and Sturdivant 2013, 5.2.2). On many rows it finds any model wrong.
 */
export const hosmerLemeshow = (bands: readonly Outcome[]): ChiSquare => {
  const statistic = bands.reduce((sum, { rows, bads, meanProbability: p }) => {
    const variance = rows * p * (1 - p);
    return variance > 0 ? sum + (bads - rows * p) ** 2 / variance : sum;
  }, 0);
  return { statistic, degrees: bands.length, pValue: chiSquareAbove(statistic, bands.length) };
};
