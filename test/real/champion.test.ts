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

/** Every shipped version with the learner it was trained by. */
const versions = [
  { version: '1', learner: 'scorecard' },
  { version: '2', learner: 'neural' },
];

describe('the champion', () => {
  it.each(versions)(
    'version $version comes out of the training data to the same byte as it was committed, whatever the backend',
    ({ version, learner }) => {
      const committed = join(root, 'models', 'taiwan-card', version);
      const [data, dictionary] = ['taiwan-credit-card/UCI_Credit_Card.csv.gz', join(committed, 'dictionary.json')];
      const named = ['--name', 'taiwan-card', '--model-version', version, '--out', out];
      const trained = JSON.parse(
        vigil('train', '--data', data, '--dictionary', dictionary, '--learner', learner, ...named),
      );
      const again = join(out, 'taiwan-card', version);
      const lineage = JSON.parse(readText(join(again, 'lineage.json')));
      for (const { label, figures } of trained.figures) {
        process.stdout.write(
          `taiwan-card@${version} on fold 0 (${lineage.machine.backend}), ${label.en}: AUC ${figures.auc.toFixed(4)}\n`,
        );
      }
      expect(readText(join(again, 'model.json'))).toBe(readText(join(committed, 'model.json')));
      expect(lineage.data).toEqual(JSON.parse(readText(join(committed, 'lineage.json'))).data);
      expect(trained.leakage).toEqual([]);
      expect(trained.figures[0].figures.auc).toBeGreaterThan(0.78);
      expect(lineage.interval.coverageOnFreshRefits).toBeGreaterThan(0.85);
      expect(lineage.interval.coverageOnFreshRefits).toBeLessThan(0.95);
    },
  );

  it('scores a file at the rate the bench reports, beside DuckDB', () => {
    const figure = JSON.parse(vigil('bench', 'file', '--rows', '60000'));
    process.stdout.write(`${JSON.stringify(figure)}\n`);
    expect(figure.ratio).toBeGreaterThan(0);
  });
});
