import type { Locale } from '../domain/text.ts';
import { toCsv } from '../export/csv.ts';
import { toJson } from '../export/json.ts';
import { type ExportLayout, layOutModel } from '../export/layout.ts';
import { toPmml } from '../export/pmml.ts';
import { type SqlOptions, toSql } from '../export/sql.ts';
import { toWorkbook } from '../export/workbook.ts';
import type { OpenedPlan } from './open-plan.ts';

/** The forms in which a scorecard leaves the house. */
export const exportFormats = ['xlsx', 'csv', 'json', 'pmml', 'sql'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What a file of some format is to say. */
export interface ExportWish {
  /** The language of what people read, where a format has words in one language only. */
  readonly locale: Locale;
  readonly sql: SqlOptions;
}

const writers: Readonly<
  Record<ExportFormat, (layout: ExportLayout, wish: ExportWish) => Promise<string | Uint8Array>>
> = {
  xlsx: async (layout, { locale }) => {
    const { writeWorkbook } = await import('./write-workbook.ts');
    return writeWorkbook(toWorkbook(layout, locale));
  },
  csv: async (layout) => toCsv(layout),
  json: async (layout) => toJson(layout),
  pmml: async (layout, { locale }) => toPmml(layout, locale),
  sql: async (layout, { sql }) => toSql(layout, sql),
};

/** A model, with the cut-offs of the policy it is bound to, as a file that other systems run. */
export const exportScorecard = (
  { plan: { model, policy, policyFingerprint } }: OpenedPlan,
  format: ExportFormat,
  wish: ExportWish,
): Promise<string | Uint8Array> => writers[format](layOutModel({ model, policy, policyFingerprint }), wish);
