import { describe, expect, it } from 'vitest';
import { listScorecard } from '../../src/explanation/scorecard-table.ts';
import { countBins } from '../../src/model/bins.ts';
import { interpolateReference } from '../../src/model/reference.ts';
import { toCellPoints } from '../../src/model/scale.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { findModel, readModel } from '../../src/store/models.ts';
import { at } from '../reference/exact.ts';
import { readGoldenLines } from '../support/golden.ts';

const model = readModel(findModel('taiwan-card', modelFolders(undefined)).path);

describe('the points table', () => {
  it('has a line for every bin of every input, in words in both languages', () => {
    const lines = listScorecard(model, 'zh');
    expect(lines).toHaveLength(model.inputs.reduce((sum, input) => sum + countBins(input), 0));
    for (const line of [...lines, ...listScorecard(model, 'en')]) expect(line.values).not.toBe('');
    expect(lines.map(({ values }) => values)).toContain('缺失');
  });

  it('names the intervals by the edges, in natural units', () => {
    const first = readModel(findModel('taiwan-card@1', modelFolders(undefined)).path);
    const values = listScorecard(first, 'en').flatMap(({ input, values: named }) =>
      input === 'repayment_status_1' ? [named] : [],
    );
    expect(values).toEqual(['< 1', '>= 1, < 2', '>= 2', 'missing']);
  });

  it('adds up, with what inputs do together, to the points of a score, but for the rounding of each line', () => {
    const lines = listScorecard(model, 'en');
    const base = (model.scale.offsetMilli - (model.scale.factorMilli * model.intercept.microLogits) / 1e6) / 1000;
    for (const { bins, points, contributions, cutOff } of readGoldenLines('taiwan-card')) {
      const sum = model.inputs.reduce(
        (total, { name }, index) =>
          total + (lines.find((line) => line.input === name && line.bin === bins[index])?.points ?? Number.NaN),
        base,
      );
      const references = interpolateReference(model, cutOff - 1).microLogits;
      const together = model.terms.reduce(
        (total, { inputs }, term) =>
          total + (inputs.length > 1 ? toCellPoints(at(contributions, term) + at(references, term), model.scale) : 0),
        0,
      );
      expect(Math.abs(sum + together - points)).toBeLessThanOrEqual(0.5 + 0.005 * model.terms.length);
    }
  });
});
