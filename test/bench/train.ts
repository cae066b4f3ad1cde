import { assignFolds } from '../../training/dataset/folds.ts';
import { takeRows } from '../../training/dataset/frame.ts';
import { splitAtFold } from '../../training/dataset/split.ts';
import { fitModel } from '../../training/fit.ts';
import { defaultSettings } from '../../training/settings.ts';
import { median } from './median.ts';
import { loadSet, readLearners } from './sets.ts';

interface TrainBench {
  readonly sets: readonly string[];
  readonly learners: readonly string[];
  readonly rounds: number;
  readonly dataFolder: string | undefined;
}

/**
 * How long each learner takes for the rows of folds 1 to 4, from features to the proved model, without the interval's
 * refits: the median of some rounds, and the most memory the process held meanwhile (data and earlier rounds included).
 */
export async function* benchTrain({ sets, learners, rounds, dataFolder }: TrainBench): AsyncGenerator<object> {
  const wanted = readLearners(learners);
  for (const set of sets) {
    const frame = await loadSet(set, dataFolder);
    const { fitted } = splitAtFold(frame, assignFolds(frame.dictionary.set, frame), 0);
    const rows = takeRows(frame, fitted);
    for (const learner of wanted) {
      const seconds: number[] = [];
      let most = 0;
      const look = () => {
        most = Math.max(most, process.memoryUsage.rss());
      };
      for (let round = 0; round < rounds; round++) {
        const started = performance.now();
        await fitModel({
          frame: rows,
          name: 'bench',
          learner,
          settings: defaultSettings,
          includeProtected: true,
          withInterval: false,
          onProgress: look,
        });
        seconds.push((performance.now() - started) / 1_000);
        look();
      }
      yield {
        set,
        learner,
        rows: rows.rows,
        fit_s: Number(median(seconds).toFixed(2)),
        rss_mb: Math.round(most / 1_048_576),
      };
    }
  }
}
