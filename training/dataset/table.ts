import type { CsvFile } from '../../src/store/csv.ts';

/**
 * What a file itself says that a column holds; a text may also be a number in disguise. `values`: those a category may
 * take, in the file's order; null where it does not list them.
 */
export interface DeclaredType {
  readonly kind: 'number' | 'category' | 'text' | 'date' | 'nested';
  readonly values: readonly string[] | null;
}

/** A table of a file in any form that training reads; a cell that is not known is empty. */
export interface TableFile extends CsvFile {
  /** What the file says of each column; null where its form says nothing (delimited text). */
  readonly types: readonly DeclaredType[] | null;
}
