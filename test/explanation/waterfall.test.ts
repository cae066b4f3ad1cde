import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { drawWaterfall } from '../../src/explanation/waterfall.ts';
import { createDecisionInputs } from '../factories/decision.ts';
import { champion, rowOf } from '../support/rows.ts';

const { plan } = champion;
const { model, policy } = plan;

const draw = (index: number, mostInputs: number): string[] => {
  const decision = decide(plan, createDecisionInputs(plan, rowOf(index)));
  return drawWaterfall({ decision, flip: null, model, policy, adjustments: [], mostInputs }, 'en').split('\n');
};

/** The sum that each group shows, and those of the lines below it. */
const readGroups = (lines: readonly string[]) => {
  const groups: { sum: number; parts: number[]; further: number }[] = [];
  for (const line of lines) {
    const [, sum] = /^ *([+-]\d+) {2}[+-]+ +\S/.exec(line) ?? [];
    const [, part, text = ''] = /^ {40}([+-]\d+) (.*)$/.exec(line) ?? [];
    const group = groups.at(-1);
    if (sum !== undefined) groups.push({ sum: Number(sum), parts: [], further: 0 });
    else if (part !== undefined && group) {
      group.parts.push(Number(part));
      group.further += Number(/^further inputs: (\d+)$/.exec(text)?.[1] ?? 0);
    }
  }
  return groups;
};

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe('the waterfall', () => {
  it.each([1, 5, model.inputs.length])('sums each group by its lines when at most %d inputs are shown', (most) => {
    for (let index = 0; index < 50; index++) {
      const [groups, all] = [readGroups(draw(index, most)), readGroups(draw(index, model.inputs.length))];
      expect(groups.length).toBeGreaterThan(0);
      expect(groups.map(({ sum }) => sum)).toEqual(all.map(({ sum }) => sum));
      for (const [place, { sum, parts, further }] of groups.entries()) {
        expect(total(parts)).toBe(sum);
        expect(parts.length).toBeLessThanOrEqual(most + 1);
        expect(parts.length + Math.max(0, further - 1)).toBe(all[place]?.parts.length);
        expect(further).not.toBe(1);
      }
    }
  });
});
