import type { Comparison } from '../domain/comparison.ts';
import { listEffectFindings } from '../explanation/comparison/effect-words.ts';
import { compareModels, type PairedModels, pairModels } from '../model/compare-models.ts';
import { findModel, type ModelFolder, readModel } from '../store/models.ts';
import { bindPlan, findOrigin, type OpenedPlan, openPlan, type PlanRequest } from './open-plan.ts';

/** Two models, A and B, bound to one policy, so that the same cut-offs and rules hold for both. */
export interface OpenedPair {
  readonly a: OpenedPlan;
  readonly b: OpenedPlan;
  readonly folders: { readonly a: ModelFolder; readonly b: ModelFolder };
}

/** Two models as the caller names them. */
export interface PairRequest extends Omit<PlanRequest, 'model'> {
  readonly a: string;
  readonly b: string;
}

/**
 * Reads two models and binds both to the policy of A, or to the one named.
 * @throws model_missing, policy_missing, policy_model_mismatch where the policy's rules do not fit B, and what reading throws
 */
export const openPair = ({ a: champion, b: challenger, ...request }: PairRequest): OpenedPair => {
  const a = openPlan({ ...request, model: champion });
  const [own, other] = [champion, challenger].map((name) => findModel(name, request.modelFolders)) as [
    ModelFolder,
    ModelFolder,
  ];
  const model = readModel(other.path);
  return { a, b: bindPlan({ ...a.parts, model, origin: findOrigin(other, model) }), folders: { a: own, b: other } };
};

/** What belongs together in two models that were opened. */
export const pairOpened = ({ a, b }: OpenedPair): PairedModels => pairModels(a.plan.model, b.plan.model);

/** Reads two models for what is in them alone, without a policy. @throws model_missing, and what reading throws */
export const readPair = ({ a, b, modelFolders }: Pick<PairRequest, 'a' | 'b' | 'modelFolders'>): PairedModels => {
  const read = (reference: string) => readModel(findModel(reference, modelFolders).path);
  return pairModels(read(a), read(b));
};

/** Two models compared by what is in them, with its words, and by some rows or by live traffic where they were. */
export const writeComparison = (
  paired: PairedModels,
  { rows = null, live = null }: Partial<Pick<Comparison, 'rows' | 'live'>> = {},
): Comparison => {
  const models = compareModels(paired);
  return { schema: 1, models, findings: listEffectFindings(models).map(({ text }) => text), rows, live };
};
