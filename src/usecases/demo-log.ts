import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { DEMO_ACTOR } from '../store/demo-customers.ts';
import { type ChainTransaction, withChain } from '../store/records.ts';
import type { Queryable } from '../store/transaction.ts';

/** A demo's customers: made up, or those of a public file. */
export const DemoBook = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('simulator'),
    customers: z.int().min(1),
    months: z.int().min(1),
    seed: z.int().min(0),
    /** The instant up to which they are made up: nothing of them is known later. */
    until: z.iso.datetime(),
  }),
  z.strictObject({
    source: z.literal('file'),
    customers: z.int().min(1),
    /** SHA-256 of the file. */
    file: z.string(),
  }),
]);
export type DemoBook = z.infer<typeof DemoBook>;
export type SimulatedBook = Extract<DemoBook, { source: 'simulator' }>;

/** What happened to a database's demo; it stands on the chain. */
const DemoEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('begun'), book: DemoBook }),
  z.object({ event: z.literal('loaded') }),
  z.object({ event: z.literal('cleared') }),
]);
export type DemoEvent = z.infer<typeof DemoEvent>;

/** Where a database's demo stands; `book` is the last one that was begun. */
export type Demo =
  | { readonly state: 'none'; readonly book: null }
  | { readonly state: 'loading' | 'loaded' | 'cleared'; readonly book: DemoBook };

const none: Demo = { state: 'none', book: null };

const follow = (demo: Demo, event: DemoEvent): Demo => {
  if (event.event === 'begun') return { state: 'loading', book: event.book };
  return demo.book === null ? demo : { state: event.event, book: demo.book };
};

const READ_DEMO = `SELECT text FROM records WHERE kind = 'demo' AND kind <> 'decision' ORDER BY seq`;

const fold = (rows: readonly { readonly text: string }[]): Demo =>
  rows.map(({ text }) => DemoEvent.parse(JSON.parse(text))).reduce(follow, none);

/** Where the demo stands now. */
export const readDemo = async (client: Queryable): Promise<Demo> =>
  fold((await orDatabaseFault(client.query<{ text: string }>(READ_DEMO))).rows);

/**
 * Settles, while the chain is held, what happens to the demo next.
 * @param choose the event, from where the demo stands; null = nothing happens
 * @returns where it stands then
 */
export const changeDemo = (
  { pool }: Pick<Database, 'pool'>,
  at: Date,
  choose: (demo: Demo, client: ChainTransaction['client']) => Promise<DemoEvent | null>,
): Promise<Demo> =>
  withChain(
    pool,
    async ({ client, opened, append }) => {
      const demo = fold((opened[0] ?? []) as readonly { readonly text: string }[]);
      const event = await choose(demo, client);
      if (!event) return demo;
      const record = { kind: 'demo', schema: 1, actor: DEMO_ACTOR, at: at.toISOString(), ...event };
      append([{ kind: 'demo', record, sections: {}, decisionId: null, customerRef: null }]);
      return follow(demo, event);
    },
    [READ_DEMO],
  );
