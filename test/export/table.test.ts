import { describe, expect, it } from 'vitest';
import { type RawFields, readRow } from '../../src/decision/row.ts';
import { toCsv } from '../../src/export/csv.ts';
import { toJson } from '../../src/export/json.ts';
import { neutralise } from '../../src/export/neutral.ts';
import { parseRecords } from '../../src/store/csv.ts';
import { drawRows, type ExportCase, expectedOf, exportCases, modelFields } from '../support/exports.ts';

const ROWS = 1000;
const cases = Object.entries(exportCases).map(([name, of]) => ({ name, of }));

type Line = Readonly<Record<string, string>>;

const readLines = (of: ExportCase): Line[] => {
  const [header = [], ...rows] = parseRecords(toCsv(of.layout), ',', { file: 'test', firstRow: 0 });
  return rows.map((cells) => Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ''])));
};

const suffixes = ['', '_2', '_3'];

/** Each input's value as the table speaks of it: a number in natural units, a category's text, null. */
const valuesOf = ({ plan }: ExportCase, fields: RawFields): Map<string, number | string | null> => {
  const { row } = readRow(plan, modelFields(plan, fields), new Set());
  const values = new Float64Array(plan.model.inputs.length);
  plan.features.compute(row, values);
  return new Map(
    plan.model.inputs.map(({ name, source, categories, decimals }, place): [string, number | string | null] => {
      const value = values[place] as number;
      if (Number.isNaN(value)) return [name, null];
      if (categories && 'column' in source) return [name, String(fields[source.column])];
      return [name, value / 10 ** decimals];
    }),
  );
};

/** Whether a line's bin, in the input of this suffix, is that of a value; `codes` are the codes of all bins of the input. */
const holds = (line: Line, suffix: string, value: number | string | null, codes: ReadonlySet<unknown>): boolean => {
  const kind = line[`kind${suffix}`];
  const listed: unknown[] = JSON.parse(line[`values${suffix}`] || '[]');
  if (value === null) return kind === 'missing';
  if (codes.has(value)) return listed.includes(value);
  if (kind === 'other') return true;
  const [from, below] = [line[`from${suffix}`], line[`below${suffix}`]];
  return kind === 'interval' && (!from || Number(from) <= Number(value)) && (!below || Number(value) < Number(below));
};

/** Scores rows by nothing but the lines of the table. */
const createReader = (lines: readonly Line[]) => {
  const codes = new Map<string, Set<unknown>>();
  for (const line of lines) {
    for (const suffix of suffixes) {
      const input = line[`input${suffix}`] ?? '';
      const known = codes.get(input) ?? new Set();
      for (const value of JSON.parse(line[`values${suffix}`] || '[]')) known.add(value);
      codes.set(input, known);
    }
  }
  const terms = new Map<string, Line[]>();
  for (const line of lines) terms.set(line.term ?? '', [...(terms.get(line.term ?? '') ?? []), line]);
  const found = new Map<string, number>();
  const binOf = (term: readonly Line[], suffix: string, value: number | string | null): string => {
    const input = term[0]?.[`input${suffix}`] ?? '';
    const key = `${input} ${typeof value} ${value}`;
    const known = found.get(key);
    if (known !== undefined) return String(known);
    const bins = new Set(
      term
        .filter((line) => holds(line, suffix, value, codes.get(input) ?? new Set()))
        .map((line) => line[`bin${suffix}`]),
    );
    expect(bins.size).toBe(1);
    const [bin = ''] = bins;
    found.set(key, Number(bin));
    return bin;
  };
  const tables = [...terms].map(([name, term]) => ({
    name,
    term,
    used: suffixes.filter((suffix) => term[0]?.[`input${suffix}`]),
    cells: new Map(
      term.map((line) => [
        suffixes
          .map((suffix) => line[`bin${suffix}`] ?? '')
          .join(' ')
          .trim(),
        line,
      ]),
    ),
  }));
  return (values: ReadonlyMap<string, number | string | null>): number =>
    tables.reduce((sum, { term, used, cells }) => {
      const key = used.map((suffix) => binOf(term, suffix, values.get(term[0]?.[`input${suffix}`] ?? '') ?? null));
      return sum + Number(cells.get(key.join(' '))?.micro_logits);
    }, 0);
};

describe('the table as CSV', () => {
  it.each(cases)('says all that is needed to give 1,000 rows the score of the service: $name', ({ of }) => {
    const score = createReader(readLines(of));
    const rows = drawRows(of, ROWS);
    expect(rows.map((fields) => score(valuesOf(of, fields)))).toEqual(
      rows.map((fields) => expectedOf(of.plan, fields).microLogits),
    );
  });

  it('has no cell that a spreadsheet takes for a formula', () => {
    for (const { of } of cases) {
      for (const line of readLines(of)) {
        for (const cell of Object.values(line)) expect(cell).toMatch(/^(?![=+\-@])|^-\d+(\.\d+)?$/);
      }
    }
    expect(readLines(exportCases.awkward).map(({ label_en }) => label_en)).toContain("'=1+1, ü 中");
    expect(['=1', '+1', '-1', '@a', "'=1", '\t=1', 'a=1', ''].map(neutralise)).toEqual([
      "'=1",
      "'+1",
      "'-1",
      "'@a",
      "''=1",
      "'\t=1",
      'a=1',
      '',
    ]);
  });

  it('gives points with two decimals that add up to those of the score, and reason codes', () => {
    const [intercept, ...lines] = readLines(exportCases.champion);
    expect(intercept).toMatchObject({ term: 'intercept', points: expect.stringMatching(/^\d+\.\d\d$/) });
    for (const line of lines) {
      expect(line.points).toMatch(/^-?\d+\.\d\d$/);
      expect(line.reason_code).toMatch(/^TW_/);
    }
    const pairs = readLines(exportCases.awkward).filter(({ input_2 }) => input_2);
    expect(new Set(pairs.map(({ reason_code }) => reason_code))).toContain('GROUP_0 SECOND THIRD');
  });
});

describe('the table as JSON', () => {
  it.each(cases)('gives 1,000 rows the score and the tier of the service: $name', ({ of }) => {
    const table = JSON.parse(toJson(of.layout));
    const cells = new Map<string, number>(
      table.cells.map((cell: { term: number; bins: number[]; microLogits: number }) => [
        `${cell.term}: ${cell.bins}`,
        cell.microLogits,
      ]),
    );
    const order = new Map<string, number>(
      table.inputs.map(({ name }: { name: string }, place: number) => [name, place]),
    );
    for (const fields of drawRows(of, ROWS)) {
      const { microLogits, tier, bins } = expectedOf(of.plan, fields);
      const sum = table.terms.reduce(
        (total: number, { term, inputs }: { term: number; inputs: string[] }) =>
          total + (cells.get(`${term}: ${inputs.map((input) => bins[order.get(input) ?? -1])}`) ?? Number.NaN),
        table.interceptMicroLogits,
      );
      const { medium, high } = table.enterMicroLogits;
      expect({ sum, tier: sum >= high ? 'high' : sum >= medium ? 'medium' : 'low' }).toEqual({
        sum: microLogits,
        tier,
      });
    }
    expect(table.inputs.flatMap(({ bins }: { bins: { rows: number }[] }) => bins.map(({ rows }) => rows))).toEqual(
      of.plan.model.inputs.flatMap(({ counts }) => counts),
    );
  });
});
