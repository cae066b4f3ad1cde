import type { QueryResult } from 'pg';
import type { Queryable } from './transaction.ts';

/** Every table, in an order in which they can be filled: what a row refers to comes first. */
export const tables = [
  'artifacts',
  'customers',
  'customer_state',
  'outcomes',
  'events',
  'event_types',
  'signals',
  'signal_states',
  'challenger_scores',
  'reviews',
  'idempotency_keys',
  'records',
  'personal_parts',
  'checkpoints',
] as const;
export type Table = (typeof tables)[number];

/** The tables that are read along the chain, each record with what hangs on it. */
const ledger: readonly Table[] = ['records', 'personal_parts', 'checkpoints'];

/** What the other tables are ordered by. */
const keys: Readonly<Partial<Record<Table, readonly string[]>>> = {
  artifacts: ['fingerprint'],
  customers: ['customer_ref'],
  customer_state: ['customer_ref'],
  outcomes: ['outcome_id'],
  events: ['event_id'],
  event_types: ['type'],
  signals: ['signal_id'],
  signal_states: ['customer_ref'],
  challenger_scores: ['decision_id', 'fingerprint'],
  reviews: ['review_id'],
  idempotency_keys: ['key'],
};

/** Records, or rows of another table, that are read at once. */
const PAGE = 500;

/** A row as one line of JSON that names its table: `{"records":{"seq":1,...}}`, bytes as \x and hex. */
const lineOf = (table: Table, alias: string): string => `'{"${table}":' || row_to_json(${alias})::text || '}'`;

const LEDGER_PAGE = `SELECT r.seq, concat_ws(E'\\n', ${lineOf('records', 'r')},
    (SELECT string_agg(${lineOf('personal_parts', 'p')}, E'\\n' ORDER BY p.section) FROM personal_parts p WHERE p.seq = r.seq),
    (SELECT ${lineOf('checkpoints', 'c')} FROM checkpoints c WHERE c.seq = r.seq)) AS lines
  FROM records r WHERE $1::bigint IS NULL OR r.seq > $1 ORDER BY r.seq LIMIT ${PAGE}`;

/** Checkpoints over records that are not there. */
const BEYOND = `SELECT ${lineOf('checkpoints', 'c')} AS lines FROM checkpoints c
  WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.seq = c.seq) ORDER BY c.seq LIMIT ${PAGE}`;

/**
 * Reads the ledger along the chain, in pages that are each consistent: a record, its sections, then the checkpoint that
 * ends at it; after the last record the checkpoints that reach beyond. Answers lines of JSON.
 */
export async function* readLedgerLines(client: Queryable): AsyncGenerator<string[]> {
  let after: string | null = null;
  for (;;) {
    const { rows }: QueryResult<{ seq: string; lines: string }> = await client.query(LEDGER_PAGE, [after]);
    const last = rows.at(-1);
    if (!last) break;
    yield rows.flatMap(({ lines }) => lines.split('\n'));
    after = last.seq;
  }
  const { rows } = await client.query<{ lines: string }>(BEYOND);
  yield rows.map(({ lines }) => lines);
}

/** Reads every row of every table, the ledger last. */
export async function* readAllLines(client: Queryable): AsyncGenerator<string[]> {
  for (const table of tables) {
    if (!ledger.includes(table)) yield* readTableLines(client, table);
  }
  yield* readLedgerLines(client);
}

async function* readTableLines(client: Queryable, table: Table): AsyncGenerator<string[]> {
  const columns = (keys[table] ?? []).map((column) => `t.${column}`);
  const order = columns.join(', ');
  const from = columns.map((_, index) => `$${index + 1}::text`).join(', ');
  let after: readonly (string | null)[] = columns.map(() => null);
  for (;;) {
    const { rows }: QueryResult<{ key: string[]; lines: string }> = await client.query(
      `SELECT ARRAY[${order}] AS key, ${lineOf(table, 't')} AS lines FROM ${table} t
       WHERE $1::text IS NULL OR (${order}) > (${from}) ORDER BY ${order} LIMIT ${PAGE}`,
      [...after],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(({ lines }) => lines);
    after = last.key;
  }
}

/** The first table that has rows; null where all are empty. */
export const findFilled = async (client: Queryable): Promise<Table | null> => {
  for (const table of tables) {
    const { rows } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
    if (rows.length > 0) return table;
  }
  return null;
};

/** Puts rows into a table, as they were read. */
export const insertRows = (client: Queryable, table: Table, rows: readonly object[]): Promise<unknown> =>
  client.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json)`, [
    JSON.stringify(rows),
  ]);
