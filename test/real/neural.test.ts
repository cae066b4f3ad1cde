import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { describe, expect, it } from 'vitest';
import { auc } from '../../src/metrics/discrimination.ts';
import { preBin } from '../../training/binning/prebin.ts';
import { assignFolds } from '../../training/dataset/folds.ts';
import { computeFeatures } from '../../training/dataset/frame.ts';
import { splitAtFold } from '../../training/dataset/split.ts';
import { scoreAdditive } from '../../training/learners/additive.ts';
import { learnNeural } from '../../training/learners/neural.ts';
import { type Backend, loadBackend } from '../../training/learners/tensorflow.ts';
import { defaultSettings } from '../../training/settings.ts';
import { at } from '../reference/exact.ts';
import { loadReal } from './load-real.ts';

describe('the neural learner on German credit', () => {
  it('ranks rows it has not seen alike on the fastest backend and on WebAssembly', async () => {
    const frame = await loadReal('german-credit');
    const { fitted, held } = splitAtFold(frame, assignFolds(frame.dictionary.set, frame), 0);
    const features = computeFeatures(frame, frame.featureSet.features).map((feature) =>
      preBin(feature, defaultSettings.binning),
    );
    const weights = new Float64Array(frame.rows);
    for (const row of fitted) weights[row] = 1;
    const rankOn = async (backend: Backend): Promise<number> => {
      const { fit } = await learnNeural(
        {
          set: frame.dictionary.set,
          features,
          sample: { labels: frame.labels, weights },
          settings: defaultSettings,
          onFit: () => undefined,
          onCalibrate: () => undefined,
        },
        backend,
      );
      const scores = scoreAdditive(fit, frame.rows);
      const found = auc(
        Float64Array.from(held, (row) => at(scores, row)),
        Float64Array.from(held, (row) => at(frame.labels, row)),
      );
      process.stdout.write(`neural on German, fold 0 (${backend.name}): AUC ${found?.toFixed(6)}\n`);
      return found ?? Number.NaN;
    };
    const fastest = await rankOn(await loadBackend());
    await tf.setBackend('wasm');
    const onWasm = await rankOn({ tf, name: 'wasm' });
    expect(fastest).toBeGreaterThan(0.7);
    expect(Math.abs(onWasm - fastest)).toBeLessThan(1e-3);
  });
});
