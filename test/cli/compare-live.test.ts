import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Comparison } from '../../src/domain/comparison.ts';
import { openDatabase } from '../../src/store/database.ts';
import { at } from '../reference/exact.ts';
import { linesOf, type Ran, runVigilEach } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';
import { holdHome } from '../support/home.ts';
import { championId } from '../support/rows.ts';
import { openTraffic } from '../support/traffic.ts';

const files = useFolder();
const home = files.folder();
holdHome(home);
const decidedAt = Date.parse('2026-03-02T04:00:00Z');
const customers = Array.from({ length: 600 }, (_, index) => `C-${index}`);
const live = (...args: string[]) => ['compare', championId, 'taiwan-card@worse', '--live', ...args];
let ran: Ran[];

beforeAll(async () => {
  const database = await openDatabase({ url: undefined, home });
  let clock = decidedAt;
  const traffic = await openTraffic(database, files.folder(), () => new Date(clock));
  await traffic.predict(customers);
  clock += 40 * 86_400_000;
  await traffic.settle(customers, decidedAt);
  await database.close();
  ran = await runVigilEach(
    [
      live('--html', 'page.html', '--missed-bad', '5', '--false-alarm', '1'),
      live('--locale', 'zh', '--missed-bad', '5', '--false-alarm', '1'),
      live('--json', '--silence', 'good', '--window-days', '15', '--from', '2026-01-01'),
      live('--data', 'data/sample.csv'),
      live('--policy', 'taiwan-card'),
      ['compare', championId, championId, '--from', '2026-01-01'],
      ['compare', championId, 'taiwan-card@nobody', '--live'],
      live('--from', 'soon'),
    ],
    { cwd: files.path, env: { VIGIL_HOME: home } },
  );
});

describe('vigil compare --live', () => {
  it('tells in both languages what both made of live traffic, and which was right', () => {
    const [english, chinese] = [at(ran, 0), at(ran, 1)];
    expect(english).toMatchObject({ code: 0, stderr: '' });
    expect(english.stdout).toContain(
      'A made 600 decisions, of which B scored 600 too; repeated in a month 0, erased 0',
    );
    expect(english.stdout).toContain('window of 30 days: matured 600 (of which nobody told: 0), early defaults 0');
    expect(english.stdout).toMatch(/scores differ by [+-]\d\.\d{3} log-odds on average/);
    expect(english.stdout).toMatch(/^Tiers \(rows A, columns B\): up \d+, down \d+, same \d+$/m);
    expect(english.stdout).toMatch(/^ {2}AUC: .*B is worse$/m);
    expect(english.stdout).toMatch(/^ {2}Loss \(costs as given: a bad one let pass 5/m);
    expect(chinese.stdout).toContain('实际业务: A 决策 600 个，其中 B 也评了 600 个');
    expect(linesOf(chinese.stdout).filter((line) => /[a-z]{3,} [a-z]{3,}/.test(line))).toEqual([]);
  });

  it('gives all of it as JSON, under the window and the silence that are asked for', () => {
    const { stdout } = at(ran, 2);
    const { rows, live: found } = Comparison.parse(JSON.parse(stdout));
    expect(rows).toBeNull();
    expect(found).toMatchObject({ rows: 600, windowDays: 15, silence: 'good', from: '2026-01-01', unobserved: 0 });
    expect(found?.worth).toMatchObject({ rows: 600, money: { source: 'validation' } });
  });

  it('writes one page in both languages', () => {
    const page = readFileSync(join(files.path, 'page.html'), 'utf8');
    for (const text of ['Live traffic', '实际业务', 'B is worse', 'B 更差', 'ROC curves of both']) {
      expect(page).toContain(text);
    }
    expect(page).not.toMatch(/NaN|undefined|<script/);
  });

  it('names what does not go together, each with its exit code', () => {
    const faults = ran.slice(3).map(({ code, stdout, stderr }) => ({ code, stdout, fault: linesOf(stderr).at(-1) }));
    const expected: readonly (readonly [number, RegExp])[] = [
      [2, /--data and --live do not go together/],
      [2, /--policy goes with --data/],
      [2, /--from goes with --live/],
      [4, /no callable model taiwan-card@nobody/],
      [2, /--from takes a/],
    ];
    expect(faults).toEqual(
      expected.map(([code, fault]) => ({ code, stdout: '', fault: expect.stringMatching(fault) })),
    );
  });
});
