import { z } from 'zod';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { KeptRecord, KeptSection } from '../ledger/kept-record.ts';
import { readLedgerLines, type Table, tables } from './tables.ts';
import type { Queryable } from './transaction.ts';

/** A row of some table, as JSON has it. */
export interface Row {
  readonly table: Table;
  readonly row: object;
}

const Line = z.partialRecord(z.enum(tables), z.looseObject({}));

/** Parses a line of JSON that names its table. @returns null where it is none */
export const parseRow = (line: string): Row | null => {
  const [entry, more] = Object.entries(Line.safeParse(parseJson(line)).data ?? {});
  return entry && !more ? { table: entry[0] as Table, row: entry[1] } : null;
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/** Reads the ledger along the chain, as `readLedgerLines` does. */
export async function* readLedgerRows(client: Queryable): AsyncGenerator<Row[]> {
  for await (const lines of readLedgerLines(client)) yield lines.flatMap((line) => parseRow(line) ?? []);
}

/** Bytes as PostgreSQL writes them. */
const Bytes = z
  .string()
  .regex(/^\\x(?:[0-9a-f]{2})*$/)
  .transform((text) => new Uint8Array(Buffer.from(text.slice(2), 'hex')));
const HexBytes = Bytes.transform((bytes) => Buffer.from(bytes).toString('hex'));
const Seq = z.number().transform((seq) => BigInt(Math.trunc(seq)));

const RecordRow = z
  .looseObject({
    seq: Seq,
    kind: z.string(),
    schema: z.number(),
    text: z.string(),
    entry: Bytes,
    hash: Bytes,
    decision_id: z.string().nullable(),
    customer_ref: z.string().nullable(),
  })
  .transform(
    ({ decision_id: decisionId, customer_ref: customerRef, ...record }): Omit<KeptRecord, 'sections'> => ({
      ...record,
      decisionId,
      customerRef,
    }),
  );

const SectionRow = z.looseObject({
  seq: Seq,
  section: z.string(),
  salt: Bytes.nullable(),
  content: z.string().nullable(),
});

/** An instant as JSON has it; one that is none stays as it is, and no signature fits it. */
const Instant = z.string().transform((text) => (Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString()));

const CheckpointRow = z
  .looseObject({
    seq: z.number(),
    from_seq: z.number(),
    head: HexBytes,
    root: HexBytes,
    at: Instant,
    public_key: HexBytes,
    signature: HexBytes,
  })
  .transform(
    ({ seq, from_seq, head, root, at, public_key, signature }): Checkpoint => ({
      kind: 'checkpoint',
      schema: 1,
      fromSeq: from_seq,
      sequence: seq,
      head,
      root,
      time: at,
      publicKey: public_key,
      signature,
    }),
  );

/** Reads a row of `records`; null where it does not have the shape. */
export const toRecord = (row: object): Omit<KeptRecord, 'sections'> | null => RecordRow.safeParse(row).data ?? null;

/** Reads a row of `personal_parts`, with the record it belongs to. */
export const toSection = (row: object): (KeptSection & { readonly seq: bigint }) | null =>
  SectionRow.safeParse(row).data ?? null;

/** Reads a row of `checkpoints`. */
export const toCheckpoint = (row: object): Checkpoint | null => CheckpointRow.safeParse(row).data ?? null;
