import { describe, expect, it } from 'vitest';
import { profileFrame } from '../../training/dataset/profile.ts';
import { loadReal } from './load-real.ts';

/** Rows and bad rows as the data's own pages publish them. */
const published = [
  { set: 'taiwan', rows: 30_000, bads: 6_636 },
  { set: 'german', rows: 1_000, bads: 300 },
  { set: 'heloc', rows: 10_459, bads: 5_459 },
  { set: 'gmsc', rows: 150_000, bads: 10_026 },
  { set: 'dcr', rows: 62_178, bads: 1_525 },
];

describe.each(published)('the dictionary of $set', ({ set, rows, bads }) => {
  it('reads every cell of the published file', async () => {
    const frame = await loadReal(set);
    expect(frame.rows).toBe(rows);
    expect(frame.labels.reduce((sum, label) => sum + label, 0)).toBe(bads);
  });

  it('profiles it: every feature with its information value', async () => {
    const { columns } = profileFrame(await loadReal(set));
    for (const column of columns) expect(column.information).toBeGreaterThanOrEqual(0);
    expect(Math.max(...columns.map(({ information }) => information))).toBeGreaterThan(0.4);
  });
});

describe('taiwan', () => {
  it('holds the 463 customers who are three or more months late at observation', async () => {
    const { columns } = await loadReal('taiwan');
    const status = columns.find(({ definition }) => definition.name === 'repayment_status_1');
    expect(status?.values.filter((value) => value >= 3)).toHaveLength(463);
  });
});
