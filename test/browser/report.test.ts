import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';

/** Debian's name of the browser, or where it is. */
const chromium = process.env.VIGIL_TEST_CHROMIUM ?? 'chromium';
const files = useFolder();
const sample = fileURLToPath(new URL('../../data/sample.csv', import.meta.url));

/** Words that a browser shows of a page, and what it wrote on its console. */
const openPage = (path: string): Promise<{ page: string; console: string[] }> =>
  new Promise((resolve, reject) => {
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${files.folder()}`];
    const more = ['--virtual-time-budget=5000', '--enable-logging=stderr', '--dump-dom', `file://${path}`];
    execFile(chromium, [...flags, ...more], { maxBuffer: 2 ** 26, timeout: 50_000 }, (fault, stdout, stderr) => {
      if (fault) reject(fault);
      else resolve({ page: stdout, console: stderr.split('\n').filter((line) => line.includes(':CONSOLE')) });
    });
  });

describe('the validation report', () => {
  it('opens from a file with all its pictures, and asks for nothing', async () => {
    const train = ['train', '--data', sample, '--label', 'defaulted', '--name', 'mine', '--out', 'models'];
    const ran = await runVigil(train, { cwd: files.path });
    expect(ran.code, ran.stderr).toBe(0);
    const { page, console } = await openPage(join(files.path, 'models', 'mine', '1', 'report.html'));
    expect(console).toEqual([]);
    expect(page.match(/<svg/g)?.length).toBeGreaterThan(10);
    expect(page).not.toContain('NaN');
    expect(page).toContain('Model validation report');
    expect(page).toContain('模型验证报告');
  });

  it('and the page of a comparison does so too', async () => {
    const compare = ['compare', 'mine', 'mine', '--data', sample, '--html', 'comparison.html'];
    const ran = await runVigil(compare, { cwd: files.path });
    expect(ran.code, ran.stderr).toBe(0);
    const { page, console } = await openPage(join(files.path, 'comparison.html'));
    expect(console).toEqual([]);
    expect(page.match(/<svg/g)?.length).toBeGreaterThan(10);
    expect(page).not.toContain('NaN');
    expect(page).toContain('Model comparison');
    expect(page).toContain('模型比较');
  });
});
