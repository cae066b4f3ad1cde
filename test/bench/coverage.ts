import { assignFolds } from '../../training/dataset/folds.ts';
import { takeRows } from '../../training/dataset/frame.ts';
import { splitAtFold } from '../../training/dataset/split.ts';
import { fitModel } from '../../training/fit.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { loadSet, readLearners } from './sets.ts';

interface CoverageBench {
  readonly sets: readonly string[];
  readonly learners: readonly string[];
  readonly refits: number;
  readonly seed: number;
  readonly dataFolder: string | undefined;
}

/**
 * Share of (row, refit) pairs whose score lies inside the model's 90% interval, over refits on bootstrap samples that the
 * interval was not fitted by: each learner on the rows of folds 1 to 4. A refit keeps the model's bins, interactions and
 * number of trees.
 */
export async function* benchCoverage({
  sets,
  learners,
  refits,
  seed,
  dataFolder,
}: CoverageBench): AsyncGenerator<object> {
  const wanted = readLearners(learners);
  const settings = TrainingSettings.parse({ coverageRefits: refits });
  for (const set of sets) {
    const frame = await loadSet(set, dataFolder);
    const { fitted } = splitAtFold(frame, assignFolds(frame.dictionary.set, frame), 0);
    const rows = takeRows(frame, fitted);
    for (const learner of wanted) {
      const started = performance.now();
      const { model, coverage } = await fitModel({
        frame: rows,
        name: 'bench',
        learner,
        settings,
        includeProtected: true,
        withInterval: true,
        coverageSeed: seed,
        onProgress: () => undefined,
      });
      yield {
        set,
        learner,
        rows: rows.rows,
        refits,
        seed,
        interval_milli: model.intervalMilli,
        coverage: Number((coverage ?? 0).toFixed(4)),
        seconds: Math.round((performance.now() - started) / 1_000),
      };
    }
  }
}
