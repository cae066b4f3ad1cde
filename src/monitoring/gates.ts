import type { Monitoring, MonitoringGate, Stability, Vintage } from '../domain/monitoring.ts';
import { demandExpectedAuc, demandInput, demandScoreStability } from './drift-demands.ts';
import type { Grounds, Observed } from './grounds.ts';
import { judge } from './judge.ts';
import { demandAuc, demandBands, demandCalibration, demandChallenger, demandObservation } from './outcome-demands.ts';
import type { MeasuredStability } from './stability.ts';

/** Everything that was measured, before it is judged as a whole. */
export type Measured = Omit<Monitoring, 'gates'>;

/** Whether it is known of enough decisions past their window what became of them. */
const isToldOf = (observation: MonitoringGate): boolean => observation.verdict !== 'insufficient';

/** Whether nothing shows that the default rate is off: only then does an estimate by probabilities hold. */
export const isCalibrated = (observed: Observed, grounds: Grounds): boolean => {
  const isObserved = isToldOf(judge(demandObservation(observed, grounds)));
  return judge(demandCalibration(observed.performance, grounds, isObserved)).verdict !== 'failed';
};

/** Judges what was measured of one version. */
export const judgeMonitoring = (measured: Measured, grounds: Grounds): MonitoringGate[] => {
  const { performance, stability, vintages, challengers } = measured;
  const observation = judge(demandObservation(measured, grounds));
  const isObserved = isToldOf(observation);
  const newest = vintages.find(({ month }) => month === stability.month);
  return [
    observation,
    judge(demandAuc(performance, grounds, isObserved)),
    judge(demandCalibration(performance, grounds, isObserved)),
    judge(demandBands(measured, grounds, isObserved)),
    judge(demandScoreStability(stability, grounds)),
    judgeWorstInput(stability, grounds),
    judge(demandExpectedAuc(newest ?? nobody, grounds, isCalibrated(measured, grounds))),
    ...challengers.map((challenger) => judge(demandChallenger(challenger, grounds, isObserved))),
  ];
};

const nobody = { month: null, decisions: 0, expected: null };

type MeasuredInput = MeasuredStability['inputs'][number];

const judgeWorstInput = (stability: Stability, grounds: Grounds): MonitoringGate => {
  const worst = stability.inputs.reduce<MeasuredInput>(
    (most, input) => ((input.stability ?? -1) > (most.stability ?? -1) ? input : most),
    { input: '', label: { zh: '-', en: '-' }, stability: null },
  );
  return judge(demandInput(worst, stability, grounds));
};

/** Judges one month by itself. @param calibrated whether the probabilities are not known to be off */
export const judgeVintage = (
  vintage: Omit<Vintage, 'gates'>,
  grounds: Grounds,
  calibrated: boolean,
): MonitoringGate[] => {
  const { month, decisions, performance, stability } = vintage;
  const observation = judge(demandObservation(vintage, grounds));
  const isObserved = isToldOf(observation);
  return [
    observation,
    judge(demandAuc(performance, grounds, isObserved)),
    judge(demandCalibration(performance, grounds, isObserved)),
    judge(demandScoreStability({ month, rows: decisions, score: stability }, grounds)),
    judge(demandExpectedAuc(vintage, grounds, calibrated)),
  ];
};

/** Judges each input by itself. */
export const judgeInputs = (drift: MeasuredStability, grounds: Grounds): Stability => ({
  ...drift,
  inputs: drift.inputs.map((input) => {
    const { verdict, detectable } = judge(demandInput(input, drift, grounds));
    return { ...input, verdict, detectable };
  }),
});
