import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';
import { championId } from '../support/rows.ts';

const files = useFolder();
const vigil = (...args: string[]) => runVigil(['export', 'scorecard', ...args], { cwd: files.path });
const champion = ['--model', 'taiwan-card'];

describe('vigil export scorecard', () => {
  it.each(['csv', 'json', 'pmml', 'sql'])('writes %s to standard output and the same to a file', async (format) => {
    const [printed, written] = await Promise.all([
      vigil(...champion, '--format', format),
      vigil(...champion, '--format', format, '--output', `out.${format}`, '--json'),
    ]);
    expect(printed.stderr).toBe('');
    expect(printed.stdout).toBe(readFileSync(join(files.path, `out.${format}`), 'utf8'));
    expect(JSON.parse(written.stdout)).toEqual({
      model: championId,
      policy: 'taiwan-card@1',
      format,
      output: `out.${format}`,
    });
  });

  it('writes a workbook into a file only', async () => {
    const [written, printed] = await Promise.all([
      vigil('--model', 'behaviour', '--format', 'xlsx', '--output', 'out.xlsx'),
      vigil('--model', 'behaviour', '--format', 'xlsx'),
    ]);
    expect(written).toMatchObject({ code: 0, stdout: expect.stringMatching(/exported to out\.xlsx/) });
    expect(readFileSync(join(files.path, 'out.xlsx')).subarray(0, 2).toString()).toBe('PK');
    expect(printed).toMatchObject({ code: 2, stderr: expect.stringMatching(/--format xlsx needs a file in --output/) });
  });

  it('takes the cut-offs of the policy that is named', async () => {
    const policy = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../data/policies/taiwan-card/1.json'), 'utf8'),
    );
    policy.tiers.high = { enter: 0.5, leave: 0.5 };
    const file = files.write('policy.json', JSON.stringify(policy));
    const { stdout } = await vigil(...champion, '--format', 'json', '--policy', file);
    expect(JSON.parse(stdout).enterMicroLogits).toEqual({ medium: -1_386_294, high: 0 });
  });

  it('names what it cannot find or write, in both languages, and leaves nothing behind', async () => {
    const before = readdirSync(files.path);
    const answers = await Promise.all([
      vigil(...champion, '--format', 'doc'),
      vigil('--model', 'nobody', '--format', 'csv'),
      vigil(...champion, '--format', 'csv', '--output', 'nowhere/out.csv'),
      vigil(...champion, '--format', 'csv', '--output', 'nowhere/out.csv', '--locale', 'zh'),
      vigil(...champion, '--format', 'csv', '--policy', 'nowhere.json'),
    ]);
    expect(answers.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
      [2, 4, 5, 5, 4].map((code) => ({ code, stdout: '' })),
    );
    const [format = '', model = '', file = '', chinese = '', policy = ''] = answers.map(({ stderr }) => stderr);
    expect(format).toMatch(/--format takes one of .*, not "doc"/);
    expect(model).toMatch(/Model nobody was not found/);
    expect(file).toMatch(/Cannot write nowhere\/out\.csv/);
    expect(chinese).toMatch(/无法写入 nowhere\/out\.csv/);
    expect(policy).toMatch(/nowhere\.json/);
    expect(readdirSync(files.path)).toEqual(before);
  });
});
