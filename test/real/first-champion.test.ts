import { describe, it } from 'vitest';
import { useFolder } from '../support/folder.ts';
import { expectRetrained } from './retrain.ts';

const files = useFolder();

describe('the first champion', () => {
  it('comes out of the training data to the same byte as it was committed, whatever the backend', () => {
    expectRetrained({ version: '1', learner: 'scorecard' }, files.folder());
  });
});
