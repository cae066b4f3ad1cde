import type { Comparison } from '../domain/comparison.ts';
import { listEffectFindings } from '../explanation/comparison/effect-words.ts';
import { compareModels, type PairedModels } from '../model/compare-models.ts';

/** Two models that were read, compared by what is in them alone, with its words. */
export const comparePaired = (paired: PairedModels): Comparison => {
  const models = compareModels(paired);
  return { schema: 1, models, findings: listEffectFindings(models).map(({ text }) => text) };
};
