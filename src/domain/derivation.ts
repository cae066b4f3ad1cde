import { z } from 'zod';
import { SnakeName } from './text.ts';

/**
 * An integer expression over the columns of one row. A value is one number, or a list (a series, newest first);
 * `add`, `subtract`, `multiply`, `smaller`, `larger`, `above` and `atLeast` work element by element, a single number
 * standing for every element. What is missing anywhere makes the whole expression missing.
 *
 * - `column`: the column's integer value; a special code stands for what it `countsAs`, else for nothing.
 * - `series` (a dictionary's name, elements `from` to `to`, counted from 1 = newest) or `columns` (the same, resolved).
 * - `list`: integers as they stand, for example weights.
 * - `above`, `atLeast`: 1 where the first is > (>=) the second, else 0.
 * - `sum`, `largest`, `smallest`: over a list. `count`: how many elements are not 0. `median`: the lower one.
 * - `trend`: the numerator of the least-squares slope from oldest to newest; its denominator is n (n^2 - 1) / 6.
 * - `variation`: the sum of absolute differences of neighbours.
 */
export type Expression = Tree<ColumnLeaf>;

/** What an expression over one row reads. */
type ColumnLeaf =
  | { column: string }
  | { series: string; from?: number | undefined; to?: number | undefined }
  | { columns: string[] };

/** An expression over some kind of leaves, integers and lists of integers. */
export type Tree<Leaf> =
  | number
  | Leaf
  | { list: number[] }
  | { add: Tree<Leaf>[] }
  | { subtract: [Tree<Leaf>, Tree<Leaf>] }
  | { multiply: Tree<Leaf>[] }
  | { smaller: Tree<Leaf>[] }
  | { larger: Tree<Leaf>[] }
  | { above: [Tree<Leaf>, Tree<Leaf>] }
  | { atLeast: [Tree<Leaf>, Tree<Leaf>] }
  | { sum: Tree<Leaf> }
  | { largest: Tree<Leaf> }
  | { smallest: Tree<Leaf> }
  | { count: Tree<Leaf> }
  | { median: Tree<Leaf> }
  | { trend: Tree<Leaf> }
  | { variation: Tree<Leaf> };

/** The schema of a tree over some leaves. */
export const treeOf = <Leaf>(leaves: readonly z.ZodType<Leaf>[]): z.ZodType<Tree<Leaf>> => {
  const one: z.ZodType<Tree<Leaf>> = z.lazy(() => tree);
  const two = z.tuple([one, one]);
  const several = z.array(one).min(2);
  const tree = z.union([
    z.int(),
    ...leaves,
    z.strictObject({ list: z.array(z.int()).min(1) }),
    z.strictObject({ add: several }),
    z.strictObject({ subtract: two }),
    z.strictObject({ multiply: several }),
    z.strictObject({ smaller: several }),
    z.strictObject({ larger: several }),
    z.strictObject({ above: two }),
    z.strictObject({ atLeast: two }),
    z.strictObject({ sum: one }),
    z.strictObject({ largest: one }),
    z.strictObject({ smallest: one }),
    z.strictObject({ count: one }),
    z.strictObject({ median: one }),
    z.strictObject({ trend: one }),
    z.strictObject({ variation: one }),
  ]) as z.ZodType<Tree<Leaf>>;
  return tree;
};

export const Expression: z.ZodType<Expression> = treeOf<ColumnLeaf>([
  z.strictObject({ column: SnakeName }),
  z.strictObject({
    series: SnakeName,
    from: z.int().min(1).optional(),
    to: z.int().min(1).optional(),
  }),
  z.strictObject({ columns: z.array(SnakeName).min(1) }),
]);

/**
 * How a derived feature is computed: `10^decimals x numerator / denominator`, half away from zero, kept as that integer. A denominator of 0, a missing part or an intermediate at or above 2^53 gives null.
 */
export const Derivation = z.strictObject({
  decimals: z.int().min(0).max(9),
  numerator: Expression,
  denominator: Expression.optional(),
});
export type Derivation = z.infer<typeof Derivation>;

/** The columns a derivation reads, in the order it names them, each once; a series must have been resolved to its columns. */
export const namedColumns = ({ numerator, denominator }: Derivation): string[] => {
  const walk = (expression: Expression): string[] => {
    if (typeof expression === 'number' || 'list' in expression || 'series' in expression) return [];
    if ('column' in expression) return [expression.column];
    if ('columns' in expression) return expression.columns;
    return (Object.values(expression).flat() as Expression[]).flatMap(walk);
  };
  return [...new Set([...walk(numerator), ...(denominator === undefined ? [] : walk(denominator))])];
};
