import type { Reason } from '../domain/decision.ts';
import type { Model } from '../domain/model.ts';
import { interpolateReference } from '../model/reference.ts';
import { createAttribution, createAttributor } from './attribution.ts';
import { nameScoreReasons } from './reasons.ts';

/** A score taken apart against the typical row of its model's training. */
export interface FromTypical {
  /** Score of the typical row. */
  readonly typicalMicroLogits: number;
  readonly microLogits: number;
  /** What each group adds, largest first; they sum to the score minus the typical one, exactly. */
  readonly groups: readonly { readonly code: string; readonly microLogits: number }[];
  readonly reasons: readonly Reason[];
  readonly mitigating: readonly Reason[];
}

/** Score of the reference window in which the middle training row lies. */
export const typicalScore = ({ intercept, references }: Pick<Model, 'intercept' | 'references'>): number => {
  const rows = references.reduce((sum, window) => sum + window.rows, 0);
  let passed = 0;
  const middle = references.find((window) => {
    passed += window.rows;
    return 2 * passed >= rows;
  });
  return (middle?.microLogits ?? []).reduce((sum, part) => sum + part, intercept.microLogits);
};

/**
 * Prepares to take scores apart against the typical training row: where a score makes no tier, there is no boundary to
 * measure its reasons from (DEFINITIONS 4 for the division itself).
 */
export const createTypical = (
  model: Model,
): ((scored: { readonly cells: Float64Array; readonly microLogits: number }) => FromTypical) => {
  const typicalMicroLogits = typicalScore(model);
  const attributor = createAttributor(model, interpolateReference(model, typicalMicroLogits));
  return ({ cells, microLogits }) => {
    const attribution = createAttribution(model);
    attributor.attribute(cells, attribution);
    const groups = model.groups
      .map(({ code }, place) => ({ code, microLogits: attribution.groups[place] as number }))
      .filter((group) => group.microLogits !== 0)
      .sort((a, b) => b.microLogits - a.microLogits);
    return { typicalMicroLogits, microLogits, groups, ...nameScoreReasons(model, attribution) };
  };
};
