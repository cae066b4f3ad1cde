import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runVigil, runVigilEach } from '../support/cli.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';
import { drawPanel, panelDictionary, panelHeader } from '../support/panel.ts';

const files = useFolder();
const train = ['hazard', 'train', '--data', 'panel.csv', '--dictionary', 'dictionary.json', '--name', 'mine'];
const more = ['--tiers', '4', '--config', 'settings.json', '--out', 'models'];
const curve = ['hazard', 'curve', '--model', 'mine', '--models', 'models', '--values', 'row.json'];

let trained: Ran;
beforeAll(async () => {
  files.write('panel.csv', toCsv([panelHeader, ...drawPanel(1500, 3)]));
  files.write('dictionary.json', JSON.stringify(panelDictionary));
  files.write(
    'settings.json',
    JSON.stringify({ intervalRefits: 2, coverageRefits: 1, validation: { replicates: 20 } }),
  );
  files.write('row.json', JSON.stringify({ x: 8, age: 2 }));
  trained = await runVigil([...train, ...more], { cwd: files.path });
});

const run = (args: readonly string[]): Promise<Ran> => runVigil(args, { cwd: files.path });

describe('vigil hazard train', () => {
  it('writes the hazard and its models, and says what they are worth on later periods', async () => {
    expect(trained.code).toBe(0);
    expect(trained.stdout).toContain(`mine@1 written to ${join(files.path, 'models', 'mine', '1')}`);
    expect(trained.stdout).toMatch(
      /Later periods, default: \d+ rows, expected [\d.]+ \([\d.]+ to [\d.]+\), observed \d+, AUC 0\.\d{4}/,
    );
    expect(trained.stdout).toMatch(/Table for tiers against curve, mean: curve [\d.]+%, table [\d.]+%, gap -?[\d.]+%/);
    const listed = await run(['models', 'list', '--models', 'models', '--json']);
    expect(listed.stdout).toContain('mine-default');
    expect(listed.stdout).toContain('mine-within-4');
  });

  it('changes nothing where nothing changed', async () => {
    const again = await run([...train, ...more, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ isNew: false, hazard: { name: 'mine', version: '1' } });
  });

  it('refuses data that are no panel, and a table for tiers beyond the horizons', async () => {
    const out = ['--out', 'models'];
    const [noPanel, tooFar] = await runVigilEach(
      [
        ['hazard', 'train', '--data', 'sample', ...out],
        [...train, ...out, '--tiers', '8'],
      ],
      { cwd: files.path },
    );
    expect([noPanel?.code, noPanel?.stderr]).toEqual([2, expect.stringContaining('bad_dictionary')]);
    expect([tooFar?.code, tooFar?.stderr]).toEqual([2, expect.stringContaining('horizon_unfit')]);
  });
});

describe('vigil hazard curve', () => {
  it('says PDs, the tier and exact reasons for each period, in both languages', async () => {
    const [en, zh] = await runVigilEach([curve, [...curve, '--locale', 'zh']], { cwd: files.path });
    expect(en?.stdout).toMatch(
      /PD within 90 days [\d.]+%\n {2}PD within 180 days [\d.]+%\n {2}PD within 360 days [\d.]+%/,
    );
    expect(en?.stdout).toMatch(
      /Table for tiers: PD within 360 days [\d.]+%, (low|medium|high) risk; -?[\d.]+% from the curve/,
    );
    expect(zh?.stdout).toMatch(/360 天内违约概率 [\d.]+%/);
    const scores = [...(en?.stdout ?? '').matchAll(/typical customer (-?\d+)(.*) = (-?\d+)$/gm)];
    expect(scores).toHaveLength(8);
    for (const [, typical, parts = '', score] of scores) {
      const added = [...parts.matchAll(/, ([+-]\d+) /g)].reduce((sum, [, part]) => sum + Number(part), 0);
      expect(Number(typical) + added).toBe(Number(score));
    }
  });

  it('answers whole periods only, with the same figures as JSON', async () => {
    const whole = await run([...curve, '--days', '270', '--json']);
    const { horizons, periods } = JSON.parse(whole.stdout);
    expect(horizons).toEqual([{ days: 270, probability: periods[2].until.default }]);
    const [part, unknown] = await runVigilEach(
      [
        [...curve, '--days', '30'],
        ['hazard', 'curve', '--model', 'nobody', '--models', 'models', '--values', 'row.json'],
      ],
      { cwd: files.path },
    );
    expect([part?.code, part?.stderr]).toEqual([2, expect.stringContaining('horizon_unfit')]);
    expect([unknown?.code, unknown?.stderr]).toEqual([4, expect.stringContaining('model_missing')]);
  });
});
