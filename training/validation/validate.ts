import type { Model } from '../../src/domain/model.ts';
import type { Validation } from '../../src/domain/validation.ts';
import type { FileDigest } from '../../src/store/csv.ts';
import type { StoredPolicy } from '../../src/store/policies.ts';
import type { Frame } from '../dataset/frame.ts';
import { measureCost } from './cost.ts';
import { measureFairness } from './fairness.ts';
import { countBads, listSamples, measureCalibration, measureDiscrimination } from './figures.ts';
import { judge } from './gates.ts';
import { findLeakage, type LeakEvidence } from './leakage.ts';
import { type RawMonotone, sampleRawMonotone } from './raw-monotone.ts';
import { measureRobustness } from './robustness.ts';
import { encodeFrame } from './score-frame.ts';
import { segmentInputs, segmentProtected } from './segments.ts';
import type { ValidationSettings } from './settings.ts';
import { measurePeriods, measureStability } from './stability.ts';
import { findWeakSpots } from './weak-spots.ts';

/** A model and the rows it is measured on. */
export interface ValidationRequest {
  readonly model: Model;
  /** Rows that took no part in training, labelled good or bad. */
  readonly held: Frame;
  /** The fold they are; null where they are none. */
  readonly fold: number | null;
  readonly kind: Validation['data']['kind'];
  /** Whether customers were compared with those trained on; absent where the rows are of the training file. */
  readonly overlap?: Validation['data']['overlap'];
  /** SHA-256 of what the held rows hold. */
  readonly digest: string;
  readonly file: FileDigest;
  /** Rows the model was fitted on and the fold of each; null where they are not at hand. */
  readonly fitted: { readonly frame: Frame; readonly folds: Uint8Array } | null;
  /** Information values of the inputs as the fit found them; null = those of the held rows. */
  readonly information: LeakEvidence['information'] | null;
  /** Sampled already; null = sampled here. */
  readonly rawMonotone: readonly RawMonotone[] | null;
  /** The policy made for the model, under whose tiers fairness is shown too; null = none. */
  readonly policy: StoredPolicy | null;
  readonly settings: ValidationSettings;
  readonly seed: number;
}

/** Measures a model on rows that took no part in its training and judges it. The same request gives the same result. */
export const validateModel = (request: ValidationRequest): Validation => {
  const { model, held, fitted, settings, seed } = request;
  const scored = encodeFrame(model, held);
  const samples = listSamples(scored);
  const measuring = { leastBads: settings.leastBads, replicates: settings.replicates, seed };
  const stability = measureStability(
    model,
    { scored, fold: request.fold },
    fitted && { scored: encodeFrame(model, fitted.frame), folds: fitted.folds },
    measuring,
  );
  const cost = measureCost(scored, settings);
  const groups = segmentProtected(held);
  const { name, version, fingerprint } = model;
  const measured = {
    schema: 1 as const,
    model: { name, version, fingerprint },
    data: {
      digest: request.digest,
      file: request.file,
      rows: held.rows,
      bads: countBads(held.labels),
      kind: request.kind,
      ...(request.overlap === undefined ? {} : { overlap: request.overlap }),
    },
    seed,
    leastBads: settings.leastBads,
    discrimination: samples.map((sample) => measureDiscrimination(sample, measuring)),
    calibration: samples.map((sample) => measureCalibration(sample, measuring)),
    stability,
    periods: measurePeriods(model, scored, measuring),
    weakSpots: findWeakSpots(scored, [...segmentInputs(model, scored), ...groups.filter(isNoInput(model))], settings),
    robustness: measureRobustness(model, scored, settings.noise, seed),
    fairness: measureFairness(
      scored,
      groups,
      { cutOff: (cost.within ?? cost.best)?.probability ?? null, policy: request.policy },
      settings.leastBads,
    ),
    rawMonotone: [...(request.rawMonotone ?? sampleRaw(model, fitted?.frame ?? held, seed))],
    cost,
  };
  return { ...measured, gates: judge(measured, settings, findSigns(request, measured)) };
};

const isNoInput =
  ({ inputs }: Model) =>
  ({ name }: { readonly name: string }): boolean =>
    inputs.every((input) => input.name !== name);

const sampleRaw = (model: Model, frame: Frame, seed: number): RawMonotone[] =>
  frame.rows === 0 ? [] : sampleRawMonotone(model, frame, seed);

const findSigns = (
  { model, information }: ValidationRequest,
  { discrimination, stability }: Pick<Validation, 'discrimination' | 'stability'>,
) => {
  const [all] = discrimination;
  const own = stability.inputs.map(({ input, informationValue }) => ({ input, value: informationValue ?? 0 }));
  return findLeakage({
    model,
    figures: [{ figures: { auc: all?.auc.value ?? null } }],
    information: information ?? (all?.evidence === 'sufficient' ? own : []),
  });
};
