import type { Input, Model, Term } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { nameBin } from '../explanation/scorecard-table.ts';
import { codeBins, countOrdered, missingBin, otherBin, unorderedCodes } from '../model/bins.ts';
import { toCellPoints } from '../model/scale.ts';
import { binsOfCell, type ExportLayout, termGroups } from './layout.ts';

/** One bin of an input: what it is called and which values fall into it. */
export interface BinLine {
  readonly input: string;
  readonly bin: number;
  readonly kind: 'interval' | 'categories' | 'code' | 'other' | 'missing';
  readonly label: Text;
  /** An interval's ends in natural units, the upper one outside it; null = open, or no interval. */
  readonly from: number | null;
  readonly below: number | null;
  /** A group's categories, or the special codes (natural units) that fall into the bin; they come before the ends. */
  readonly values: readonly (string | number)[];
  /** Training rows. */
  readonly rows: number;
}

/** One cell of a term. */
export interface CellLine {
  /** The term, counted from 1. */
  readonly term: number;
  readonly bins: readonly BinLine[];
  readonly microLogits: number;
  /** Points the cell adds, two decimals; only the total is rounded. */
  readonly points: number;
  readonly reasonCodes: readonly string[];
}

/** The bins of an input in their order. */
export const listBins = (input: Input): BinLine[] => input.counts.map((_, bin) => describeBin(input, bin));

const describeBin = (input: Input, bin: number): BinLine => {
  const natural = (value: number | undefined) => (value === undefined ? null : value / 10 ** input.decimals);
  const ordered = bin < countOrdered(input);
  const codes = codeBins(input).flatMap((code) => (code.bin === bin ? [natural(code.value) ?? 0] : []));
  const categories = (input.categories ?? []).flatMap((category) => (category.bin === bin ? [category.value] : []));
  return {
    input: input.name,
    bin,
    kind: kindOf(input, bin),
    label: { zh: nameBin(input, bin, 'zh'), en: nameBin(input, bin, 'en') },
    from: ordered ? natural(input.edges?.[bin - 1]) : null,
    below: ordered ? natural(input.edges?.[bin]) : null,
    values: input.categories ? categories : codes,
    rows: input.counts[bin] as number,
  };
};

const kindOf = (input: Input, bin: number): BinLine['kind'] => {
  if (bin === missingBin(input)) return 'missing';
  if (bin === otherBin(input)) return 'other';
  if (unorderedCodes(input).length > 0 && bin > missingBin(input)) return 'code';
  return input.categories ? 'categories' : 'interval';
};

/** Every cell of every term, the last input's bin running fastest. */
export const listCells = ({ model }: Pick<ExportLayout, 'model'>): CellLine[] => {
  const bins = model.inputs.map(listBins);
  return model.terms.flatMap((term, place) => listTerm(term, { place, bins, model }));
};

const listTerm = (
  term: Term,
  { place, bins, model }: { place: number; bins: readonly (readonly BinLine[])[]; model: Model },
): CellLine[] => {
  const reasonCodes = termGroups(term, model).map(({ code }) => code);
  return term.microLogits.map((cell, index) => ({
    term: place + 1,
    bins: binsOfCell(term, index).flatMap((bin, at) => bins[term.inputs[at] as number]?.[bin] ?? []),
    microLogits: cell,
    points: toCellPoints(cell, model.scale),
    reasonCodes,
  }));
};

/** Points before any cell is added, two decimals. */
export const basePoints = ({ intercept, scale }: Pick<Model, 'intercept' | 'scale'>): number =>
  Math.round(scale.offsetMilli / 10 - (scale.factorMilli * intercept.microLogits) / 1e7) / 100;
