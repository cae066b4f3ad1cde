import type { Locale, Text } from '../../src/domain/text.ts';
import { labelledRows } from '../assemble.ts';
import { binFeature, type Sample } from '../binning/bin-feature.ts';
import { type PreBinned, preBin } from '../binning/prebin.ts';
import { printTable } from '../report/table.ts';
import { defaultSettings } from '../settings.ts';
import { computeFeatures, type Frame } from './frame.ts';

/** One column's or derived feature's profile, natural units. */
export interface ColumnProfile {
  readonly name: string;
  readonly label: Text;
  readonly type: 'number' | 'category';
  readonly missing: number;
  /** Rows that hold a special code, by code, with their bad rate. */
  readonly codes: readonly { readonly value: number; readonly rows: number; readonly badRate: number | null }[];
  readonly distinct: number;
  /** Least, quartiles and most of the ordinary values; null for categories. */
  readonly spread: readonly number[] | null;
  readonly mean: number | null;
  /** Bad rate of the rows that hold an ordinary value. */
  readonly badRate: number | null;
  /** Information value of the optimal bins. */
  readonly information: number;
}

/** A data set's profile. */
export interface Profile {
  readonly rows: number;
  readonly bads: number;
  readonly badRate: number;
  readonly columns: readonly ColumnProfile[];
}

/** Profiles every column and derived feature of a frame; rows without a label are left out. */
export const profileFrame = (loaded: Frame): Profile => {
  const frame = labelledRows(loaded);
  const sample: Sample = { labels: frame.labels, weights: new Float64Array(frame.rows).fill(1) };
  const bads = frame.labels.reduce((sum, label) => sum + label, 0);
  const columns = computeFeatures(frame, frame.featureSet.features).map((feature) =>
    profileColumn(preBin(feature, defaultSettings.binning), sample),
  );
  return { rows: frame.rows, bads, badRate: bads / Math.max(1, frame.rows), columns };
};

const profileColumn = (pre: PreBinned, sample: Sample): ColumnProfile => {
  const { definition, values, categories } = pre.feature;
  const codes = new Set(definition.codes.map(({ value }) => value));
  const natural = 10 ** definition.decimals;
  const ordinary = values.filter((value) => !Number.isNaN(value) && !codes.has(value)).sort();
  const rate = (holds: (value: number) => boolean): { rows: number; badRate: number | null } => {
    const rows = [...values.keys()].filter((row) => holds(values[row] as number));
    const bads = rows.filter((row) => sample.labels[row] === 1).length;
    return { rows: rows.length, badRate: rows.length === 0 ? null : bads / rows.length };
  };
  return {
    name: definition.name,
    label: definition.label,
    type: definition.type,
    missing: values.filter(Number.isNaN).length,
    codes: definition.codes.map(({ value }) => ({ value: value / natural, ...rate((held) => held === value) })),
    distinct: new Set(values.filter((value) => !Number.isNaN(value))).size,
    spread:
      categories || ordinary.length === 0
        ? null
        : [0, 0.25, 0.5, 0.75, 1].map(
            (share) => (ordinary[Math.floor(share * (ordinary.length - 1))] as number) / natural,
          ),
    mean:
      categories || ordinary.length === 0
        ? null
        : ordinary.reduce((sum, value) => sum + value, 0) / ordinary.length / natural,
    badRate: rate((value) => !Number.isNaN(value) && !codes.has(value)).badRate,
    information: binFeature(pre, sample, defaultSettings.binning).information,
  };
};

const short = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? '-' : String(Number(value.toFixed(digits)));

/** The profile as a danfojs DataFrame, one row a column, printed. */
export const toDataFrame = async ({ columns }: Profile, locale: Locale): Promise<string> => {
  const rows = columns.map((column) => ({
    column: column.name,
    type: column.type,
    missing: column.missing,
    codes:
      column.codes
        .filter(({ rows }) => rows > 0)
        .map(({ value, rows }) => `${value}: ${rows}`)
        .join(', ') || '-',
    distinct: column.distinct,
    least: short(column.spread?.[0], 4),
    q25: short(column.spread?.[1], 4),
    median: short(column.spread?.[2], 4),
    q75: short(column.spread?.[3], 4),
    most: short(column.spread?.[4], 4),
    mean: short(column.mean, 4),
    bad_rate: short(column.badRate, 4),
    iv: short(column.information, 4),
    label: column.label[locale],
  }));
  return printTable(rows);
};
