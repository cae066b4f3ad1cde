import { appError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { orDatabaseFault } from '../store/database-fault.ts';
import { listDemoCustomers } from '../store/demo-customers.ts';
import { eraseSimulatedIndustries } from '../store/histories.ts';
import { forgetSimulatedTypes } from '../store/received-types.ts';
import { requireEmbedded } from './demo.ts';
import { changeDemo, readDemo } from './demo-log.ts';
import { type Erased, eraseCustomers } from './ledger.ts';
import type { LongWork } from './long-work.ts';

/** What clearing a demo took away. */
export interface Cleared extends Omit<Erased, 'outcomes'> {
  readonly customers: number;
}

/** Customers erased in one transaction, which a service waits for. */
const PAGE = 50;

/** What a demo is cleared with. */
export interface Clearing {
  readonly now: () => Date;
  /** Whether an id is that of a customer made up: who is only named by such customers goes with them. */
  readonly isSimulated: (customerId: string) => boolean;
}

/**
 * Erases every customer that a demo brought or that was imported as simulated, and nobody else, and the indices of
 * industries that were made up. The records stay, and the chain verifies as before. A loading under way ends first.
 * Stopped, the next call goes on.
 * @throws demo_refused on a database that is not embedded, cancelled, database_unavailable
 */
export const clearDemo = async (
  database: Database,
  { now, isSimulated }: Clearing,
  work: LongWork,
): Promise<Cleared> => {
  requireEmbedded(database);
  const { book } = await readDemo(database.pool);
  await changeDemo(database, now(), async ({ state }) =>
    state === 'loading' || state === 'loaded' ? { event: 'cleared' } : null,
  );
  let cleared: Cleared = { customers: 0, decisions: 0, events: 0 };
  for (let after = ''; ; ) {
    if (work.signal.aborted) throw appError('cancelled');
    const page = await orDatabaseFault(listDemoCustomers(database.pool, after, PAGE));
    const last = page.at(-1);
    if (!last) break;
    after = last.customerId;
    const ids = page
      .filter(({ customerId, isNamedOnly }) => !isNamedOnly || isSimulated(customerId))
      .map(({ customerId }) => customerId);
    cleared = (await eraseCustomers(database, ids, now())).reduce(add, cleared);
    work.onProgress(cleared.customers, Math.max(cleared.customers, book?.customers ?? 0));
  }
  const industries = await eraseSimulatedIndustries(database.pool, now());
  await orDatabaseFault(forgetSimulatedTypes(database.pool));
  return { ...cleared, events: cleared.events + industries };
};

const add = (sum: Cleared, { decisions, events }: Erased): Cleared => ({
  customers: sum.customers + 1,
  decisions: sum.decisions + decisions,
  events: sum.events + events,
});
