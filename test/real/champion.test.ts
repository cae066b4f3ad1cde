import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readText } from '../../src/store/json.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'vigil-champion-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const vigil = (...args: string[]): string =>
  execFileSync(process.execPath, [join(root, 'src/vigil.js'), ...args, '--json'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

describe('the champion', () => {
  it('comes out of the training data to the same byte as it was committed, whatever the backend', () => {
    const [data, dictionary] = ['taiwan-credit-card/UCI_Credit_Card.csv.gz', 'models/taiwan-card/1/dictionary.json'];
    const trained = JSON.parse(
      vigil('train', '--data', data, '--dictionary', dictionary, '--name', 'taiwan-card', '--out', out),
    );
    const lineage = JSON.parse(readText(join(out, 'taiwan-card', '1', 'lineage.json')));
    for (const { label, figures } of trained.figures) {
      process.stdout.write(
        `champion on fold 0 (${lineage.machine.backend}), ${label.en}: AUC ${figures.auc.toFixed(4)}\n`,
      );
    }
    expect(readText(join(out, 'taiwan-card', '1', 'model.json'))).toBe(
      readText(join(root, 'models', 'taiwan-card', '1', 'model.json')),
    );
    const committed = JSON.parse(readText(join(root, 'models', 'taiwan-card', '1', 'lineage.json')));
    expect(lineage.data).toEqual(committed.data);
    expect(trained.leakage).toEqual([]);
    expect(trained.figures[0].figures.auc).toBeGreaterThan(0.78);
    expect(lineage.interval.coverageOnFreshRefits).toBeGreaterThan(0.85);
    expect(lineage.interval.coverageOnFreshRefits).toBeLessThan(0.95);
  });

  it('scores a file at the rate the bench reports, beside DuckDB', () => {
    const figure = JSON.parse(vigil('bench', 'file', '--rows', '60000'));
    process.stdout.write(`${JSON.stringify(figure)}\n`);
    expect(figure.ratio).toBeGreaterThan(0);
  });
});
