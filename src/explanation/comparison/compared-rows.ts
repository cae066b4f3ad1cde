import type { RowsComparison } from '../../domain/comparison.ts';
import type { Model } from '../../domain/model.ts';
import type { Text } from '../../domain/text.ts';
import type { Evidence } from '../../domain/validation.ts';
import { LEAST_BADS } from '../../metrics/figures.ts';

/** Scores of one model, and what they led to. */
export interface Scores {
  readonly microLogits: Float64Array;
  /** Rank of each row's tier and action: of files the final ones, rules included. */
  readonly tiers: Uint8Array;
  readonly actions: Uint8Array;
}

/** What one model made of some rows. */
export interface ScoredSide extends Scores {
  /** Row-major, in the order of the model's inputs. */
  readonly bins: Uint16Array;
}

/** What became of a row. */
export const outcomeCodes = { good: 0, bad: 1, unknown: 2 } as const;

/** Rows parted by one property of them. */
export interface Partition {
  readonly name: string;
  readonly label: Text;
  readonly protected: boolean;
  readonly segments: readonly Text[];
  /** Segment of every row. */
  readonly of: Uint16Array;
}

/** The same rows as two models scored them. */
export interface PairedScores {
  readonly a: Scores;
  readonly b: Scores;
  /** One of `outcomeCodes` each. */
  readonly labels: Uint8Array;
  /** Whose each row is, a number for each customer; null where none are told. */
  readonly customers: Uint32Array | null;
}

/** The same rows as two models see them. */
export interface ComparedRows extends PairedScores {
  readonly a: ScoredSide;
  readonly b: ScoredSide;
  /** The number of each row in its source, from 1. */
  readonly numbers: Uint32Array;
  /** The rows' own names; null where they have none. */
  readonly ids: readonly string[] | null;
  /** Partitions that do not follow from the inputs: protected groups. */
  readonly groups: readonly Partition[];
}

/** Fewest rows on which a figure without outcomes is evidence. */
const LEAST_ROWS = 100;

/** Whether there are rows enough for a figure that asks for no outcome. */
export const weighRows = (rows: number): Evidence => (rows >= LEAST_ROWS ? 'sufficient' : 'insufficient');

/** Whether there are bad and good rows enough. */
export const weighOutcomes = (bads: number, goods: number): Evidence =>
  Math.min(bads, goods) >= LEAST_BADS ? 'sufficient' : 'insufficient';

type Outcomes = RowsComparison['tiers']['matrix'][number]['outcomes'];

/** What became of some rows; null where it is known of none of all rows. */
export const countOutcomes = (
  { labels }: Pick<PairedScores, 'labels'>,
  rows: readonly number[],
  isKnown: boolean,
): Outcomes => {
  if (!isKnown) return null;
  const count = (label: number) => rows.reduce((sum, row) => sum + (labels[row] === label ? 1 : 0), 0);
  return { bads: count(outcomeCodes.bad), goods: count(outcomeCodes.good) };
};

/** Whether any row's outcome is known. */
export const hasOutcomes = ({ labels }: Pick<PairedScores, 'labels'>): boolean =>
  labels.some((label) => label !== outcomeCodes.unknown);

/** Only some of the rows, in the order given. @param paired says how many inputs each model has */
export const takeRows = (
  { a, b }: { readonly a: Pick<Model, 'inputs'>; readonly b: Pick<Model, 'inputs'> },
  rows: ComparedRows,
  places: Uint32Array,
): ComparedRows => ({
  a: takeSide(rows.a, a.inputs.length, places),
  b: takeSide(rows.b, b.inputs.length, places),
  numbers: places.map((row) => rows.numbers[row] as number),
  labels: Uint8Array.from(places, (row) => rows.labels[row] as number),
  customers: rows.customers && Uint32Array.from(places, (row) => rows.customers?.[row] as number),
  ids: rows.ids && Array.from(places, (row) => rows.ids?.[row] ?? ''),
  groups: rows.groups.map((group) => ({ ...group, of: Uint16Array.from(places, (row) => group.of[row] as number) })),
});

const takeSide = (
  { microLogits, bins, tiers, actions }: ScoredSide,
  width: number,
  places: Uint32Array,
): ScoredSide => {
  const taken = new Uint16Array(places.length * width);
  for (const [place, row] of places.entries()) taken.set(bins.subarray(row * width, (row + 1) * width), place * width);
  return {
    microLogits: Float64Array.from(places, (row) => microLogits[row] as number),
    bins: taken,
    tiers: Uint8Array.from(places, (row) => tiers[row] as number),
    actions: Uint8Array.from(places, (row) => actions[row] as number),
  };
};
