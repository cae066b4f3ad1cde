import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linesOf, type Ran, runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const vigil = (...args: string[]): Promise<Ran> => runVigil(args, { cwd: files.path });
const evaluate = (...args: string[]): Promise<Ran> =>
  vigil('signals', 'evaluate', '--events', 'book/events.ndjson', '--from', '2023-07-01', ...args);

describe('vigil signals evaluate', () => {
  it('measures every signal and the baselines on a book, into JSON and a page', async () => {
    await vigil('simulate', '--customers', '40', '--months', '15', '--seed', '4', '--out', 'book');
    const ran = await evaluate('--to', '2024-03-31', '--out', 'r.json', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    const result = JSON.parse(readFileSync(join(files.path, 'r.json'), 'utf8'));
    expect(result.customers).toBe(40);
    expect(result.facts).toMatchObject({ policy: 'early-warning@2', model: '-' });
    expect(Number(result.facts.simulated)).toBe(result.customers);
    const named = new Set(result.figures.map((each: { strategy: { name: string } }) => each.strategy.name));
    for (const name of ['late-repayment', 'industry-downturn', 'contagion', 'signals', 'late', 'pd'])
      expect(named).toContain(name);
    expect(result.figures).toHaveLength(4 * named.size);
    expect((await evaluate('--to', '2024-03-31', '--out', 'r.html')).code).toBe(0);
    expect(readFileSync(join(files.path, 'r.html'), 'utf8')).toContain('<svg');
  });

  it.each([
    ['another form', ['--to', '2024-03-31', '--out', 'bad.txt'], /ends in .html or .json/, 2],
    ['no month', ['--to', '2023-07-02', '--out', 'bad.json'], /no month ends/, 2],
    ['no such policy', ['--to', '2024-03-31', '--out', 'bad.json', '--policy', 'none'], /none was not found/, 4],
  ])('refuses %s, in one line, and writes nothing', async (_, args, word, code) => {
    const ran = await evaluate(...args);
    expect({ code: ran.code, lines: linesOf(ran.stderr).length }).toEqual({ code, lines: 1 });
    expect(ran.stderr).toMatch(word);
    expect(existsSync(join(files.path, 'bad.json'))).toBe(false);
  });
});
