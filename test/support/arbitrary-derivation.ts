import fc from 'fast-check';
import type { Derivation, Expression } from '../../src/domain/derivation.ts';
import type { Code } from '../../src/domain/model.ts';
import type { ColumnDefinition } from '../../src/features/column.ts';
import { createCode } from '../factories/model.ts';
import type { Row } from '../reference/derivation.ts';
import { at } from '../reference/exact.ts';

const COLUMNS = 5;

/** The columns the expressions below name. */
export const columnNames = Array.from({ length: COLUMNS }, (_, index) => `c${index}`);

/** A number column, open at both ends. */
export const createColumn = (name: string, codes: readonly Code[] = []): ColumnDefinition => ({
  name,
  source: name.toUpperCase(),
  decimals: 0,
  codes,
  categories: null,
  minimum: null,
  maximum: null,
});

const column = fc.constantFrom(...columnNames);
const single = (literal: fc.Arbitrary<number>): fc.Arbitrary<Expression> =>
  fc.oneof(
    { arbitrary: column.map((name): Expression => ({ column: name })), weight: 3 },
    { arbitrary: literal, weight: 1 },
  );

/** Operations on two, on several, and on a list. */
export const pairNames = ['subtract', 'above', 'atLeast'] as const;
export const severalNames = ['add', 'multiply', 'smaller', 'larger'] as const;
export const foldNames = ['sum', 'largest', 'smallest', 'count', 'median', 'trend', 'variation'] as const;

/** An operation by its name. */
export const operation = (operator: string, operands: Expression | readonly Expression[]): Expression =>
  ({ [operator]: operands }) as unknown as Expression;

interface Grammar {
  readonly literal: fc.Arbitrary<number>;
  /** How many elements lists have; 0 = the expression is a number. */
  readonly length: number;
  readonly depth: number;
}

const foldOf = (grammar: Grammar): fc.Arbitrary<Expression> =>
  fc
    .tuple(fc.constantFrom(...foldNames), fc.integer({ min: 1, max: 5 }))
    .chain(([fold, length]) =>
      expressionOf({ ...grammar, length, depth: grammar.depth - 1 }).map((over) => operation(fold, over)),
    );

/** Operands of one operation over lists: the first is a list, the others lists of that length or single numbers. */
const operandsOf = (grammar: Grammar, count: number): fc.Arbitrary<Expression[]> => {
  const inner = { ...grammar, depth: grammar.depth - 1 };
  const other =
    grammar.length === 0 ? expressionOf(inner) : fc.oneof(expressionOf(inner), expressionOf({ ...inner, length: 0 }));
  return fc
    .tuple(expressionOf(inner), fc.array(other, { minLength: count - 1, maxLength: count - 1 }), fc.nat(count - 1))
    .map(([list, others, place]) => others.toSpliced(place, 0, list));
};

const elementwiseOf = (grammar: Grammar): fc.Arbitrary<Expression> =>
  fc.oneof(
    fc
      .constantFrom(...pairNames)
      .chain((operator) => operandsOf(grammar, 2).map((operands) => operation(operator, operands))),
    fc
      .tuple(fc.constantFrom(...severalNames), fc.integer({ min: 2, max: 3 }))
      .chain(([operator, count]) => operandsOf(grammar, count).map((operands) => operation(operator, operands))),
  );

const endOf = ({ literal, length }: Grammar): fc.Arbitrary<Expression> => {
  if (length === 0) return single(literal);
  const exactly = { minLength: length, maxLength: length };
  return fc.oneof(
    { arbitrary: fc.array(column, exactly).map((columns): Expression => ({ columns })), weight: 3 },
    { arbitrary: fc.array(literal, exactly).map((list): Expression => ({ list })), weight: 1 },
  );
};

/** Expressions of the language, lists of one length where lists are meant. */
export const expressionOf = (grammar: Grammar): fc.Arbitrary<Expression> => {
  const end = endOf(grammar);
  if (grammar.depth <= 0) return end;
  const operations = [end, elementwiseOf(grammar), elementwiseOf(grammar)];
  return grammar.length === 0 ? fc.oneof(...operations, foldOf(grammar), foldOf(grammar)) : fc.oneof(...operations);
};

/** Derivations over the columns. */
export const derivationOf = (literal: fc.Arbitrary<number>, depth: number): fc.Arbitrary<Derivation> =>
  fc
    .record({
      decimals: fc.integer({ min: 0, max: 4 }),
      numerator: expressionOf({ literal, length: 0, depth }),
      denominator: fc.option(expressionOf({ literal, length: 0, depth: depth - 1 })),
    })
    .map(({ denominator, ...rest }) => ({ ...rest, ...(denominator === null ? {} : { denominator }) }));

export const small = fc.integer({ min: -9, max: 9 });
/** Numbers of every size, many of them next to 2^53. */
export const large = fc
  .oneof(
    small,
    fc.integer({ min: -(2 ** 27), max: 2 ** 27 }),
    fc.maxSafeInteger(),
    fc.nat(6).map((offset) => 2 ** 53 - 1 - offset),
    fc.nat(6).map((offset) => offset + 1 - 2 ** 53),
  )
  .map((value) => value + 0);

/** A row with columns that carry codes: what each holds, and what it counts as. */
export const rowOf = (value: fc.Arbitrary<number>, missing: number) =>
  fc
    .array(
      fc.record({
        held: fc.oneof(
          { arbitrary: value, weight: 20 },
          { arbitrary: fc.constantFrom(-98, -99), weight: missing },
          { arbitrary: fc.constant(Number.NaN), weight: missing },
        ),
        codes: fc.constantFrom<readonly Code[]>(
          [],
          [createCode({ value: -99, countsAs: null, orderedAs: 1 }), createCode({ value: -98, countsAs: 4 })],
          [createCode({ value: 3, countsAs: 0, orderedAs: null })],
        ),
      }),
      { minLength: COLUMNS, maxLength: COLUMNS },
    )
    .map((cells) => ({
      columns: cells.map(({ codes }, place) => createColumn(at(columnNames, place), codes)),
      held: Float64Array.from(cells, ({ held }) => held),
      counted: new Map(
        cells.map(({ held, codes }, place) => {
          const code = codes.find((one) => one.value === held);
          const counts = code ? code.countsAs : held;
          return [at(columnNames, place), counts === null || Number.isNaN(counts) ? null : BigInt(counts)] as const;
        }),
      ) satisfies Row,
    }));
