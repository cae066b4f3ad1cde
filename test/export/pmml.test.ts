import { describe, expect, it } from 'vitest';
import { termGroups } from '../../src/export/layout.ts';
import { toPmml } from '../../src/export/pmml.ts';
import { element } from '../../src/export/xml.ts';
import { exportCases } from '../support/exports.ts';

describe('the PMML of a model', () => {
  it("has a scorecard for the score and one for each tier, whose baselines are that tier's references", () => {
    const { plan, layout } = exportCases.champion;
    const pmml = toPmml(layout, 'en');
    expect(pmml.match(/<Scorecard /g)).toHaveLength(4);
    const baselines = [...pmml.matchAll(/baselineScore="(-?\d+)"/g)].map(([, baseline]) => Number(baseline));
    const groups = plan.model.terms.map((term) => termGroups(term, plan.model).length);
    expect(baselines).toEqual(
      layout.references.flatMap(({ microLogits }) =>
        microLogits.flatMap((base, term) =>
          groups[term] === 1 ? [base] : Array.from({ length: groups[term] ?? 0 }, () => 0),
        ),
      ),
    );
    const attributes = plan.model.terms.reduce(
      (sum, { microLogits }, term) => sum + microLogits.length * (1 + 3 * (groups[term] ?? 0)),
      0,
    );
    expect(pmml.match(/<Attribute /g)).toHaveLength(attributes);
  });

  it('shares a term over several reason groups among characteristics that sum to it', () => {
    const pmml = toPmml(exportCases.awkward.layout, 'zh');
    expect(pmml).toContain('<Characteristic name="term_19_GROUP_0" reasonCode="GROUP_0" baselineScore="0">');
    expect(pmml).toContain('<Characteristic name="term_19_THIRD" reasonCode="THIRD" baselineScore="0">');
  });

  it('holds any text as XML', () => {
    expect(element('a', { b: '<"&>\n' })).toBe('<a b="&lt;&quot;&amp;&gt;&#10;"/>');
    expect(element('a', {}, '\u0001 \ud800 x')).toBe('<a>\ufffd \ufffd x</a>');
    expect(element('a', {}, [element('b', {}, 'x\n\u2028y')])).toBe('<a>\n  <b>x&#10;&#8232;y</b>\n</a>');
  });
});
