import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { allOperations } from '../support/operations.ts';
import { useService } from '../support/service.ts';

/** Debian's name of the browser, or where it is. */
const chromium = process.env.VIGIL_TEST_CHROMIUM ?? 'chromium';

const service = useService();

/** The page as a browser made it, and what it wrote on its console. */
const openPage = (url: string): Promise<{ page: string; console: string[] }> =>
  new Promise((resolve, reject) => {
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${service.folder.folder()}`,
      '--virtual-time-budget=20000',
      '--enable-logging=stderr',
      '--dump-dom',
    ];
    execFile(chromium, [...flags, url], { maxBuffer: 2 ** 26, timeout: 50_000 }, (fault, stdout, stderr) => {
      if (fault) reject(fault);
      else resolve({ page: stdout, console: stderr.split('\n').filter((line) => line.includes(':CONSOLE')) });
    });
  });

describe('the page of the API', () => {
  it('shows every operation and writes nothing on the console', async () => {
    const { page, console } = await openPage(`${service().url}/docs`);
    expect(console).toEqual([]);
    for (const { path, summary } of Object.values(allOperations)) {
      expect(page).toContain(`data-path="${path}"`);
      expect(page).toContain(summary.en.replaceAll("'", '&#x27;').slice(0, 12));
    }
    expect(page).not.toContain('errors-wrapper');
  });

  it('would be found out if it did', async () => {
    const faulty = 'data:text/html,<script>console.error("planted")</script>';
    expect((await openPage(faulty)).console).toEqual([expect.stringContaining('planted')]);
  });
});
