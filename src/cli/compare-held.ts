import { join } from 'node:path';
import { readJson } from '../store/json.ts';
import type { ChooseRows } from '../usecases/compare-file.ts';
import type { OpenedPair } from '../usecases/compare-models.ts';
import { originOf } from '../usecases/open-plan.ts';

/**
 * Prepares choosing the rows that took no part in training: where a model was trained on the file, those of the fold kept
 * out of it; where both were, those of both folds. All rows where no model was, or where such rows cannot be had.
 * @throws bad_json, bad_artifact where a lineage cannot be read
 */
export const createChooseHeld = async ({ a, folders }: OpenedPair): Promise<ChooseRows> => {
  const [{ TrainedOn }, { assignFolds }] = await Promise.all([
    import('../../training/validation/choose-rows.ts'),
    import('../../training/dataset/folds.ts'),
  ]);
  const set = originOf(a)?.set;
  const foldOf = (side: 'a' | 'b') =>
    readJson(join(folders[side].path, 'lineage.json'), TrainedOn).data.holdout?.fold ?? null;
  return ({ labels, trainedOn }) => {
    const kept = (['a', 'b'] as const).filter((side) => trainedOn[side]).map(foldOf);
    if (kept.length === 0 || kept.includes(null) || set === undefined) return null;
    const folds = assignFolds(set, labels);
    const held = labels.reduce<number[]>((rows, label, row) => {
      if (label !== 2 && kept.every((fold) => fold === folds[row])) rows.push(row);
      return rows;
    }, []);
    return held.length === 0 ? null : Uint32Array.from(held);
  };
};
