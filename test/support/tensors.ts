import { champion } from './rows.ts';

type Value = number | string | null;

/** An inference request for rows of the champion, one tensor for each raw column. */
export const toTensorBody = (rows: readonly Readonly<Record<string, Value>>[], customer: string) => ({
  inputs: [
    {
      name: 'customer_id',
      shape: [rows.length],
      datatype: 'BYTES',
      data: rows.map((_, row) => `${customer}-${row}`),
    },
    ...champion.plan.features.columns.map(({ name, categories }) => ({
      name,
      shape: [rows.length],
      datatype: categories ? 'BYTES' : 'FP64',
      data: rows.map((row) => row[name] ?? null),
    })),
  ],
});
