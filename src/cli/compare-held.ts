import { join } from 'node:path';
import { outcomeCodes } from '../explanation/comparison/compared-rows.ts';
import { readJson } from '../store/json.ts';
import type { ChooseRows } from '../usecases/compare-file.ts';
import type { OpenedPair } from '../usecases/compare-models.ts';
import { originOf } from '../usecases/open-plan.ts';

/**
 * Prepares choosing the rows that took no part in training: where a model was trained on the file, those of the fold kept
 * out of it; where both were, those of both folds. All rows where no model was, or where such rows cannot be had: no fold
 * was kept, the folds are whole by customer,
 * or the rows found are not as many as the lineage says.
 * @throws bad_json, bad_artifact where a lineage cannot be read
 */
export const createChooseHeld = async (opened: OpenedPair): Promise<ChooseRows> => {
  const [{ TrainedOn }, { assignFolds }] = await Promise.all([
    import('../../training/validation/choose-rows.ts'),
    import('../../training/dataset/folds.ts'),
  ]);
  const findHeld = (side: 'a' | 'b', labels: Uint8Array): Set<number> | null => {
    const { holdout } = readJson(join(opened.folders[side].path, 'lineage.json'), TrainedOn).data;
    const { set, customer } = originOf(opened[side]) ?? {};
    if (holdout?.fold === undefined || set === undefined || customer !== undefined) return null;
    const folds = assignFolds(set, { labels });
    const held = new Set<number>();
    for (const [row, label] of labels.entries()) {
      if (label !== outcomeCodes.unknown && folds[row] === holdout.fold) held.add(row);
    }
    return held.size === holdout.rows ? held : null;
  };
  return ({ labels, trainedOn }) => {
    const sides = (['a', 'b'] as const).filter((side) => trainedOn[side]);
    const [first, ...others] = sides.map((side) => findHeld(side, labels));
    if (!first || others.includes(null)) return null;
    const shared = [...first].filter((row) => others.every((held) => held?.has(row)));
    return shared.length === 0 ? null : Uint32Array.from(shared);
  };
};
