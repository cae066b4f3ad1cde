import { beforeAll, describe, expect, it } from 'vitest';
import { Monitoring } from '../../src/domain/monitoring.ts';
import { openDatabase } from '../../src/store/database.ts';
import { linesOf, runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';
import { holdHome } from '../support/home.ts';
import { predictFor } from '../support/predictions.ts';
import { championId } from '../support/rows.ts';

const files = useFolder();
const home = files.folder();
holdHome(home);
const vigil = (...args: string[]) => runVigil(args, { cwd: files.path, env: { VIGIL_HOME: home } });
const header = 'outcome_id,customer_id,observed_on,defaulted,loss_minor,currency';

beforeAll(async () => {
  const database = await openDatabase({ url: undefined, home });
  await predictFor(database, ['A', 'B', 'C'], 'application');
  await database.close();
});

describe('vigil outcomes', () => {
  it('stores a file whole and says what became of it, again and in Chinese', async () => {
    const file = files.write('outcomes.csv', `${header}\no1,A,2026-01-02,1,500,CNY\no2,B,2026-01-02,0,,\n`);
    expect(await vigil('outcomes', file)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: 'Outcomes recorded: 2, corrected: 0, unchanged: 0.\n',
    });
    const again = await vigil('outcomes', file, '--json', '--actor', 'desk');
    expect(JSON.parse(again.stdout)).toEqual({ file, recorded: 0, corrected: 0, unchanged: 2 });
    expect((await vigil('outcomes', file, '--locale', 'zh')).stdout).toBe('新增 0 个结果，更正 0 个，2 个无变化。\n');
  });

  it('refuses a file whole, with one line for each fault', async () => {
    const file = files.write('wrong.csv', `${header}\no3,A,2026-01-02,1,,\no4,nobody,2026-01-02,0,,\no5,B,soon,0,,\n`);
    const refused = await vigil('outcomes', file);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(linesOf(refused.stderr)).toEqual([
      expect.stringMatching(/row 3, column observed_on, value "soon".*\(bad_cell\)$/),
    ]);
    const unknown = files.write('unknown.csv', `${header}\no3,A,2026-01-02,1,,\no4,nobody,2026-01-02,0,,\n`);
    expect(linesOf((await vigil('outcomes', unknown, '--locale', 'zh')).stderr)).toEqual([
      expect.stringMatching(/第 2 行.*没有客户 nobody。 \(bad_row\)$/),
    ]);
  });
});

describe('vigil monitor', () => {
  it('tells how the promoted version does, in words and as JSON', async () => {
    const told = await vigil('monitor');
    expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 0, stderr: '' });
    expect(told.stdout).toContain(`${championId}: window of 30 days; decisions 3, matured 0`);
    expect(told.stdout).toMatch(/^ {2}\[insufficient evidence\] Stability of the score \(PSI; \d{4}-\d\d\)/m);
    const json = await vigil('monitor', championId, '--window-days', '90', '--silence', 'good', '--json');
    expect(Monitoring.parse(JSON.parse(json.stdout))).toMatchObject({ windowDays: 90, silence: 'good', decisions: 3 });
    const chinese = await vigil('monitor', '--locale', 'zh');
    expect(chinese.stdout).toContain(`${championId}：表现期 30 天；决策 3，成熟 0`);
    expect(chinese.stdout).not.toMatch(/insufficient|month/);
  });

  it('refuses what is no model and no day', async () => {
    expect(await vigil('monitor', 'nobody')).toMatchObject({ code: 4, stdout: '' });
    expect(await vigil('monitor', '--from', 'soon')).toMatchObject({ code: 2, stdout: '' });
    expect(await vigil('monitor', '--silence', 'bad')).toMatchObject({ code: 2, stdout: '' });
  });
});
