import { describe, expect, it } from 'vitest';
import { divideAmong } from '../../src/arithmetic.ts';
import { Tier } from '../../src/domain/ordered.ts';
import { nameBin } from '../../src/explanation/scorecard-table.ts';
import { termGroups } from '../../src/export/layout.ts';
import { toPmml } from '../../src/export/pmml.ts';
import { element } from '../../src/export/xml.ts';
import { at } from '../reference/exact.ts';
import { cube, exportCases } from '../support/exports.ts';

const cases = [...Object.entries(exportCases), ['cube', cube] as const].map(([name, of]) => ({ name, of }));
const sharing = cases.filter(({ of: { layout } }) =>
  layout.model.terms.some((term) => termGroups(term, layout.model).length > 1),
);

const count = (pmml: string, pattern: RegExp) => pmml.match(pattern)?.length ?? 0;

const functions: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '/': (a, b) => a / b,
  modulo: (a, b) => a - Math.floor(a / b) * b,
};

/** The value of an expression in which every field has one value. */
const evaluate = (expression: string, field: number): number => {
  const open: { readonly apply: string; readonly values: number[] }[] = [{ apply: '', values: [] }];
  const give = (value: number) => open.at(-1)?.values.push(value);
  for (const [, apply, constant, part] of expression.matchAll(
    /<Apply function="(.*?)">|<Constant .*?>(.*?)<|(<FieldRef|<\/Apply)/g,
  )) {
    if (apply) open.push({ apply, values: [] });
    else if (constant) give(Number(constant));
    else if (part === '<FieldRef') give(field);
    else {
      const { apply: name, values } = open.pop() ?? { apply: '', values: [] };
      const [a = Number.NaN, b = Number.NaN] = values;
      give(functions[name]?.(a, b) ?? Number.NaN);
    }
  }
  return open[0]?.values[0] ?? Number.NaN;
};

describe('the PMML of a model', () => {
  it("has a scorecard for the score and one for each tier, whose baselines are that tier's references", () => {
    const { layout } = exportCases.champion;
    const pmml = toPmml(layout, 'en');
    expect(count(pmml, /<Scorecard /g)).toBe(4);
    const baselines = [...pmml.matchAll(/baselineScore="(-?\d+)"/g)].map(([, baseline]) => Number(baseline));
    const groups = layout.model.terms.map((term) => termGroups(term, layout.model).length);
    expect(baselines).toEqual(
      layout.references.flatMap(({ microLogits }) =>
        microLogits.flatMap((base, term) =>
          groups[term] === 1 ? [base] : Array.from({ length: at(groups, term) }, () => 0),
        ),
      ),
    );
  });

  it.each(cases)('has a line in each scorecard for each bin of a term over one input: $name', ({ of }) => {
    const { model } = of.layout;
    const alone = model.terms.filter(({ inputs }) => inputs.length === 1);
    const bins = alone.reduce((sum, { microLogits }) => sum + microLogits.length, 0);
    const pmml = toPmml(of.layout, 'en');
    expect(count(pmml, /<Attribute partialScore=/g)).toBe(4 * bins);
    expect(count(pmml, /<Extension name="label"/g)).toBe(4 * bins);
  });

  it.each(cases)('holds the cells of a term over several inputs once, in order: $name', ({ of }) => {
    const { model } = of.layout;
    const tables = model.terms.filter(({ inputs }) => inputs.length > 1);
    const pmml = toPmml(of.layout, 'en');
    const rows = [
      ...pmml.matchAll(/<row><data:input>(\d+)<\/data:input><data:output>(-?\d+)<\/data:output><\/row>/g),
    ].map(([, cell, value]) => [Number(cell), Number(value)]);
    expect(rows).toEqual(tables.flatMap(({ microLogits }) => microLogits.map((value, cell) => [cell, value])));
    const shares = tables.reduce((sum, term) => sum + termGroups(term, model).length, 0);
    expect(count(pmml, /<Attribute>\n +<True\/>\n +<ComplexPartialScore>/g)).toBe(tables.length + 3 * shares);
  });

  it('takes less than a hundred bytes for a cell of a large table', () => {
    const size = cube.plan.model.terms.reduce((sum, { microLogits }) => sum + microLogits.length, 0);
    expect(size).toBe(8000);
    expect(Buffer.byteLength(toPmml(cube.layout, 'zh'))).toBeLessThan(100 * size);
  });

  it('says how the number of a cell is found, and names the bins of an input that has no term of its own', () => {
    const [english, chinese] = [toPmml(cube.layout, 'en'), toPmml(cube.layout, 'zh')];
    expect(english).toContain(
      'displayName="length x width x height: number of the cell, row-major over 20 x 20 x 20 bins, from 0"',
    );
    expect(chinese).toContain('单元格的序号：对 20 x 20 x 20 个分箱按行优先排列，从 0 起');
    for (const input of cube.plan.model.inputs) {
      const words = input.counts.map((_, bin) =>
        element('Extension', { name: String(bin), value: nameBin(input, bin, 'en') }),
      );
      const field = english.slice(english.indexOf(`<DerivedField name="vigil_bin_${input.name}"`));
      const named = field.slice(field.indexOf('\n') + 1, field.indexOf('<Apply'));
      expect(named.trim().split(/\n */)).toEqual(words);
    }
  });

  it.each(sharing)('shares a term over several reason groups among them as the service does: $name', ({ of }) => {
    const { model, references } = of.layout;
    const [, , ...tiers] = toPmml(of.layout, 'zh').split('<Scorecard ');
    const characteristic = /<Characteristic name="term_(\d+)_(.*?)" .*? baselineScore="0">(.*?)<\/Characteristic>/gs;
    const found = tiers.map((scorecard) =>
      [...scorecard.matchAll(characteristic)].map(([, term, code, points = '']) => ({
        term: Number(term) - 1,
        code,
        points,
      })),
    );
    const shared = model.terms.flatMap((term, index) => {
      const groups = termGroups(term, model);
      return groups.length === 1
        ? []
        : groups.map(({ code }, place) => ({ term: index, code, place, parts: groups.length }));
    });
    expect(found.map((each) => each.map(({ term, code }) => ({ term, code })))).toEqual(
      Tier.options.map(() => shared.map(({ term, code }) => ({ term, code }))),
    );
    for (const [tier, each] of found.entries()) {
      for (const [at, { term, points }] of each.entries()) {
        const { place = 0, parts = 0 } = shared[at] ?? {};
        const base = references[tier]?.microLogits[term] ?? Number.NaN;
        const values = (model.terms[term]?.microLogits ?? []).slice(0, 1000);
        expect(values.map((value) => evaluate(points, value))).toEqual(
          values.map((value) => divideAmong(value - base, parts)[place]),
        );
      }
    }
  });

  it('holds any text as XML', () => {
    expect(element('a', { b: '<"&>\n' })).toBe('<a b="&lt;&quot;&amp;&gt;&#10;"/>');
    expect(element('a', {}, '\u0001 \ud800 x')).toBe('<a>\ufffd \ufffd x</a>');
    expect(element('a', {}, [element('b', {}, 'x\n\u2028y')])).toBe('<a>\n  <b>x&#10;&#8232;y</b>\n</a>');
  });
});
