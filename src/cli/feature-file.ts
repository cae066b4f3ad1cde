import { rmSync } from 'node:fs';
import type { CatalogueFeature } from '../domain/catalogue.ts';
import { appError } from '../errors.ts';
import { neutralise } from '../export/neutral.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { toFeatureSource } from '../features/catalogue/dictionary.ts';
import { withOutput } from '../store/writing.ts';
import type { FeatureRow } from '../usecases/feature-rows.ts';

/** Where rows of features go. */
export interface FeatureFile {
  /** Parquet where its name ends so, else CSV. */
  readonly out: string;
  readonly hasOutcome: boolean;
  /** What a row's instant is called in the file. */
  readonly dayOf: (instant: string) => string;
  /** Ends the work; nothing is left behind. */
  readonly signal: AbortSignal;
}

/** What was written. */
export interface FeatureFileWritten {
  readonly rows: number;
  /** Rows in which a feature is missing since a number grew too large. */
  readonly tooLarge: number;
}

/** Writes rows in natural units, exactly, as they come. @throws file_unwritable, cancelled */
export const writeFeatureFile = async (
  rows: AsyncIterable<FeatureRow>,
  file: FeatureFile,
): Promise<FeatureFileWritten> => {
  const { out, hasOutcome } = file;
  if (!out.endsWith('.parquet')) return writeLines(rows, { ...file, toId: neutralise });
  const lines = `${out}.rows-${process.pid}.csv`;
  try {
    const written = await writeLines(rows, { ...file, out: lines, toId: (id) => id });
    const { writeParquet } = await import('../../training/dataset/write-parquet.ts');
    await writeParquet(lines, out, columnsOf(hasOutcome));
    return written;
  } finally {
    rmSync(lines, { force: true });
  }
};

const columnsOf = (hasOutcome: boolean) => {
  const typeOf = ({ decimals }: CatalogueFeature) => (decimals === 0 ? 'BIGINT' : 'DOUBLE');
  return [
    { name: 'customer_id', type: 'VARCHAR' },
    { name: 'as_of', type: 'VARCHAR' },
    ...creditCatalogue.map((feature) => ({ name: toFeatureSource(feature), type: typeOf(feature) }) as const),
    ...(hasOutcome ? [{ name: 'outcome', type: 'VARCHAR' } as const] : []),
  ] as const;
};

interface Lines extends FeatureFile {
  readonly toId: (customerId: string) => string;
}

const writeLines = (
  rows: AsyncIterable<FeatureRow>,
  { out, hasOutcome, dayOf, signal, toId }: Lines,
): Promise<FeatureFileWritten> =>
  withOutput(out, async (output) => {
    await output.write(
      `${columnsOf(hasOutcome)
        .map(({ name }) => name)
        .join(',')}\n`,
    );
    let [count, tooLarge] = [0, 0];
    for await (const { customerId, asOf, values, outcome, isTooLarge } of rows) {
      if (signal.aborted) throw appError('cancelled');
      const cells = creditCatalogue.map(({ decimals }, place) => toDecimalText(values[place] ?? Number.NaN, decimals));
      const line = [quoteCell(toId(customerId)), dayOf(asOf), ...cells, ...(hasOutcome ? [outcome] : [])];
      await output.write(`${line.join(',')}\n`);
      count++;
      tooLarge += Number(isTooLarge);
    }
    return { rows: count, tooLarge };
  });

const quoteCell = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A scaled integer in natural units; nothing where it is missing. */
const toDecimalText = (scaled: number, decimals: number): string => {
  if (Number.isNaN(scaled)) return '';
  if (decimals === 0) return String(scaled);
  const digits = String(Math.abs(scaled)).padStart(decimals + 1, '0');
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};
