import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parametersFingerprint } from '../../training/simulator/parameters.ts';
import { simulateIndustries, simulatePortfolio } from '../../training/simulator/portfolio.ts';
import { toLine, toTruthLine, truthHeader } from '../../training/simulator/text.ts';
import { linesOf, type Ran, runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const vigil = (...args: string[]): Promise<Ran> => runVigil(args, { cwd: files.path });
const few = ['--customers', '12', '--months', '15', '--seed', '4'];

const readAt = (folder: string, file: string): Buffer => readFileSync(join(files.path, folder, file));
const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

describe('vigil simulate', () => {
  it('writes events, truth and what they were made from; the same seed, the same bytes', async () => {
    const ran = await vigil('simulate', ...few, '--out', 'one', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    const about = JSON.parse(readAt('one', 'about.json').toString());
    const events = linesOf(readAt('one', 'events.ndjson').toString());
    const [header, ...truth] = linesOf(readAt('one', 'truth.csv').toString());
    expect(about).toMatchObject({
      simulated: true,
      scenario: 'calm',
      seed: 4,
      customers: 12,
      parameters: parametersFingerprint(),
    });
    expect(JSON.parse(ran.stdout)).toEqual({ out: 'one', ...about });
    expect(events).toHaveLength(about.events);
    expect(header).toBe('customerId,kind,defaultOn,firstUnpaidDueOn,cause,trigger,ending,endedOn,laundering');
    expect(truth.map((line) => line.split(',')[0])).toEqual(
      Array.from({ length: 12 }, (_, index) => `SIM-${String(index + 1).padStart(6, '0')}`),
    );
    await vigil('simulate', ...few, '--out', 'two', '--gzip');
    expect(digestOf(gunzipSync(readAt('two', 'events.ndjson.gz')))).toBe(digestOf(readAt('one', 'events.ndjson')));
    expect(readAt('two', 'truth.csv').equals(readAt('one', 'truth.csv'))).toBe(true);
  });

  it('writes the same bytes in many threads as in one', async () => {
    const settings = { customers: 570, months: 36, seed: 4, scenario: 'calm', start: '2023-01' } as const;
    const ran = await vigil('simulate', '--customers', '570', '--seed', '4', '--out', 'many');
    expect(ran.code, ran.stderr).toBe(0);
    const whole = createHash('sha256').update(simulateIndustries(settings).map(toLine).join(''));
    let truth = truthHeader;
    for (const customer of simulatePortfolio(settings)) {
      whole.update(customer.events.map(toLine).join(''));
      truth += toTruthLine(customer.truth);
    }
    expect(digestOf(readAt('many', 'events.ndjson'))).toBe(whole.digest('hex'));
    expect(readAt('many', 'truth.csv').toString()).toBe(truth);
  });

  it('says that it is simulated, in either language', async () => {
    expect((await vigil('simulate', ...few, '--out', 'said')).stdout).toMatch(/^Simulated: 12 customers, \d+ events/);
    expect((await vigil('simulate', ...few, '--out', 'said', '--locale', 'zh')).stdout).toMatch(/^模拟数据：12 个客户/);
  });

  it.each([
    ['no customers', ['--customers', '0', '--out', 'bad'], /--customers takes a whole number/],
    ['an unknown scenario', ['--customers', '1', '--scenario', 'boom', '--out', 'bad'], /--scenario takes one of calm/],
    ['a month that is none', ['--customers', '1', '--start', '2023-13', '--out', 'bad'], /--start takes a month/],
    ['no folder', ['--customers', '1'], /--out/],
  ])('refuses %s, in one line, and writes nothing', async (_, args, word) => {
    const ran = await vigil('simulate', ...args);
    expect({ code: ran.code, stdout: ran.stdout, lines: linesOf(ran.stderr).length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(ran.stderr).toMatch(word);
    expect(existsSync(join(files.path, 'bad'))).toBe(false);
  });

  it('leaves no file where it cannot write', async () => {
    files.write('taken', 'a file');
    const ran = await vigil('simulate', ...few, '--out', 'taken');
    expect(ran.code).toBe(5);
    expect(ran.stderr).toMatch(/Cannot write taken.*\(file_unwritable\)/);
  });
});
