import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { linesOf, runVigil } from '../support/cli.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const cwd = files.path;
const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const vigil = (...args: string[]) => runVigil(args, { cwd });

const example = JSON.parse(readFileSync(fromRoot('data/taiwan-credit-card/example.json'), 'utf8'));
const ROWS = 20_000;
const input = files.write(
  'rows.csv',
  toCsv([Object.keys(example), ...Array.from({ length: ROWS }, () => Object.values<number>(example))]),
);
const scoreArgs = ['score', '--model', 'taiwan-card', '--in', input, '--out'];
const whole = vigil(...scoreArgs, 'whole.csv').then(() => readFileSync(join(cwd, 'whole.csv'), 'utf8'));

describe('an --out that is no file', () => {
  it('is written into where it is a named pipe', async () => {
    const pipe = join(cwd, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe]);
    let read = '';
    reader.stdout.setEncoding('utf8').on('data', (text: string) => {
      read += text;
    });
    const [ran] = await Promise.all([vigil(...scoreArgs, 'pipe'), once(reader, 'close')]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^20000 rows scored/) });
    expect(read).toBe(await whole);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it('names the fault where the reader of a pipe goes away', async () => {
    const pipe = join(cwd, 'short');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('head', ['-c', '10', pipe]);
    const [{ code, stdout, stderr }] = await Promise.all([vigil(...scoreArgs, 'short'), once(reader, 'close')]);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(linesOf(stderr).at(-1)).toMatch(/Cannot write short: EPIPE.*\(file_unwritable\)$/);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it('is written into where a link leads to a device, and the link stays', async () => {
    const link = join(cwd, 'null');
    symlinkSync('/dev/null', link);
    expect((await vigil(...scoreArgs, 'null')).code).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    const describe = await vigil(
      'data',
      'describe',
      fromRoot('data/sample.csv'),
      '--label',
      'defaulted',
      '--out',
      'null',
    );
    expect(describe.code, describe.stderr).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('holds the rows and nothing else where it is standard output', async () => {
    const { code, stdout, stderr } = await vigil(...scoreArgs, '/dev/stdout');
    expect({ code, same: stdout === (await whole) }).toEqual({ code: 0, same: true });
    expect(linesOf(stderr).at(-1)).toMatch(/^20000 rows scored/);
  });

  it('is written into where standard output is a file', async () => {
    const file = openSync(join(cwd, 'redirected.csv'), 'w');
    const args = [fromRoot('src/vigil.js'), ...scoreArgs, '/dev/stdout', '--json'];
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', file, 'ignore'] });
    expect((await once(child, 'close'))[0]).toBe(0);
    closeSync(file);
    expect(readFileSync(join(cwd, 'redirected.csv'), 'utf8')).toBe(await whole);
  });
});

describe('an --out that is a link to a file', () => {
  it('is followed: the file gets the result, the link stays', async () => {
    writeFileSync(join(cwd, 'real.csv'), 'before');
    symlinkSync('real.csv', join(cwd, 'link.csv'));
    expect((await vigil(...scoreArgs, 'link.csv')).code).toBe(0);
    expect(lstatSync(join(cwd, 'link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, 'real.csv'), 'utf8')).toBe(await whole);
  });

  it('is refused where the file is the input', async () => {
    symlinkSync(input, join(cwd, 'input.csv'));
    const { code, stderr } = await vigil(...scoreArgs, 'input.csv');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('same file') });
    expect(linesOf(readFileSync(input, 'utf8')).length).toBe(ROWS + 1);
  });
});

describe('an --out that cannot be written', () => {
  const sample = fromRoot('data/sample.csv');
  it.each([
    ['train', ['train', '--data', sample, '--label', 'defaulted', '--out', 'a-file']],
    ['train, below a file', ['train', '--data', sample, '--label', 'defaulted', '--out', 'a-file/models']],
    [
      'train, a model called like a file',
      ['train', '--data', sample, '--label', 'defaulted', '--out', '.', '--name', 'a-file'],
    ],
    ['train, on a device', ['train', '--data', sample, '--label', 'defaulted', '--out', '/dev/null']],
    ['describe', ['data', 'describe', sample, '--label', 'defaulted', '--out', 'nowhere/d.json']],
    ['describe, onto a folder', ['data', 'describe', sample, '--label', 'defaulted', '--out', '.']],
    ['score, onto a folder', [...scoreArgs, '.']],
  ])('is refused before the work begins: %s', async (_, args) => {
    writeFileSync(join(cwd, 'a-file'), '');
    const { code, stdout, stderr } = await vigil(...args);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/\(file_unwritable\)$/)]);
  });
});

describe('standard output', () => {
  const printInto = (target: string) =>
    promisify(execFile)(
      'sh',
      ['-c', `"$0" "$1" models scorecard taiwan-card --json ${target}`, process.execPath, fromRoot('src/vigil.js')],
      { cwd },
    );

  it('may be closed by its reader, which is no fault', async () => {
    expect(await printInto('| true')).toEqual({ stdout: '', stderr: '' });
  });

  it('is a fault in one line where it takes nothing more', async () => {
    const ran = await printInto('> /dev/full').catch((fault: unknown) => fault);
    const { code, stderr } = ran as { code: number; stderr: string };
    expect({ code, fault: JSON.parse(stderr) }).toMatchObject({ code: 5, fault: { error: 'file_unwritable' } });
  });
});

describe('lists beside bad files', () => {
  const book = files.folder();
  mkdirSync(join(book, 'data/broken'), { recursive: true });
  writeFileSync(join(book, 'data/broken/dictionary.json'), '{');
  cpSync(fromRoot('models/taiwan-card'), join(book, 'models/taiwan-card'), { recursive: true });
  cpSync(fromRoot('models/taiwan-card/1'), join(book, 'models/taiwan-card/2'), { recursive: true });
  mkdirSync(join(book, 'models/broken/1'), { recursive: true });
  writeFileSync(join(book, 'models/broken/1/model.json'), '[]');
  writeFileSync(join(book, 'models/registry.jsonl'), 'nonsense\n');
  const inBook = (...args: string[]) => runVigil(args, { cwd: book });
  const told = [
    /models\/registry\.jsonl/,
    /models\/broken\/1\/model\.json/,
    /models\/taiwan-card\/2\/model\.json.*version/,
  ];

  it('shows the good dictionaries and reports the bad one', async () => {
    const { code, stdout, stderr } = await inBook('data', 'list');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('taiwan-credit-card') });
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^vigil: .*data\/broken\/dictionary\.json.*\(bad_json\)$/)]);
  });

  it('shows the good models and reports the bad ones and a bad registry', async () => {
    const { code, stdout, stderr } = await inBook('models', 'list');
    expect(code).toBe(0);
    expect(linesOf(stdout).map((line) => line.split(' ')[0])).toEqual(['taiwan-card@1', 'behaviour@1']);
    expect(linesOf(stderr)).toEqual(told.map((words) => expect.stringMatching(words)));
  });

  it('keeps them apart with --json: one list on standard output, an object a fault on standard error', async () => {
    const { stdout, stderr } = await inBook('models', 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'taiwan-card', version: '1' },
      { name: 'behaviour', version: '1' },
    ]);
    const faults = linesOf(stderr).map((line) => JSON.parse(line));
    expect(faults).toEqual(told.map((words) => ({ error: expect.any(String), detail: expect.stringMatching(words) })));
  });

  it('names the bad one where it is asked for', async () => {
    const results = [await inBook('models', 'show', 'broken@1'), await inBook('models', 'show', 'taiwan-card@2')];
    for (const { code, stderr } of results) {
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/model\.json.*\(bad_artifact\)/) });
    }
    expect((await inBook('profile', '--data', 'broken')).stderr).toMatch(/dictionary\.json.*\(bad_json\)/);
    expect((await inBook('models', 'show', 'taiwan-card@1')).code).toBe(0);
  });
});

describe('every result', () => {
  it('leaves nothing unfinished behind', async () => {
    await whole;
    expect(readdirSync(cwd).filter((name) => name.includes('unfinished'))).toEqual([]);
  });
});
