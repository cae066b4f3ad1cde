import { Dictionary } from '../../src/domain/dictionary.ts';
import { createDictionary, createIgnoredColumn, createNumberColumn } from '../factories/frame.ts';
import { createRandom } from './random.ts';

const plain = createDictionary({ name: 'panel' });

/** Twelve quarters: fitted to 6, calibrated to 8, measured from 9 on. */
export const panelDictionary: Dictionary = Dictionary.parse({
  ...plain,
  target: {
    ...plain.target,
    column: 'defaulted',
    bad: ['1'],
    good: ['0'],
    event: { zh: '当期违约', en: 'Default in the period' },
  },
  periods: { column: 'quarter', fitTo: 6, calibrateTo: 8 },
  hazard: {
    customer: 'loan',
    period: {
      name: 'age',
      since: 'start',
      label: { zh: '账龄', en: 'Age' },
      reason: { zh: '账龄', en: 'Age of the loan' },
      unit: 'quarters',
      group: { name: 'seasoning', code: 'SEASONING', label: { zh: '账龄', en: 'Age of the loan' } },
    },
    periodDays: 90,
    payoff: { column: 'paid', values: ['yes'], event: { zh: '当期还清', en: 'Paid off in the period' } },
    horizons: [1, 2, 4],
  },
  columns: [
    createNumberColumn({ name: 'x', direction: 'increasing' }),
    ...['loan', 'quarter', 'start', 'paid'].map(createIgnoredColumn),
  ],
});

/** The chances by which the panel is drawn: default rises with x, payoff with age. */
export const drawnChances = (x: number, age: number) => {
  const [bad, paid] = [Math.exp(-4 + 0.3 * x), Math.exp(-3.5 + 0.15 * age)];
  const all = 1 + bad + paid;
  return { default: bad / all, payoff: paid / all };
};

export const panelHeader = ['loan', 'quarter', 'start', 'x', 'paid', 'defaulted'] as const;

/** Rows of the panel by `panelHeader`: loans that start in quarters 0 to 9 and are seen until they end, or to quarter 12. */
export const drawPanel = (loans: number, seed: number): string[][] => {
  const random = createRandom(seed);
  const rows: string[][] = [];
  for (let loan = 1; loan <= loans; loan++) {
    const [start, x] = [random.whole(0, 9), random.whole(0, 9)];
    for (let quarter = Math.max(1, start); quarter <= 12; quarter++) {
      const chances = drawnChances(x, quarter - start);
      const draw = random.uniform();
      const defaulted = draw < chances.default;
      const paid = !defaulted && draw < chances.default + chances.payoff;
      const cells = [`L${loan}`, quarter, start, x, paid ? 'yes' : 'no', defaulted ? 1 : 0];
      rows.push(cells.map(String));
      if (defaulted || paid) break;
    }
  }
  return rows;
};
