import { INTEGER_LIMIT } from '../../src/arithmetic.ts';
import type { CategoryColumn, NumberColumn } from '../../src/domain/dictionary.ts';
import type { Frame } from '../../training/dataset/frame.ts';
import type { LearnerName } from '../../training/learners/names.ts';
import {
  createCategoryColumn,
  createFrame,
  createNumberColumn,
  createSpecialCode,
  type FilledColumn,
} from '../factories/frame.ts';
import { at } from '../reference/exact.ts';
import { createRandom, type Random } from '../support/random.ts';

export const number = (
  name: string,
  values: FilledColumn['values'],
  column: Partial<NumberColumn> = {},
): FilledColumn => ({
  column: createNumberColumn({ name, ...column }),
  values,
});

export const category = (
  name: string,
  values: FilledColumn['values'],
  column: Partial<CategoryColumn> = {},
): FilledColumn => ({
  column: createCategoryColumn({ name, ...column }),
  values,
});

/** Customers with a hidden risk: their labels, and numbers that follow it. */
export const draw = (rows: number, seed = 1) => {
  const random = createRandom(seed);
  const risks = Array.from({ length: rows }, () => random.bell());
  const labels = risks.map((risk) => (random.uniform() < 1 / (1 + Math.exp(1.4 - risk)) ? 1 : 0));
  const follow = (noise: number, scale = 10): number[] =>
    risks.map((risk) => Math.round(scale * (risk + noise * random.bell())));
  return { random, risks, labels, follow };
};

export const holes = (values: readonly (number | null)[], share: number, random: Random, hole: number | null = null) =>
  values.map((value) => (random.uniform() < share ? hole : value));

export const codes = [createSpecialCode({ value: -99 }), createSpecialCode({ value: -98, orderedAs: 0 })];

/** A data set by what is odd about it; `refused` names the fault where there is nothing to fit. */
export interface OddFrame {
  readonly title: string;
  /** By every learner, or by some. */
  readonly refused?: string | Readonly<Partial<Record<LearnerName, string>>>;
  readonly includeProtected?: boolean;
  readonly make: () => Frame;
}

/** Every learner goes through these. */
export const oddFrames: readonly OddFrame[] = [
  {
    title: 'numbers with directions, codes, missing values and a category',
    make: () => {
      const { labels, follow, random } = draw(1_500);
      return createFrame(
        [
          number('rising', holes(holes(follow(1), 0.1, random, -99), 0.1, random, -98), {
            direction: 'increasing',
            codes,
          }),
          number(
            'falling',
            holes(
              follow(1).map((value) => -value),
              0.2,
              random,
            ),
            { direction: 'decreasing' },
          ),
          number('free', follow(2), { decimals: 2 }),
          category(
            'work',
            follow(1).map((value) => (value > 8 ? 'a' : value > -5 ? 'b' : 'c')),
          ),
        ],
        labels,
      );
    },
  },
  {
    title: 'a constant column beside a useful one',
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame(
        [
          number(
            'same',
            labels.map(() => 5),
          ),
          number('useful', follow(1)),
        ],
        labels,
      );
    },
  },
  {
    title: 'nothing but constants',
    refused: 'no_inputs',
    make: () => {
      const { labels } = draw(800);
      return createFrame(
        [
          number(
            'same',
            labels.map(() => 5),
          ),
          category(
            'one',
            labels.map(() => 'a'),
          ),
        ],
        labels,
      );
    },
  },
  {
    title: 'a column that is all missing beside a useful one',
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame(
        [
          number(
            'lost',
            labels.map(() => null),
          ),
          category(
            'gone',
            labels.map(() => null),
          ),
          number('useful', follow(1)),
        ],
        labels,
      );
    },
  },
  {
    title: 'nothing but missing values',
    refused: 'no_inputs',
    make: () => {
      const { labels } = draw(800);
      return createFrame(
        [
          number(
            'lost',
            labels.map(() => null),
          ),
          category(
            'gone',
            labels.map(() => null),
          ),
        ],
        labels,
      );
    },
  },
  {
    title: 'rows of one class',
    refused: 'too_few_rows',
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame(
        [number('useful', follow(1))],
        labels.map(() => 0),
      );
    },
  },
  {
    title: 'rows of the other class',
    refused: 'too_few_rows',
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame(
        [number('useful', follow(1))],
        labels.map(() => 1),
      );
    },
  },
  {
    title: 'more columns than rows',
    make: () => {
      const { labels, follow, random } = draw(300);
      const noise = Array.from({ length: 310 }, (_, column) =>
        number(
          `noise_${column}`,
          labels.map(() => random.whole(0, 1)),
        ),
      );
      return createFrame([number('useful', follow(0.2)), ...noise], labels);
    },
  },
  {
    title: 'every row three times',
    make: () => {
      const { labels, follow, random } = draw(400);
      const values = follow(1);
      const work = follow(1).map((value) => (value > 5 ? 'a' : 'b'));
      const thrice = <Value>(each: readonly Value[]) => [...each, ...each, ...each];
      return createFrame(
        [number('useful', thrice(holes(values, 0.1, random))), category('work', thrice(work))],
        thrice(labels),
      );
    },
  },
  {
    title: 'one far value among small ones',
    make: () => {
      const { labels, follow } = draw(800);
      const values = follow(1).map((value, row) => (row === 17 ? INTEGER_LIMIT - 1 : value));
      return createFrame([number('useful', values, { direction: 'increasing' })], labels);
    },
  },
  {
    title: 'no rows',
    refused: 'too_few_rows',
    make: () => createFrame([number('useful', [])], []),
  },
  {
    title: 'four bad rows',
    refused: 'too_few_rows',
    make: () => {
      const { follow } = draw(800);
      return createFrame(
        [number('useful', follow(1))],
        follow(1).map((_, row) => (row < 4 ? 1 : 0)),
      );
    },
  },
  {
    title: 'ten rows',
    refused: 'no_inputs',
    make: () => createFrame([number('useful', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
  },
  {
    title: 'five bad rows among many',
    refused: { boosted: 'no_inputs' },
    make: () => {
      const { follow, random } = draw(600);
      const labels = follow(1).map((_, row) => (row < 5 ? 1 : 0));
      return createFrame(
        [
          number(
            'useful',
            labels.map((label) => 20 * label + random.whole(0, 25)),
          ),
        ],
        labels,
      );
    },
  },
  {
    title: 'the same column three times',
    make: () => {
      const { labels, follow } = draw(800);
      const values = follow(1);
      return createFrame(
        [
          number('one', values),
          number('two', values),
          number(
            'three',
            values.map((value) => 2 * value + 7),
          ),
        ],
        labels,
      );
    },
  },
  {
    title: 'a column that gives the label away',
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame([number('leak', labels, { direction: 'increasing' }), number('useful', follow(1))], labels);
    },
  },
  {
    title: 'a category that gives the label away',
    make: () => {
      const { labels } = draw(800);
      return createFrame(
        [
          category(
            'leak',
            labels.map((label) => (label === 1 ? 'a' : 'b')),
          ),
        ],
        labels,
      );
    },
  },
  {
    title: 'a direction against the data',
    refused: 'no_inputs',
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame([number('useful', follow(1), { direction: 'decreasing' })], labels);
    },
  },
  {
    title: 'values near the largest integers',
    make: () => {
      const { labels, follow } = draw(800);
      const far = follow(1, 1_000).map((value, row) => (row % 2 === 0 ? 1 : -1) * (INTEGER_LIMIT - 20_000 - value));
      return createFrame(
        [
          number(
            'largest',
            follow(1, 1_000).map((value) => INTEGER_LIMIT - 20_000 + value),
            { direction: 'increasing' },
          ),
          number(
            'smallest',
            follow(1, 1_000).map((value) => 20_000 - INTEGER_LIMIT + value),
            { decimals: 9 },
          ),
          number('apart', far),
        ],
        labels,
      );
    },
  },
  {
    title: 'mostly missing values that are safe',
    make: () => {
      const { labels, follow, random } = draw(1_500);
      const values = follow(0.2).map((value, row) => (at(labels, row) === 0 && random.uniform() < 0.95 ? null : value));
      return createFrame([number('known', values, { direction: 'increasing' })], labels);
    },
  },
  {
    title: 'nothing but codes and missing values',
    make: () => {
      const { labels, random } = draw(1_500);
      const values = labels.map((label) => (random.uniform() < 0.3 + 0.4 * label ? -99 : null));
      return createFrame([number('known', values, { codes })], labels);
    },
  },
  {
    title: 'a code on few rows',
    make: () => {
      const { labels, follow } = draw(800);
      const values = follow(1).map((value, row) => (row % 40 === 0 ? -99 : value));
      return createFrame([number('useful', values, { codes })], labels);
    },
  },
  {
    title: 'very many categories',
    make: () => {
      const { labels, follow, random } = draw(1_500);
      const values = follow(0.5).map((value) => `town ${value > 10 ? random.whole(0, 300) : random.whole(0, 3)}`);
      return createFrame([category('town', values, { categories: [] })], labels);
    },
  },
  {
    title: 'protected columns asked for',
    includeProtected: true,
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame([number('age', follow(1), { protected: true })], labels);
    },
  },
  {
    title: 'nothing but protected columns',
    refused: 'no_inputs',
    make: () => {
      const { labels, follow } = draw(800);
      return createFrame([number('age', follow(1), { protected: true })], labels);
    },
  },
];
