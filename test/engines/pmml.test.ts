import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RawFields } from '../../src/decision/row.ts';
import { toPmml } from '../../src/export/pmml.ts';
import { cube, drawRows, type ExportCase, expectedOf, exportCases } from '../support/exports.ts';
import { useFolder } from '../support/folder.ts';

const ROWS = 1000;
const REASONS = ['reason_1', 'reason_2', 'reason_3', 'reason_4'];
const here = join(import.meta.dirname, 'pmml');
const files = useFolder();
const library = files.folder();

const toLine = (cells: readonly (string | number | null | undefined)[]) =>
  cells.map((cell) => (cell === null || cell === undefined ? '\\N' : String(cell))).join('\u001f');

/** What JPMML makes of rows. */
const evaluate = (of: ExportCase, rows: readonly RawFields[]): Record<string, string>[] => {
  const names = of.plan.model.columns.map(({ name }) => name);
  const model = files.write('model.pmml', toPmml(of.layout, 'zh'));
  const data = files.write(
    'rows.tsv',
    [toLine(names), ...rows.map((row) => toLine(names.map((name) => row[name])))].join('\u001e'),
  );
  const fields = ['micro_logits', 'points', 'tier', 'probability', ...REASONS];
  const answer = execFileSync(
    'java',
    ['-cp', join(library, '*'), join(here, 'Evaluate.java'), model, data, ...fields],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  return answer
    .trimEnd()
    .split('\n')
    .map((line) => Object.fromEntries(line.split('\t').map((cell, place) => [fields[place] ?? '', cell])));
};

beforeAll(() => {
  const copy = [
    '-q',
    '-B',
    '-f',
    join(here, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${library}`,
  ];
  execFileSync('mvn', copy, { stdio: 'pipe' });
});

const cases = Object.entries({ ...exportCases, cube }).map(([name, of]) => ({ name, of }));

describe('the PMML of a model in JPMML', () => {
  it.each(cases)('gives the score, points, tier and reason codes of the service on 1,000 rows: $name', ({ of }) => {
    const rows = drawRows(of, ROWS);
    const found = evaluate(of, rows);
    const wanted = rows.map((fields) => expectedOf(of.plan, fields));
    expect(
      found.map((row, index) => ({
        microLogits: Number(row.micro_logits),
        points: Number(row.points),
        tier: row.tier,
        reasons: REASONS.slice(0, wanted[index]?.reasons.length).map((name) => row[name]),
      })),
    ).toEqual(wanted.map(({ microLogits, points, tier, reasons }) => ({ microLogits, points, tier, reasons })));
    for (const [index, { probability }] of wanted.entries()) {
      expect(Math.abs(Number(found[index]?.probability) - probability)).toBeLessThan(2e-9);
    }
  });
});
