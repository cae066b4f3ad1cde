import { randomBytes } from 'node:crypto';
import { Override, type PreviousTier, type SeenSignal } from '../domain/decision.ts';
import { Tier } from '../domain/ordered.ts';
import { type ChainPosition, equalBytes } from '../ledger/chain.ts';
import { toLiteral, toRows } from './rows-text.ts';
import { parseSeen } from './signals.ts';
import { askSimulated } from './simulated.ts';

/** A customer's reference, the model tier it stands in, what a person decided of it, what is known of its signals, by kind, and whether it is made up. */
export interface Standing {
  readonly ref: string;
  readonly state: PreviousTier | null;
  readonly override: Override | null;
  readonly signals: readonly SeenSignal[];
  readonly isSimulated: boolean;
}

/** What concerns a customer, by the caller's id. */
export interface OfCustomer {
  readonly customerId: string;
}

/** Most customers whose standing is kept at hand. */
const MOST_KNOWN = 50_000;

/** Where customers stand at one head of the chain, as far as it was read. */
export const createKnowledge = () => {
  const standings = new Map<string, Standing>();
  let head: ChainPosition | null = null;
  /** Whether nobody else wrote between the last two batches: only then is it worth while to rely on the head. */
  let isAlone = false;
  const add = (id: string, standing: Standing): void => {
    standings.delete(id);
    standings.set(id, standing);
  };
  const forget = (): void => {
    standings.clear();
    head = null;
    isAlone = false;
  };
  return {
    forget,
    /** The head and all customers of a batch; null where one of them is not known, or others write too. */
    recall(pending: readonly OfCustomer[]) {
      if (!head || !isAlone || !pending.every(({ customerId }) => standings.has(customerId))) return null;
      return { head, standings: standings as ReadonlyMap<string, Standing> };
    },
    /** Learns what was read while the chain was held at a head. */
    meet(found: ChainPosition, read: ReadonlyMap<string, Standing>): void {
      const isSame = head !== null && head.seq === found.seq && equalBytes(head.hash, found.hash);
      if (!isSame) forget();
      isAlone = isSame;
      head = found;
      for (const [id, standing] of read) add(id, standing);
      for (const id of standings.keys()) {
        if (standings.size <= MOST_KNOWN) break;
        standings.delete(id);
      }
    },
    /** Follows what was written, or is about to be while the chain is held. */
    advance(next: ChainPosition, moved: ReadonlyMap<string, Standing>): void {
      head = next;
      for (const [id, standing] of moved) if (standings.has(id)) add(id, standing);
    },
  };
};

/** Bytes of a customer reference. */
const REF_BYTES = 16;

/** Asks where customers stand; whoever writes it holds the chain. */
export const askStandings = (pending: readonly OfCustomer[]): string => {
  const ids = [...new Set(pending.map(({ customerId }) => toLiteral(customerId)))];
  return `SELECT customer_id, customer_ref, model_tier, since, override, seen, ${askSimulated('customers.customer_ref')} AS simulated
    FROM customers LEFT JOIN customer_state USING (customer_ref) LEFT JOIN signal_states USING (customer_ref)
    WHERE customer_id IN (${ids.join(', ')})`;
};

interface StandingRow {
  readonly customer_id: string;
  readonly customer_ref: string;
  readonly model_tier: string | null;
  readonly since: Date | null;
  readonly override: string | null;
  readonly seen: string | null;
  readonly simulated: boolean;
}

/** Where the customers of a batch stand, those with new references among them. */
export interface Standings {
  readonly standings: ReadonlyMap<string, Standing>;
  readonly added: ReadonlyMap<string, Standing>;
}

/** Reads what was asked, and gives references to who is new. */
export const readStandings = (pending: readonly OfCustomer[], rows: readonly unknown[]): Standings => {
  const standings = new Map<string, Standing>();
  for (const row of rows as readonly StandingRow[]) {
    const { customer_id, customer_ref: ref, model_tier, since, override: kept, seen, simulated: isSimulated } = row;
    const state = model_tier !== null && since ? { tier: Tier.parse(model_tier), since: since.toISOString() } : null;
    const override = kept === null ? null : Override.parse(JSON.parse(kept));
    standings.set(customer_id, { ref, state, override, signals: seen === null ? [] : parseSeen(seen), isSimulated });
  }
  const added = new Map<string, Standing>();
  for (const { customerId } of pending) {
    if (standings.has(customerId)) continue;
    const ref = randomBytes(REF_BYTES).toString('hex');
    const standing = { ref, state: null, override: null, signals: [], isSimulated: false };
    standings.set(customerId, standing);
    added.set(customerId, standing);
  }
  return { standings, added };
};

/** The statement that writes new customers; none where there are none. */
export const writeCustomers = (added: ReadonlyMap<string, Standing>): string[] => {
  if (added.size === 0) return [];
  const rows = [...added].map(([id, { ref }]) => `(${toLiteral(id)}, '${ref}')`);
  return [`INSERT INTO customers (customer_id, customer_ref) VALUES ${rows.join(', ')}`];
};

/** The statement that writes where customers stand now; none where nobody moved. */
export const writeStates = (moved: ReadonlyMap<string, Standing>): string[] => {
  const rows = [...moved.values()].flatMap(({ ref, state }) => (state ? [{ ref, ...state }] : []));
  if (rows.length === 0) return [];
  return [
    `INSERT INTO customer_state (customer_ref, model_tier, since)
     SELECT customer_ref, model_tier, since::timestamptz FROM ${toRows({
       customer_ref: rows.map(({ ref }) => ref),
       model_tier: rows.map(({ tier }) => tier),
       since: rows.map(({ since }) => since),
     })}
     ON CONFLICT (customer_ref) DO UPDATE SET model_tier = EXCLUDED.model_tier, since = EXCLUDED.since`,
  ];
};
