import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'vigil-built-test-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Vigil as it is delivered, without its tests, in a place of its own with the packages of this one. */
const deliver = (name: string): string => {
  const place = join(base, name);
  for (const part of ['src', 'training', 'package.json'])
    cpSync(join(root, part), join(place, part), { recursive: true });
  mkdirSync(join(place, 'node_modules'));
  for (const each of readdirSync(join(root, 'node_modules')))
    if (!each.startsWith('.')) symlinkSync(join(root, 'node_modules', each), join(place, 'node_modules', each));
  return place;
};

const cacheOf = (place: string) => join(place, 'node_modules', '.cache');

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of a delivered Vigil, with a folder of its own for what passes. */
const run = (place: string, args: readonly string[]): Promise<Ended> => {
  const passing = join(place, 'passing');
  mkdirSync(passing, { recursive: true });
  const env = { ...process.env, TMPDIR: passing, VIGIL_LOCALE: 'en' };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(place, 'src/vigil.js'), ...args], { cwd: place, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
};

const simulate = (place: string) =>
  run(place, ['simulate', '--json', '--customers', '40', '--months', '3', '--seed', '5', '--out', join(place, 'book')]);
const readBook = (place: string) => readFileSync(join(place, 'book', 'events.ndjson'), 'utf8');
const version = (place: string) => run(place, ['--version']);

describe('what runs', () => {
  let place = '';
  beforeAll(async () => {
    place = deliver('kept');
    await version(place);
  });

  it('is compiled once, where the packages lie, and its threads with it', async () => {
    const made = () => readFileSync(join(cacheOf(place), 'vigil', 'built.json'), 'utf8');
    const before = made();
    expect((await simulate(place)).code).toBe(0);
    expect(made()).toBe(before);
    expect(readBook(place).length).toBeGreaterThan(1_000);
  });

  it('stays where a source was only touched, as by a copy that keeps no times', async () => {
    const made = () => statSync(join(cacheOf(place), 'vigil', 'built.json')).mtimeMs;
    const before = made();
    utimesSync(join(place, 'src/cli/version.ts'), new Date(0), new Date(0));
    expect((await version(place)).code).toBe(0);
    expect(made()).toBe(before);
  });

  it('is compiled anew once a source has changed, and says which line is at fault where one is', async () => {
    const source = join(place, 'src/cli/version.ts');
    const text = readFileSync(source, 'utf8');
    writeFileSync(source, text.replace('.version)', '.license)'));
    expect((await version(place)).stdout.trim()).toBe('Apache-2.0');
    writeFileSync(source, `${text}const = 1;\n`);
    const { code, stderr } = await version(place);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`src/cli/version.ts:${text.split('\n').length}`);
    writeFileSync(source, text);
    expect((await version(place)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('is its own in every place: a copy elsewhere does not run the first', async () => {
    const copy = join(base, 'copied');
    cpSync(place, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const away = join(base, 'away');
    renameSync(place, away);
    expect((await version(copy)).code).toBe(0);
    expect((await simulate(copy)).code).toBe(0);
    renameSync(away, place);
  });

  it('says in traces where in the sources a fault lies', async () => {
    const source = join(place, 'src/cli/version.ts');
    const text = readFileSync(source, 'utf8');
    writeFileSync(source, `${text}throw new Error('planted');\n`);
    const { stderr } = await run(place, ['models', 'list']);
    expect(stderr).toContain(`src/cli/version.ts:${text.split('\n').length}`);
    writeFileSync(source, text);
  });

  it('runs where nothing may be written beside the packages, and leaves nothing behind', async () => {
    const closed = deliver('closed');
    writeFileSync(cacheOf(closed), '');
    expect((await simulate(closed)).code).toBe(0);
    await simulate(place);
    expect(readBook(closed)).toBe(readBook(place));
    expect(readdirSync(join(closed, 'passing'))).toEqual([]);
  });

  it('runs in several processes at once from the first', async () => {
    const fresh = deliver('fresh');
    const ended = await Promise.all(Array.from({ length: 3 }, () => version(fresh)));
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: '' }));
    expect(existsSync(join(cacheOf(fresh), 'vigil', 'built.json'))).toBe(true);
    expect(readdirSync(join(cacheOf(fresh), 'vigil')).filter((name) => !/\.(js|js\.map|json)$/.test(name))).toEqual([
      'writable',
    ]);
  });
});
