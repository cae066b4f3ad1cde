import { fileURLToPath } from 'node:url';
import { readDictionary } from '../../src/store/dictionaries.ts';
import { type LoadedFrame, loadFrame } from '../../training/dataset/load.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { type Trained, type TrainRequest, train } from '../../training/train.ts';

const fromData = (path: string) => fileURLToPath(new URL(`../../data/${path}`, import.meta.url));

/** The dictionary of the sample that ships. */
export const sampleDictionary = readDictionary(fromData('sample/dictionary.json'));

/** Loads the sample that ships. */
export const loadSample = (): Promise<LoadedFrame> => loadFrame(sampleDictionary, fromData('sample.csv'));

/** Trains on a frame as on the sample: a scorecard with few refits, fold 0 kept out. */
export const trainSample = (frame: LoadedFrame, request: Partial<TrainRequest> = {}): Promise<Trained> =>
  train({
    frame,
    file: frame.file,
    name: 'sample',
    chooseVersion: () => '1',
    learner: 'scorecard',
    settings: TrainingSettings.parse({ intervalRefits: 2, coverageRefits: 1 }),
    includeProtected: false,
    holdout: 0,
    onProgress: () => undefined,
    ...request,
  });
