import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createIsOfShare } from '../../src/usecases/customer-share.ts';
import { linesOf, runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = useFolder();

/** Of the customers who never were 90 days past due, one in so many is looked at. */
const ONE_IN = 40;

describe('early warning on credit-card-approval', () => {
  it('follows customers of a share month by month, and calls what monthly states cannot tell not observed', async () => {
    const path = join(root, '../shared/data/credit-card-approval/credit_record.csv.gz');
    const [header = '', ...all] = linesOf(gunzipSync(readFileSync(path)).toString());
    const idOf = (line: string): string => line.slice(0, line.indexOf(','));
    const isDefault = (line: string): boolean => /,[345]$/.test(line.trim());
    const worst = new Set(all.filter(isDefault).map(idOf));
    const rows = all.filter((line) => worst.has(idOf(line)) || Number(idOf(line)) % ONE_IN === 0);
    files.write('credit_record.csv', [header, ...rows, ''].join('\n'));
    const mapping = join(root, 'data/credit-card-approval/mapping.json');
    const book = ['--events', 'credit_record.csv', '--mapping', mapping, '--share', '40-100', '--told-within', '62'];
    const span = ['--from', '2018-07-31', '--to', '2020-03-31', '--out', 'warning.json'];
    const env = { DATABASE_URL: 'postgres://127.0.0.1:1/none' };
    const ran = await runVigil(['signals', 'evaluate', ...book, ...span], { cwd: files.path, env });
    expect(ran.code, ran.stderr).toBe(0);
    const { customers, spells, unobserved, figures } = JSON.parse(
      readFileSync(join(files.path, 'warning.json'), 'utf8'),
    );
    const isOfShare = createIsOfShare({ from: 40, to: 100 });
    const own = rows.filter((line) => isOfShare(`cca-${idOf(line)}`));
    expect(customers).toBe(new Set(own.map(idOf)).size);
    expect(spells).toBeGreaterThan(30);
    expect(spells).toBeLessThanOrEqual(new Set(own.filter(isDefault).map(idOf)).size);
    const { 'late-repayment': late, ...others } = unobserved;
    expect(late).toBe(0);
    expect(new Set(Object.values(others))).toEqual(new Set([1]));
    expect(Object.keys(others)).toHaveLength(9);
    const byLateness = figures.find(
      ({ strategy, budget }: { strategy: { name: string }; budget: number }) =>
        strategy.name === 'late' && budget === 10,
    );
    expect(byLateness.recall.value).toBe(0);
    expect(byLateness.recallBeforeDefault.value).toBeGreaterThan(0.4);
  });
});
