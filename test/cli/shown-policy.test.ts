import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createPolicy } from '../factories/policy.ts';
import { runVigilEach } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const sample = fileURLToPath(new URL('../../data/sample.csv', import.meta.url));
const config = JSON.stringify({ intervalRefits: 2, coverageRefits: 1, validation: { replicates: 20 } });

/** Lays policies for a model in the data folder of a working folder. */
const layPolicies = (names: readonly string[]): string => {
  const folder = files.folder();
  writeFileSync(join(folder, 'config.json'), config);
  for (const name of names) {
    const policies = join(folder, 'data', 'policies', name);
    mkdirSync(policies, { recursive: true });
    const policy = createPolicy({ name, version: '1', models: { default: 'mine', segments: {} } });
    writeFileSync(join(policies, '1.json'), JSON.stringify(policy));
  }
  return folder;
};

describe('fairness under the policy made for a model', () => {
  it.each([
    [['mine-policy'], 'mine-policy'],
    [['one', 'two'], null],
    [[], null],
  ])('is shown where it can be told which: %j', async (names, shown) => {
    const cwd = layPolicies(names);
    const train = ['train', '--data', sample, '--label', 'defaulted', '--name', 'mine', '--out', 'models'];
    const [ran, again] = await runVigilEach(
      [
        [...train, '--config', 'config.json'],
        ['validate', 'mine'],
      ],
      { cwd },
    );
    for (const each of [ran, again]) {
      expect(each?.code, each?.stderr).toBe(0);
      const told = each?.stderr.includes('name the policy, model mine has several: one, two');
      expect(told).toBe(names.length > 1);
    }
    const validation = JSON.parse(readFileSync(join(cwd, 'models', 'mine', '1', 'validation.json'), 'utf8'));
    expect(validation.fairness.underPolicy?.policy.name ?? null).toBe(shown);
  });
});
