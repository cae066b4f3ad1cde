import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The floors table of the design: a room imports only from lower floors. */
const floors: readonly (readonly string[])[] = [
  ['src/domain', 'src/metrics', 'src/errors.ts', 'src/arithmetic.ts', 'src/fingerprint.ts', 'src/logger.ts'],
  ['src/features', 'src/model', 'src/policy', 'src/ledger', 'src/contract', 'src/config.ts'],
  ['src/explanation', 'src/signals', 'src/store', 'src/client.ts'],
  ['src/decision', 'src/monitoring', 'src/export', 'training'],
  ['src/usecases'],
  ['src/http', 'src/jobs'],
  ['src/main.ts'],
  ['src/cli', 'src/cli.ts', 'src/vigil.js', 'src/worker.js', 'src/built.js'],
];

/** Files of one floor that a neighbour may use: they hold no verb of a room. */
const ground = ['src/errors.ts', 'src/arithmetic.ts', 'src/fingerprint.ts', 'src/domain'];

/** Rooms whose code is pure: nothing from Node, so that they run in a browser too. */
const pure = [
  'src/domain',
  'src/metrics',
  'src/arithmetic.ts',
  'src/fingerprint.ts',
  'src/errors.ts',
  'src/features',
  'src/model',
  'src/policy',
  'src/explanation',
  'src/signals',
  'src/decision',
  'src/monitoring',
  'src/export',
];

const roomOf = (file: string): string | null =>
  floors.flat().find((room) => file === room || file.startsWith(`${room}/`)) ?? null;
const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));

const sources = (folder: string, base: string): string[] =>
  readdirSync(join(base, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js)$/.test(file) && !file.startsWith('store/generated/'))
    .map((file) => join(folder, file));

/** Every module a file imports, types and dynamic imports included, and workers by their URL. */
const importsOf = (text: string): string[] => [
  ...[...text.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'/gm)].map(([, name]) => name ?? ''),
  ...[...text.matchAll(/\bimport\(\s*'([^']+)'/g)].map(([, name]) => name ?? ''),
  ...[...text.matchAll(/^\s*import\s+'([^']+)'/gm)].map(([, name]) => name ?? ''),
];

/** What a tree does against the floors table, in words. */
const findFaults = (base: string): string[] => {
  const files = [...sources('src', base), ...sources('training', base)];
  return files.flatMap((file) => {
    const room = roomOf(file);
    if (room === null) return [`${file} is in no room`];
    return importsOf(readFileSync(join(base, file), 'utf8')).flatMap((name) => {
      if (!name.startsWith('.')) {
        const native = name.startsWith('node:') && pure.includes(room);
        return native ? [`${file} is pure but imports ${name}`] : [];
      }
      const target = relative(base, join(base, dirname(file), name));
      if (target === 'package.json') return [];
      const other = roomOf(target);
      if (other === null)
        return target.startsWith('test/bench') && room === 'src/cli'
          ? []
          : [`${file} imports ${target}, which is in no room`];
      if (other === room || isCliPart(room, other)) return [];
      if (other === 'training' && floorOf(room) < 7) return [`${file} imports training, which only cli may`];
      const allowed =
        floorOf(other) < floorOf(room) || (floorOf(other) === 0 && floorOf(room) === 0 && ground.includes(other));
      return allowed ? [] : [`${file} (floor ${floorOf(room) + 1}) imports ${target} (floor ${floorOf(other) + 1})`];
    });
  });
};

const isCliPart = (room: string, other: string): boolean => floorOf(room) === 7 && floorOf(other) === 7;

/** A circle among files, if there is one. */
const findCircle = (base: string): string[] | null => {
  const files = [...sources('src', base), ...sources('training', base)];
  const edges = new Map(
    files.map((file) => [
      file,
      [
        ...readFileSync(join(base, file), 'utf8').matchAll(
          /^\s*(?:import|export)\s+(?!type\b)[^;]*?\bfrom\s+'(\.[^']+)'/gm,
        ),
      ].map(([, name]) => relative(base, join(base, dirname(file), name ?? ''))),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of edges.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of files) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return null;
};

const planted = mkdtempSync(join(tmpdir(), 'vigil-architecture-'));
afterAll(() => rmSync(planted, { recursive: true, force: true }));

/** A small tree with one file that imports another. */
const plant = (file: string, text: string): string[] => {
  const base = mkdtempSync(join(planted, 'tree-'));
  for (const folder of ['src', 'training']) mkdirSync(join(base, folder), { recursive: true });
  mkdirSync(join(base, dirname(file)), { recursive: true });
  writeFileSync(join(base, file), text);
  return findFaults(base);
};

describe('the house', () => {
  it('has every file in a room and every import on a lower floor, types included', () => {
    expect(findFaults(root)).toEqual([]);
  });

  it('has no circle among its files', () => {
    expect(findCircle(root)).toBeNull();
  });

  it.each([
    ['an upward import', 'src/model/planted.ts', "import { decide } from '../decision/decide.ts';\n"],
    ['an upward type import', 'src/domain/planted.ts', "import type { Reference } from '../model/reference.ts';\n"],
    ['a sideways import', 'src/policy/planted.ts', "import { toPoints } from '../model/scale.ts';\n"],
    [
      'a sideways import spread over lines',
      'src/features/planted.ts',
      "import {\n  toPoints,\n} from '../model/scale.ts';\n",
    ],
    ['a dynamic upward import', 'src/model/planted.ts', "const later = () => import('../usecases/open-plan.ts');\n"],
    [
      'training outside the command line',
      'src/usecases/planted.ts',
      "import { train } from '../../training/train.ts';\n",
    ],
    ['Node in a pure room', 'src/decision/planted.ts', "import { readFileSync } from 'node:fs';\n"],
    ['a file in no room', 'src/utils/planted.ts', 'export const nothing = 0;\n'],
  ])('fails on %s', (_, file, text) => {
    expect(plant(file, text)).toHaveLength(1);
  });

  it('never loads TensorFlow, DuckDB or danfo where it scores', () => {
    const heavy = sources('src', root).filter((file) =>
      /@tensorflow|danfojs|@duckdb/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(heavy).toEqual([]);
  });

  it('reads the environment in one place', () => {
    const readers = [...sources('src', root), ...sources('training', root)].filter((file) =>
      readFileSync(join(root, file), 'utf8').includes('process.env'),
    );
    expect(readers).toEqual(['src/vigil.js']);
  });
});
