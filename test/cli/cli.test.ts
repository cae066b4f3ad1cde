import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/domain/decision.ts';
import { Dictionary } from '../../src/domain/dictionary.ts';
import { parseRecords } from '../../src/store/csv.ts';
import { at } from '../reference/exact.ts';
import { interruptVigil, linesOf, type Ran, runVigil, runVigilEach } from '../support/cli.ts';
import { toCsv } from '../support/csv.ts';
import { useFolder } from '../support/folder.ts';
import { type Form, plainForm, writeForm } from '../support/forms.ts';
import { championId } from '../support/rows.ts';

const files = useFolder();
const cwd = files.path;
const sample = fileURLToPath(new URL('../../data/sample.csv', import.meta.url));

const vigil = (...args: string[]): Promise<Ran> => runVigil(args, { cwd });

/** Runs commands a few at a time. */
const vigilAll = async (commands: readonly (readonly string[])[]): Promise<Ran[]> => {
  const results: Ran[] = [];
  for (let first = 0; first < commands.length; first += 3) {
    results.push(...(await Promise.all(commands.slice(first, first + 3).map((args) => vigil(...args)))));
  }
  return results;
};

/** Runs commands that only print or refuse. */
const vigilEach = (commands: readonly (readonly string[])[]): Promise<Ran[]> => runVigilEach(commands, { cwd });

const parse = (text: string): string[][] => parseRecords(text, ',', { file: 'test', firstRow: 0 });
const [header = [], ...rows] = parse(readFileSync(sample, 'utf8'));
const place = (column: string): number => header.indexOf(column);
const withCell = (row: readonly string[], column: string, cell: string) =>
  row.map((other, index) => (index === place(column) ? cell : other));

const writeRows = (name: string, data: readonly (readonly string[])[], names: readonly string[] = header): string =>
  files.write(name, toCsv([names, ...data]));

/** A row as `explain` wants it. */
const fieldsOf = (row: readonly string[]): Record<string, string | number | null> =>
  Object.fromEntries(
    header.map((name, index) => {
      const cell = at(row, index);
      if (cell === '') return [name, null];
      return [name, name === 'employment' || name === 'customer_id' ? cell : Number(cell)];
    }),
  );

const writeFields = (name: string, fields: Readonly<Record<string, unknown>>): string =>
  files.write(name, JSON.stringify(fields));

/** The rows of a scored file, by column. */
const readScored = (file: string): Record<string, string>[] => {
  const [names = [], ...cells] = parse(readFileSync(file, 'utf8'));
  return cells.map((row) => Object.fromEntries(names.map((name, index) => [name, at(row, index)])));
};

const listAll = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];

const models = join(cwd, 'models');
const version = (of: string) => join(models, 'sample', of);
const trainArgs = ['train', '--data', sample, '--label', 'defaulted'];
const scoreArgs = ['score', '--model', 'sample', '--models', models];
const explainArgs = ['explain', '--model', 'sample', '--models', models];
let trained: Ran;
let scored: Ran;

/** Progress goes to standard error too, in lines that end in a percentage. */
const faultsOf = ({ stderr }: Ran): string[] =>
  linesOf(stderr).filter((line) => !/^(train|score|validate): .*%$/.test(line));

/** The fault a command must end in: its exit code, nothing on standard output, one line that has all these words. */
const expectFault = (ran: Ran, code: number, ...words: readonly (string | RegExp)[]): void => {
  const lines = faultsOf(ran);
  expect({ code: ran.code, stdout: ran.stdout, lines }).toEqual({ code, stdout: '', lines: [expect.any(String)] });
  for (const word of words) expect(lines[0]).toMatch(word);
};

/** The same of several commands at once, so that all that end otherwise are seen. */
const expectFaults = async (commands: readonly (readonly string[])[], code: number, word: RegExp): Promise<void> => {
  const results = await vigilEach(commands);
  const found = results.map((ran, index) => ({
    command: at(commands, index).join(' '),
    code: ran.code,
    stdout: ran.stdout,
    lines: faultsOf(ran),
  }));
  expect(found).toEqual(
    commands.map((command) => ({ command: command.join(' '), code, stdout: '', lines: [expect.stringMatching(word)] })),
  );
};

beforeAll(async () => {
  trained = await vigil(...trainArgs, '--out', 'models');
  expect(trained.code, trained.stderr).toBe(0);
  scored = await vigil(...scoreArgs, '--in', sample, '--out', 'scored.csv');
  expect(scored.code, scored.stderr).toBe(0);
});

describe('every command', () => {
  const commands = [
    [],
    ['train'],
    ['validate'],
    ['compare'],
    ['score'],
    ['explain'],
    ['profile'],
    ['data'],
    ['data', 'list'],
    ['data', 'describe'],
    ['data', 'sample'],
    ['models'],
    ['models', 'list'],
    ['models', 'show'],
    ['export'],
    ['export', 'scorecard'],
    ['bench'],
    ['bench', 'accuracy'],
    ['bench', 'train'],
    ['bench', 'score'],
    ['bench', 'file'],
    ['bench', 'http'],
    ['predict'],
    ['replay'],
    ['outcomes'],
    ['monitor'],
    ['verify'],
    ['checkpoint'],
    ['prove'],
    ['backup'],
    ['restore'],
    ['erase'],
    ['policy'],
    ['policy', 'use'],
    ['serve'],
    ['laundering'],
    ['signals'],
    ['signals', 'evaluate'],
    ['simulate'],
    ['demo'],
    ['features'],
    ['events'],
    ['import'],
    ['reviews'],
    ['target', 'study'],
    ['hazard'],
    ['register'],
    ['approve'],
    ['waive'],
    ['promote'],
    ['shadow'],
    ['retire'],
    ['rollback'],
    ['history'],
    ['sign'],
  ];

  it('explains itself with --help and ends well', async () => {
    const results = await vigilEach(commands.map((command) => [...command, '--help']));
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^Usage: ${['vigil', ...at(commands, index)].join(' ')} `));
    }
  });

  it('finds every command by the name it lists it under, wherever the language stands', async () => {
    const [listed] = await vigilEach([['--help']]);
    const names = [...(listed?.stdout.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map(
      (found) => found[1],
    );
    expect(names.length).toBeGreaterThan(40);
    expect(names.pop()).toBe('help');
    const asked = names.map((name) => ['--locale', 'en', 'help', String(name)]);
    const told = await vigilEach(asked);
    expect(told.map(({ stdout }) => stdout.split(' ').slice(0, 3).join(' '))).toEqual(
      names.map((name) => `Usage: vigil ${name}`),
    );
    const [misspelt] = await vigilEach([['trian']]);
    expect(misspelt?.stderr).toContain('Did you mean train?');
  });

  it('refuses what it does not know in one line, exit code 2', async () => {
    await expectFaults(
      [
        ['nonsense'],
        ['trian'],
        ['train', '--nonsense'],
        ['score'],
        ['data', 'nonsense'],
        ['models', 'show', 'a', 'b'],
        ['score', '--model', 'sample', '--in', 'x.csv', '--out', 'y.csv', '--reasons', '5'],
        [...trainArgs, '--holdout', '7'],
      ],
      2,
      /^vigil: .*\(bad_arguments\)$/,
    );
  });

  it('says what to do where no command is named', async () => {
    for (const ran of await vigilEach([[], ['bench']])) {
      expect(`${ran.stdout}${ran.stderr}`).toMatch(/Usage|--help/);
      expect(`${ran.stdout}${ran.stderr}`).not.toContain('outputHelp');
    }
  });

  it('names a file or folder that is not there, exit code 4', async () => {
    await expectFaults(
      [
        ['train', '--data', 'nowhere.csv', '--label', 'y'],
        [...trainArgs, '--config', 'nowhere.json'],
        ['data', 'describe', 'nowhere.csv', '--label', 'y'],
        [...scoreArgs, '--in', 'nowhere.csv', '--out', 'out.csv'],
        [...scoreArgs, '--policy', 'nowhere.json', '--in', sample, '--out', 'out.csv'],
        ['score', '--model', 'sample@nowhere', '--models', models, '--in', sample, '--out', 'out.csv'],
        [...explainArgs, '--in', 'nowhere.json'],
      ],
      4,
      /nowhere/,
    );
    expect(existsSync(join(cwd, 'out.csv'))).toBe(false);
  });

  it('speaks Chinese where it is asked to, by the environment or by an option anywhere', async () => {
    const args = [...scoreArgs, '--in', 'nowhere.csv', '--out', 'out.csv'];
    const [option, first, environment, both] = await Promise.all([
      vigil(...args, '--locale', 'zh'),
      vigil('--locale=zh', ...args),
      runVigil(args, { cwd, env: { VIGIL_LOCALE: 'zh' } }),
      runVigil([...args, '--locale', 'en'], { cwd, env: { VIGIL_LOCALE: 'zh' } }),
    ]);
    for (const ran of [option, first, environment]) expectFault(ran, 4, '找不到文件 nowhere.csv');
    expectFault(both, 4, 'File nowhere.csv was not found');
  });

  it('explains itself in Chinese: every command, option and heading', async () => {
    const results = await vigilEach(commands.map((command) => [...command, '--help', '--locale', 'zh']));
    for (const { code, stdout } of results) {
      expect(code).toBe(0);
      expect(stdout).toMatch(/^用法: vigil /);
      expect(stdout).not.toMatch(/Usage|Options|Commands|default:/);
      const entries = linesOf(stdout).filter((line) => /^ {2}\S/.test(line));
      expect(entries.filter((line) => !/\p{Script=Han}/u.test(line))).toEqual([]);
    }
  });

  it('says a fault in one language: nothing but names and values is left in English', async () => {
    const broken = files.write('broken.json', '{ "a": 1, }');
    const policy = files.write('policy.json', '{ "schema": 1 }');
    const cells = writeRows('cells.csv', [withCell(at(rows, 0), 'credit_limit', 'x')]);
    const ragged = files.write('ragged.csv', 'a,b\n1,2\n3\n');
    const results = await vigilEach(
      [
        ['nonsense'],
        ['train'],
        ['train', '--nonsense'],
        ['train', '--data'],
        ['models', 'show', 'a', 'b'],
        [],
        [...trainArgs, '--holdout', '7'],
        [...trainArgs, '--name', '../a'],
        [...trainArgs, '--config', broken],
        [...scoreArgs, '--in', cells, '--out', 'x.csv'],
        [...scoreArgs, '--in', cells, '--out', cells],
        [...scoreArgs, '--in', ragged, '--out', 'x.csv'],
        [...scoreArgs, '--in', sample, '--out', 'no/folder.csv'],
        [...scoreArgs, '--in', sample, '--out', 'x.csv', '--policy', policy],
        ['verify', '--public-key', 'x'],
        ['verify', '--proof', broken, '--backup', broken],
        ['verify', '--proof', policy],
        ['restore', '--in', policy],
        ['data', 'describe', ragged, '--label', 'b'],
        ['data', 'describe', sample, '--label', 'age'],
        [...explainArgs, '--in', broken],
        [...explainArgs, '--in', policy],
      ].map((args) => [...args, '--locale', 'zh']),
    );
    for (const ran of results) {
      const [line = ''] = faultsOf(ran);
      expect(line).toMatch(/^vigil: \p{Script=Han}.*。 \([a-z_]+\)$/u);
      expect(line.replace(/^vigil: | \([a-z_]+\)$/g, '')).not.toMatch(/(^|[^\w<"'-])(?!vigil|JSON)[A-Za-z]+ [A-Za-z]+/);
    }
  });
});

describe('vigil train', () => {
  it('writes a version with everything beside it, registers it and says so', () => {
    expect(trained.stdout).toMatch(/^sample@1 written to /);
    expect(trained.stdout).toContain('insufficient evidence');
    expect(trained.stdout).toContain('The dictionary was drafted');
    for (const stage of ['fit', 'calibrate', 'interval']) expect(trained.stderr).toContain(`train: ${stage} 100%`);
    expect(readdirSync(version('1')).sort()).toEqual(
      [
        'card.md',
        'dictionary.json',
        'golden.jsonl',
        'lineage.json',
        'model.json',
        'report.html',
        'validation.json',
      ].sort(),
    );
    const events = linesOf(readFileSync(join(models, 'registry.jsonl'), 'utf8')).map((line) => JSON.parse(line));
    expect(events).toMatchObject([{ event: 'registered', model: { name: 'sample', version: '1' }, evidence: null }]);
    const model = JSON.parse(readFileSync(join(version('1'), 'model.json'), 'utf8'));
    const lineage = JSON.parse(readFileSync(join(version('1'), 'lineage.json'), 'utf8'));
    expect(lineage).toMatchObject({
      model: { fingerprint: model.fingerprint },
      machine: { backend: expect.stringMatching(/^(native|wasm|cpu)$/) },
      times: { started: expect.any(String), finished: expect.any(String) },
    });
  });

  it('changes nothing when it is run again, and says so', async () => {
    const before = listAll(models).map((file) => [file, file.includes('.') ? readFileSync(join(models, file)) : null]);
    const { code, stdout } = await vigil(...trainArgs, '--out', 'models');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sample@1 is unchanged in /);
    expect(listAll(models).map((file) => [file, file.includes('.') ? readFileSync(join(models, file)) : null])).toEqual(
      before,
    );
  });

  it('writes the same bytes into another folder, from another place', async () => {
    const other = files.folder();
    const { code } = await runVigil(trainArgs, { cwd: other });
    expect(code).toBe(0);
    for (const file of ['model.json', 'golden.jsonl', 'card.md', 'dictionary.json']) {
      const again = readFileSync(join(other, 'models/sample/1', file));
      expect({ file, same: again.equals(readFileSync(join(version('1'), file))) }).toEqual({ file, same: true });
    }
  });

  it('never changes a version that is there, exit code 3', async () => {
    const before = listAll(models);
    const model = readFileSync(join(version('1'), 'model.json'));
    const ran = await vigil(...trainArgs, '--model-version', '1', '--seed', '99');
    expectFault(ran, 3, 'version_exists', 'sample', /version 1\b/);
    expect(listAll(models)).toEqual(before);
    expect(readFileSync(join(version('1'), 'model.json')).equals(model)).toBe(true);
  });

  it('gives other content the next number, or the version asked for', async () => {
    const out = files.folder();
    cpSync(models, out, { recursive: true });
    const next = await vigil(...trainArgs, '--seed', '99', '--out', out);
    expect(next.stdout).toMatch(/^sample@2 written to /);
    const named = await vigil(
      ...trainArgs,
      '--seed',
      '99',
      '--out',
      out,
      '--model-version',
      'v-next',
      '--name',
      'other',
    );
    expect(named.stdout).toMatch(/^other@v-next written to /);
    const list = await vigil('models', 'list', '--models', out);
    expect(linesOf(list.stdout).map((line) => line.split(' ')[0])).toEqual(['other@v-next', 'sample@1', 'sample@2']);
  });

  it('refuses a column that knows the outcome by name; where it is allowed, trains and warns', async () => {
    const data = rows.map((row) => [...row, String(10 * Number(at(row, place('defaulted'))))]);
    const leaking = writeRows('leaking.csv', data, [...header, 'collected']);
    const out = files.folder();
    const refused = ['train', '--data', leaking, '--label', 'defaulted', '--out', out];
    expectFault(await vigil(...refused), 5, /leaking_columns/, 'collected (AUC 1.0000)', '--allow-leak collected');
    expect(listAll(out)).toEqual([]);
    expectFault(await vigil(...refused, '--allow-leak', 'nothing'), 2, 'nothing');
    const leakArgs = [...refused, '--allow-leak', 'collected'];
    const told = await vigil(...leakArgs);
    expect(told.code, told.stderr).toBe(0);
    expect(told.stdout).toMatch(/Suspected leakage: AUC 1\.0000 .*collected/);
    expect(told.stdout).toMatch(/Suspected leakage: input collected has information value/);
    const { leakage } = JSON.parse((await vigil(...leakArgs, '--json')).stdout);
    expect(leakage).toMatchObject([{ measure: 'auc' }, { measure: 'information', columns: ['collected'] }]);
    expect(trained.stdout).not.toContain('leakage');
  });

  it('refuses a name or a version that is no plain word, and writes nothing', async () => {
    const out = files.folder();
    const before = listAll(cwd);
    await expectFaults(
      [
        [...trainArgs, '--out', out, '--name', '../outside'],
        [...trainArgs, '--out', out, '--name', 'My Model'],
        [...trainArgs, '--out', out, '--model-version', '../../outside'],
      ],
      2,
      /outside|My Model/,
    );
    expect(listAll(cwd)).toEqual(before);
  });

  it('refuses settings that are none', async () => {
    const out = files.folder();
    const configs = ['{ "innerFolds": 1 }', '{', '[]', 'null'];
    await expectFaults(
      configs.map((text, index) => [...trainArgs, '--out', out, '--config', files.write(`config-${index}.json`, text)]),
      2,
      /bad_settings|bad_json|bad_artifact/,
    );
    expect(listAll(out)).toEqual([]);
  });

  it('names file, row, column and value of a bad cell, and writes nothing', async () => {
    const out = files.folder();
    const data = writeRows('label.csv', [...rows.slice(0, 100), withCell(at(rows, 100), 'defaulted', 'x')]);
    const dictionary = fileURLToPath(new URL('../../data/sample/dictionary.json', import.meta.url));
    const bad = await vigil('train', '--data', data, '--dictionary', dictionary, '--out', out);
    expectFault(bad, 2, 'label.csv', 'row 101', 'column defaulted', 'value "x"', 'bad_cell');
    expect(listAll(out)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'leaves nothing behind on %s, and does not finish its work first',
    async (signal) => {
      const out = files.folder();
      const config = files.write('long.json', '{ "intervalRefits": 400 }');
      const { code, stdout, stderr } = await interruptVigil([...trainArgs, '--out', out, '--config', config], {
        cwd,
        when: /train: interval/,
        signal,
      });
      expect({ code, stdout, left: listAll(out) }).toEqual({ code: 130, stdout: '', left: [] });
      expect(linesOf(stderr).at(-1)).toContain('cancelled');
      expect(stderr).not.toContain('train: interval 100%');
    },
  );
});

describe('vigil validate', () => {
  const args = ['validate', 'sample@1', '--models', models, '--data', sample];

  it('says again what training found, into a folder of its own', async () => {
    const out = join(cwd, 'found');
    const ran = await vigil(...args, '--out', out);
    expect(faultsOf(ran)).toEqual([]);
    expect(ran.stdout).toMatch(/^sample@1: \d+ rows, \d+ bad \(the fold kept out of training\)/);
    expect(ran.stdout).toContain('insufficient evidence');
    expect(readFileSync(join(out, 'validation.json'), 'utf8')).toBe(
      readFileSync(join(version('1'), 'validation.json'), 'utf8'),
    );
    expect(listAll(out).filter((file) => file.includes('unfinished'))).toEqual([]);
  });

  it('takes costs and reviews a day', async () => {
    const out = join(cwd, 'costs');
    const ran = await vigil(...args, '--out', out, '--missed-bad', '9', '--customers', '100', '--reviews', '10');
    expect(ran.code, ran.stderr).toBe(0);
    const { cost } = JSON.parse(readFileSync(join(out, 'validation.json'), 'utf8'));
    expect(cost).toMatchObject({ missedBad: 9, falseAlarm: 1, customersADay: 100, reviewsADay: 10 });
    expect(cost.within.share).toBeLessThanOrEqual(0.1);
  });

  it('refuses what it cannot use, and writes nothing', async () => {
    const out = join(cwd, 'refused');
    expectFault(await vigil(...args, '--out', out, '--customers', '100'), 2, '--reviews');
    expectFault(await vigil(...args, '--out', out, '--missed-bad', '-1'), 2, '--missed-bad');
    expectFault(await vigil('validate', 'nothing', '--models', models), 4, 'nothing');
    expectFault(await vigil('validate', 'sample@1', '--models', models, '--data', 'nowhere.csv'), 4, 'nowhere.csv');
    const settings = join(cwd, 'gates.json');
    writeFileSync(settings, JSON.stringify({ validation: { gates: { auc: 'high' } } }));
    expectFault(await vigil(...args, '--out', out, '--config', settings), 2, 'validation.gates.auc');
    expect(existsSync(out)).toBe(false);
  });
});

describe('vigil score', () => {
  it('gives the rows in order, what it did not read carried along, then score and reasons', () => {
    expect(scored.stdout).toMatch(/^800 rows scored by sample@1 /);
    const lines = readScored(join(cwd, 'scored.csv'));
    expect(lines.map((row) => row.customer_id)).toEqual(rows.map((row) => at(row, place('customer_id'))));
    expect(lines.map((row) => row.defaulted)).toEqual(rows.map((row) => at(row, place('defaulted'))));
    for (const { probability, points, micro_logits, tier, action } of lines) {
      expect(probability).toMatch(/^0\.\d{9}$/);
      expect(points).toMatch(/^-?\d+$/);
      expect(micro_logits).toMatch(/^-?\d+$/);
      expect(`${tier} ${action}`).toMatch(/^(low pass|medium monitor|high review)$/);
    }
    expect(listAll(cwd).filter((file) => file.includes('unfinished'))).toEqual([]);
  });

  it('keeps the order over many blocks and workers', async () => {
    const times = 70;
    const many = Array.from({ length: times }, (_, time) =>
      rows.map((row) => withCell(row, 'customer_id', `${time}-${at(row, place('customer_id'))}`)),
    ).flat();
    const input = writeRows('many.csv', many);
    expect(readFileSync(input).length).toBeGreaterThan(3 * 2 ** 20);
    const ran = await vigil(...scoreArgs, '--in', input, '--out', 'many-scored.csv', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ rows: many.length });
    const [first = [], ...lines] = parse(readFileSync(join(cwd, 'many-scored.csv'), 'utf8'));
    const [again, ...once] = parse(readFileSync(join(cwd, 'scored.csv'), 'utf8'));
    expect(first).toEqual(again);
    expect(lines.length).toBe(many.length);
    const id = first.indexOf('customer_id');
    const wrong = lines.findIndex((row, index) => {
      const expected = at(once, index % rows.length).map((cell, column) =>
        column === id ? `${Math.floor(index / rows.length)}-${cell}` : cell,
      );
      return String(row) !== String(expected);
    });
    expect(wrong).toBe(-1);
  });

  it('names file, row, column and value of a bad cell, near or far, and leaves only what was there', async () => {
    const far = Array.from({ length: 40 }, () => rows).flat();
    const bad = withCell(at(rows, 0), 'credit_limit', 'a lot');
    const near = writeRows('near.csv', [at(rows, 0), bad, at(rows, 1)]);
    const late = writeRows('late.csv', [...far, bad, at(rows, 1)]);
    const newline = writeRows('newline.csv', [withCell(at(rows, 0), 'credit_limit', 'a\nlot')]);
    const kept = files.write('kept.csv', 'before\n');
    const results = await vigilAll([
      [...scoreArgs, '--in', near, '--out', 'never.csv'],
      [...scoreArgs, '--in', late, '--out', kept],
      [...scoreArgs, '--in', newline, '--out', 'never.csv'],
    ]);
    expectFault(at(results, 0), 2, 'near.csv', /row 2\b/, 'column credit_limit', 'value "a lot"', 'bad_cell');
    expectFault(at(results, 1), 2, 'late.csv', new RegExp(`row ${far.length + 1}\\b`), 'credit_limit', '"a lot"');
    expectFault(at(results, 2), 2, 'newline.csv', /row 1\b/, 'credit_limit', 'bad_cell');
    expect(listAll(cwd).filter((file) => /never|unfinished/.test(file))).toEqual([]);
    expect(readFileSync(kept, 'utf8')).toBe('before\n');
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const block = toCsv(rows);
    const input = files.write('long.csv', toCsv([header]) + block.repeat(1_000));
    const { code, stdout, stderr } = await interruptVigil([...scoreArgs, '--in', input, '--out', 'cut.csv'], {
      cwd,
      when: /score: .*%/,
      signal: 'SIGINT',
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(linesOf(stderr).at(-1)).toContain('cancelled');
    expect(listAll(cwd).filter((file) => /cut\.csv/.test(file))).toEqual([]);
  });

  it('names a column that is absent', async () => {
    const without = (row: readonly string[]) => row.filter((_, index) => index !== place('credit_limit'));
    const input = writeRows('absent.csv', rows.slice(0, 3).map(without), without(header));
    expectFault(await vigil(...scoreArgs, '--in', input, '--out', 'a.csv'), 2, 'absent.csv', 'credit_limit');
  });

  it('never lets a spreadsheet take a carried text for a formula, and leaves numbers alone', async () => {
    const notes = ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '-', '=HYPERLINK("http://x","y")', '=a,b', '-5%'];
    const numbers = ['-5', '-5.25', '+7', '-1e3', '-1.5E-7', '-.5'];
    const plain = ['plain', '1-1', 'a=b', '', 'say "x", y', '违约'];
    const all = [...notes, ...numbers, ...plain];
    const input = writeRows(
      'formulas.csv',
      all.map((note, index) => [...at(rows, index), note]),
      [...header, '=note'],
    );
    expect((await vigil(...scoreArgs, '--in', input, '--out', 'safe.csv')).code).toBe(0);
    expect(readScored(join(cwd, 'safe.csv')).map((row) => row["'=note"])).toEqual([
      ...notes.map((note) => `'${note}`),
      ...numbers,
      ...plain,
    ]);
  });

  it('gives each column a name of its own, whatever the carried columns are called', async () => {
    const input = writeRows(
      'names.csv',
      rows.slice(0, 3).map((row) => [...row, 'old', '1']),
      [...header, 'tier', 'points'],
    );
    const { code, stderr } = await vigil(...scoreArgs, '--in', input, '--out', 'names-scored.csv');
    if (code !== 0) {
      expect({ code, line: linesOf(stderr).at(-1) }).toMatchObject({
        code: 2,
        line: expect.stringMatching(/tier|points/),
      });
      return;
    }
    const [names = []] = parse(readFileSync(join(cwd, 'names-scored.csv'), 'utf8'));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('reads a header with a newline in it, as spreadsheets write it', async () => {
    const table = toCsv([['two\nlines', ...header], ...rows.slice(0, 3).map((row) => ['x', ...row])]);
    const input = files.write('header.csv', `\uFEFF${table}`);
    const { code, stderr } = await vigil(...scoreArgs, '--in', input, '--out', 'header-scored.csv');
    expect(code, stderr).toBe(0);
    expect(readScored(join(cwd, 'header-scored.csv')).map((row) => row['two\nlines'])).toEqual(['x', 'x', 'x']);
  });

  it('scores no rows as no rows', async () => {
    const { code, stdout } = await vigil(...scoreArgs, '--in', writeRows('none.csv', []), '--out', 'none-scored.csv');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0 rows scored/);
    expect(linesOf(readFileSync(join(cwd, 'none-scored.csv'), 'utf8')).length).toBe(1);
  });

  it('refuses to write over its input or where it cannot, and an empty file', async () => {
    const input = writeRows('self.csv', rows.slice(0, 3));
    const results = await vigilAll([
      [...scoreArgs, '--in', input, '--out', 'self.csv'],
      [...scoreArgs, '--in', input, '--out', 'no/such/folder.csv'],
      [...scoreArgs, '--in', files.write('empty.csv', ''), '--out', 'x.csv'],
    ]);
    expectFault(at(results, 0), 2, 'same file');
    expectFault(at(results, 1), 5, 'no/such/folder.csv', 'file_unwritable');
    expectFault(at(results, 2), 2, 'empty.csv', 'empty');
    expect(readFileSync(input, 'utf8')).toBe(toCsv([header, ...rows.slice(0, 3)]));
  });
});

describe('vigil score, of the same rows written otherwise', () => {
  const few = rows.slice(0, 20);
  const swap = (row: readonly string[]) => [...row].reverse();
  const plain = toCsv([header, ...few]);
  const texts: Readonly<Record<string, string>> = {
    'with Windows line ends': toCsv([header, ...few], { newline: '\r\n' }),
    'with a byte order mark and quotes': `\uFEFF${toCsv([header, ...few], { alsoQuote: () => true })}`,
    'with spaces around cells': toCsv([
      header,
      ...few.map((row) => row.map((cell, index) => (index > 0 ? ` ${cell} ` : cell))),
    ]),
    'with blank lines between': plain.replaceAll('\n', '\n\n'),
    'with a blank line first': `\n${plain}`,
    'with the columns in another order': toCsv([swap(header), ...few.map(swap)]),
  };
  const names = Object.keys(texts);
  const fileOf = (name: string, what: string) => `${names.indexOf(name)}-${what}.csv`;
  let results: Ran[] = [];

  beforeAll(async () => {
    results = await vigilAll(
      Object.entries(texts).map(([name, text]) => {
        const input = files.write(fileOf(name, 'rows'), text);
        return [...scoreArgs, '--in', input, '--out', fileOf(name, 'scored')];
      }),
    );
  });

  /** What the command made of each row; carried cells stay as they were written. */
  const scoresOf = (file: string) =>
    readScored(join(cwd, file)).map((row) => Object.entries(row).filter(([column]) => !header.includes(column)));

  it.each(names)('%s: gives the same scores', (name) => {
    const { code, stderr } = at(results, names.indexOf(name));
    expect(code, stderr).toBe(0);
    expect(scoresOf(fileOf(name, 'scored'))).toEqual(scoresOf('scored.csv').slice(0, few.length));
  });
});

describe('vigil explain', () => {
  const explain = (fields: Readonly<Record<string, unknown>>, ...more: string[]) =>
    vigil(...explainArgs, '--in', writeFields(`row-${Object.keys(fields).length}.json`, fields), ...more);

  it('draws the waterfall from the boundary to the score in Chinese and in English', async () => {
    const input = writeFields('one.json', fieldsOf(at(rows, 1)));
    const [en, zh, json] = await vigilAll([
      [...explainArgs, '--in', input, '--locale', 'en'],
      [...explainArgs, '--in', input, '--locale', 'zh'],
      [...explainArgs, '--in', input, '--json'],
    ]);
    expect([en?.code, zh?.code, json?.code]).toEqual([0, 0, 0]);
    const { decision } = JSON.parse(json?.stdout ?? '') as { decision: Decision };
    const { score } = decision;
    if (!score) throw new Error('no score');
    for (const text of [en?.stdout ?? '', zh?.stdout ?? '']) {
      expect(text).toContain(String(score.microLogits));
      expect(text).toContain(String(score.referenceMicroLogits));
      for (const { code } of decision.reasons) expect(text).toContain(code);
    }
    expect(en?.stdout).toMatch(/Outcome: /);
    expect(en?.stdout).not.toMatch(/\p{Script=Han}/u);
    expect(zh?.stdout).toMatch(/结论: /);
    const sum = score.contributions.reduce((total, part) => total + part, score.referenceMicroLogits);
    expect(sum).toBe(score.microLogits);
  });

  it('gives the score of the same row in a file', async () => {
    const ran = await vigil(...explainArgs, '--in', writeFields('seven.json', fieldsOf(at(rows, 7))), '--json');
    const { decision } = JSON.parse(ran.stdout) as { decision: Decision };
    expect(at(readScored(join(cwd, 'scored.csv')), 7)).toMatchObject({
      micro_logits: String(decision.score?.microLogits),
      points: String(decision.score?.points),
      tier: decision.tier.final,
      action: decision.action,
    });
  });

  it('names a field that is absent, refuses one it does not know, and accepts null', async () => {
    const { credit_limit: _, ...without } = fieldsOf(at(rows, 0));
    const [absent, unknown, known, wrong] = await Promise.all([
      explain(without),
      explain({ ...fieldsOf(at(rows, 0)), credit_limt: 5 }),
      explain({ ...without, credit_limit: null, monthly_income: null, employment: null }, '--locale', 'en'),
      vigil(...explainArgs, '--in', writeFields('wrong.json', { ...without, credit_limit: 'a lot' })),
    ]);
    expectFault(absent, 2, 'credit_limit', 'field_missing');
    expectFault(unknown, 2, 'credit_limt', 'field_unknown');
    expect(known).toMatchObject({ code: 0, stderr: '' });
    expectFault(wrong, 2, 'credit_limit', 'a lot', 'bad_value');
  });

  it('reads standard input, and refuses what is no object of fields', async () => {
    const fields = JSON.stringify(fieldsOf(at(rows, 0)));
    const piped = await runVigil([...explainArgs, '--in', '-'], { cwd, input: fields });
    expect(piped.code).toBe(0);
    const texts = ['[]', ''];
    const results = await Promise.all(texts.map((input) => runVigil([...explainArgs, '--in', '-'], { cwd, input })));
    for (const ran of results) expectFault(ran, 2);
  });
});

describe('vigil models', () => {
  it('shows a model that is whole, with its card, and lists it as without approval', async () => {
    const [show, list] = await vigilAll([
      ['models', 'show', 'sample', '--models', models],
      ['models', '--models', models],
    ]);
    expect(show?.code).toBe(0);
    expect(show?.stdout).toMatch(/^sample@1 is whole/);
    expect(show?.stdout).toContain('# 模型卡: sample 1');
    expect(show?.stdout).toContain('# Model card: sample 1');
    expect(list?.stdout).toMatch(/^sample@1 {2}registered by local, without human approval/m);
  });

  it('lists of the shipped versions only the one promoted last as live', async () => {
    const { stdout } = await vigil('models', '--models', join(import.meta.dirname, '../../models'));
    const standings = linesOf(stdout).map((line) => /^(\S+@\d+) {2}(\w+) by release/.exec(line)?.slice(1));
    expect(standings).toEqual([
      ['behaviour@1', 'live'],
      ['taiwan-card@1', 'registered'],
      [championId, 'live'],
    ]);
  });

  it('refuses a model that was changed', async () => {
    const out = files.folder();
    cpSync(models, out, { recursive: true });
    const file = join(out, 'sample/1/model.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"intervalMilli": \d+/, '"intervalMilli": 1'));
    await expectFaults(
      [
        ['models', 'show', 'sample', '--models', out],
        ['score', '--model', 'sample', '--models', out, '--in', sample, '--out', 'changed.csv'],
      ],
      1,
      /model\.json.*fingerprint_mismatch/,
    );
  });
});

describe('vigil data and profile', () => {
  it('drafts a dictionary that can be edited, trained with and scored by', async () => {
    const out = files.folder();
    const semicolons = files.write(
      'book.csv',
      toCsv([header, ...rows.map((row) => row.map((cell) => (cell === '' ? 'NaN' : cell)))], { separator: ';' }),
    );
    const draft = await vigil(
      'data',
      'describe',
      semicolons,
      '--label',
      'defaulted',
      '--separator',
      ';',
      '--out',
      'book.json',
    );
    expect(draft.code, draft.stderr).toBe(0);
    const dictionary = Dictionary.parse(JSON.parse(readFileSync(join(cwd, 'book.json'), 'utf8')));
    writeFileSync(
      join(cwd, 'book.json'),
      JSON.stringify({ ...dictionary, title: { zh: '账本', en: 'The book' }, set: 'book', name: 'book' }),
    );
    const train = await vigil('train', '--data', semicolons, '--dictionary', 'book.json', '--out', out);
    expect(train.code, train.stderr).toBe(0);
    expect(train.stdout).toMatch(/^book@1 written/);
    const score = await vigil(
      'score',
      '--model',
      'book',
      '--models',
      out,
      '--in',
      semicolons,
      '--out',
      'book-scored.csv',
    );
    expect(score.code, score.stderr).toBe(0);
    expect(score.stdout).toMatch(/^800 rows/);
    const fields = writeFields('book-row.json', fieldsOf(at(rows, 0)));
    const explained = await vigil('explain', '--model', 'book', '--models', out, '--in', fields);
    expect(explained.code, explained.stderr).toBe(0);
  });

  it('takes a stranger’s file from draft to explanation in Chinese: GB 18030, amounts with thousands, Chinese names', async () => {
    const out = files.folder();
    const work: Record<string, string> = {
      salaried: '受薪',
      self_employed: '个体',
      contract: '合同',
      unemployed: '无业',
    };
    const table = rows.map((row) => [
      `客户${at(row, 0)}`,
      Number(at(row, place('credit_limit'))) + 0.5,
      Number(at(row, place('monthly_income')) || 0),
      work[at(row, place('employment'))] ?? '其他',
      at(row, place('defaulted')) === '1' ? '违约' : '正常',
    ]);
    const form: Form = { ...plainForm, encoding: 'gb18030', thousands: ',' };
    const book = files.write('贷款.csv', writeForm(['客户', '额度', '月收入', '职业', '状态'], table, form));
    const zh = (...args: string[]) => runVigil(args, { cwd, env: { VIGIL_LOCALE: 'zh' } });
    const described = await zh('data', 'describe', book, '--label', '状态', '--out', 'loans.json');
    expect(described.code, described.stderr).toBe(0);
    expect(linesOf(described.stdout)).toEqual([
      '贷款.csv：按以下格式读取：编码 gb18030，千位分隔符“,”',
      '客户：不采用：每行取值都不同，疑似编号',
      '状态：将“违约”视为坏客户（按其含义）；可用 --bad 指定',
      '数据字典已写入 loans.json',
    ]);
    const train = await zh('train', '--data', book, '--label', '状态', '--out', out);
    expect(train.code, train.stderr).toBe(0);
    expect(train.stdout).toMatch(/^data-[0-9a-f]{6}@1 已写入 /);
    expect(train.stdout).toContain('  客户：不采用：');
    expect(train.stderr).toContain('训练: 拟合 100%');
    const name = at(train.stdout.split('@'), 0);
    const score = await zh('score', '--model', name, '--models', out, '--in', book, '--out', 'loans-scored.csv');
    expect(score.code, score.stderr).toBe(0);
    const first = at(readScored(join(cwd, 'loans-scored.csv')), 0);
    const fields = { 额度: at(at(table, 0), 1), 月收入: at(at(table, 0), 2), 职业: at(at(table, 0), 3) };
    const explained = await zh('explain', '--model', name, '--models', out, '--in', writeFields('loan.json', fields));
    expect(explained.code, explained.stderr).toBe(0);
    expect(explained.stdout).toContain(String(first.micro_logits));
    expect(explained.stdout).toContain('额度');
  });

  it('prints the sample that ships', async () => {
    expect((await vigil('data', 'sample')).stdout).toBe(readFileSync(sample, 'utf8'));
  });

  it('profiles a file without a dictionary', async () => {
    const { code, stdout } = await vigil('profile', '--data', sample, '--label', 'defaulted');
    expect(code).toBe(0);
    for (const name of header.slice(1, -1)) expect(stdout).toContain(name);
  });
});

describe('--json', () => {
  it('puts nothing but JSON objects on standard output, one a line', async () => {
    const fields = writeFields('json.json', fieldsOf(at(rows, 3)));
    const results = await vigilAll([
      [...trainArgs, '--json'],
      [...scoreArgs, '--in', sample, '--out', 'json.csv', '--json'],
      [...explainArgs, '--in', fields, '--json'],
      ['models', 'show', 'sample', '--models', models, '--json'],
      ['models', 'list', '--models', models, '--json'],
      ['data', 'list', '--json'],
      ['data', 'describe', sample, '--label', 'defaulted', '--json'],
      ['profile', '--data', sample, '--label', 'defaulted', '--json'],
    ]);
    for (const { code, stdout, stderr } of results) {
      expect(code, stderr).toBe(0);
      const lines = linesOf(stdout);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(typeof JSON.parse(line)).toBe('object');
    }
    expect(JSON.parse(at(results, 0).stdout)).toMatchObject({ model: { name: 'sample', version: '1' }, isNew: false });
  });

  it('puts faults on standard error as one JSON object, and nothing on standard output', async () => {
    const results = await vigilAll([
      [...scoreArgs, '--in', 'nowhere.csv', '--out', 'x.csv', '--json'],
      ['nonsense', '--json'],
    ]);
    for (const [index, code] of ['file_missing', 'bad_arguments'].entries()) {
      const { stdout, stderr } = at(results, index);
      expect(stdout).toBe('');
      expect(linesOf(stderr).length).toBe(1);
      expect(JSON.parse(stderr)).toMatchObject({ error: code, detail: expect.any(String) });
    }
  });
});
