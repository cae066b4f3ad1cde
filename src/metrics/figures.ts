import { brier, expectedCalibrationError, logLoss } from './calibration.ts';
import { auc, ks } from './discrimination.ts';

/** Fewest bad rows on which a figure is evidence (DESIGN 1.7). */
export const LEAST_BADS = 100;

/** What a model's probabilities are worth on some rows. */
export interface Figures {
  readonly rows: number;
  readonly bads: number;
  /** Null where a class is absent. */
  readonly auc: number | null;
  readonly ks: number | null;
  readonly logLoss: number;
  readonly brier: number;
  /** Expected calibration error over ten bins of equal count. */
  readonly ece: number;
  /** Fewer than 100 bad rows are no evidence; the figures then say so. */
  readonly evidence: 'sufficient' | 'insufficient';
}

/** Measures probabilities of bad against labels (1 = bad). */
export const measureFigures = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): Figures => {
  const bads = Array.from(labels).filter((label) => label === 1).length;
  return {
    rows: labels.length,
    bads,
    auc: auc(probabilities, labels),
    ks: ks(probabilities, labels),
    logLoss: logLoss(probabilities, labels),
    brier: brier(probabilities, labels),
    ece: expectedCalibrationError(probabilities, labels),
    evidence: bads >= LEAST_BADS && labels.length - bads >= LEAST_BADS ? 'sufficient' : 'insufficient',
  };
};
