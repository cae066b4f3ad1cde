import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** How a synthetic sample is made. */
export interface SampleSettings {
  readonly rows: number;
  readonly seed: number;
}

/** The settings of the sample that ships. */
export const shippedSample: SampleSettings = { rows: 800, seed: 20_261 };

const HEADER = [
  'customer_id',
  'monthly_income',
  'credit_limit',
  'balance_1',
  'balance_2',
  'balance_3',
  'months_late_1',
  'months_late_2',
  'months_late_3',
  'employment',
  'tenure_months',
  'inquiries_6m',
  'age',
  'defaulted',
];

const EMPLOYMENT = ['salaried', 'self_employed', 'contract', 'unemployed'];

/**
 * A synthetic portfolio as CSV: a hidden financial health drives income, balances, lateness and, with chance, default.
 * No row stands for a person; the figures of a model trained on it mean nothing outside it.
 */
export const makeSample = ({ rows, seed }: SampleSettings): string => {
  const random = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(random);
  const lines = Array.from({ length: rows }, (_, index) => makeRow(`S${String(index + 1).padStart(5, '0')}`, uniform));
  return `${[HEADER.join(','), ...lines.map((cells) => cells.join(','))].join('\n')}\n`;
};

/** About normal: the sum of twelve uniform draws, centred (Irwin-Hall). */
const bell = (uniform: () => number): number =>
  Array.from({ length: 12 }, uniform).reduce((sum, draw) => sum + draw, -6);

const makeRow = (id: string, uniform: () => number): (string | number)[] => {
  const health = bell(uniform);
  const income = Math.round(8_000 * Math.exp(0.35 * health + 0.4 * bell(uniform)));
  const limit = 1_000 * Math.max(2, Math.round((income / 1_000) * (1 + 2 * uniform())));
  const use = Math.min(1.15, Math.max(0, 0.55 - 0.18 * health + 0.2 * bell(uniform)));
  const balances = [0, 1, 2].map((month) => Math.max(0, Math.round(limit * (use - 0.04 * month * bell(uniform)))));
  const strain = -health + 0.8 * bell(uniform);
  const late = [0, 1, 2].map((month) =>
    Math.max(0, Math.min(5, Math.round(strain - 1.1 - 0.3 * month + 0.3 * bell(uniform)))),
  );
  const work = EMPLOYMENT[Math.min(3, Math.floor(Math.max(0, 1.3 - 0.5 * health + 0.9 * bell(uniform))))] as string;
  const tenure = Math.max(0, Math.round(40 + 14 * health + 25 * bell(uniform)));
  const inquiries = uniform() < 0.06 ? -1 : Math.max(0, Math.round(1.2 - 0.7 * health + 1.2 * bell(uniform)));
  const age = Math.round(22 + 40 * uniform());
  const logOdds = -2.1 - 0.9 * health + 0.9 * (late[0] as number) + 1.1 * (use - 0.5);
  const defaulted = uniform() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  const shownIncome = uniform() < 0.05 ? '' : income;
  return [id, shownIncome, limit, ...balances, ...late, work, tenure, inquiries, age, defaulted];
};
