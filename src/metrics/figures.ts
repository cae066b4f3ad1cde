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
  /** Null where there are no rows; Brier score and calibration error likewise. */
  readonly logLoss: number | null;
  readonly brier: number | null;
  /** Expected calibration error over ten bins of equal count. */
  readonly ece: number | null;
  /** Fewer than 100 bad rows are no evidence; the figures then say so. */
  readonly evidence: 'sufficient' | 'insufficient';
}

/** Measures probabilities of bad against labels (1 = bad). */
export const measureFigures = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): Figures => {
  const ofRows = (figure: typeof logLoss) => (labels.length === 0 ? null : figure(probabilities, labels));
  const bads = Array.from(labels).filter((label) => label === 1).length;
  return {
    rows: labels.length,
    bads,
    auc: auc(probabilities, labels),
    ks: ks(probabilities, labels),
    logLoss: ofRows(logLoss),
    brier: ofRows(brier),
    ece: ofRows(expectedCalibrationError),
    evidence: bads >= LEAST_BADS && labels.length - bads >= LEAST_BADS ? 'sufficient' : 'insufficient',
  };
};
