import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { readText } from '../../src/store/json.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command in this checkout and reads the JSON it prints. */
export const runJson = (...args: string[]) =>
  JSON.parse(
    execFileSync(process.execPath, [join(root, 'src/vigil.js'), ...args, '--json'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );

/** A shipped version of the champion and the learner it was trained by. */
export interface Shipped {
  readonly version: string;
  readonly learner: string;
}

/** Trains a shipped version of the champion again into a folder, and expects what was committed. */
export const expectRetrained = ({ version, learner }: Shipped, out: string): void => {
  const committed = join(root, 'models', 'taiwan-card', version);
  const [data, dictionary] = ['taiwan-credit-card/UCI_Credit_Card.csv.gz', join(committed, 'dictionary.json')];
  const named = ['--name', 'taiwan-card', '--model-version', version, '--out', out];
  const trained = runJson('train', '--data', data, '--dictionary', dictionary, '--learner', learner, ...named);
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
};
