import { describe, expect, it } from 'vitest';
import { useFolder } from '../support/folder.ts';
import { expectRetrained, runJson } from './retrain.ts';

const files = useFolder();

describe('the champion', () => {
  it('comes out of the training data to the same byte as it was committed', () => {
    expectRetrained({ version: '2', learner: 'neural' }, files.folder());
  });

  it('scores a file at the rate the bench reports, beside DuckDB', () => {
    const figure = runJson('bench', 'file', '--rows', '60000');
    process.stdout.write(`${JSON.stringify(figure)}\n`);
    expect(figure.ratio).toBeGreaterThan(0);
  });
});
