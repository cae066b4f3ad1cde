import { setImmediate as turn } from 'node:timers/promises';
import type { Model } from '../domain/model.ts';
import { civilDay } from '../features/civil-day.ts';
import { type MonthRows, openBook } from '../monitoring/book.ts';
import { type JoinRule, joinTruth } from '../monitoring/truth.ts';
import type { Database } from '../store/database.ts';
import { readMonitored } from '../store/monitored-decisions.ts';
import { readHead } from '../store/records.ts';

/** Which decisions are looked at, and how outcomes are joined to them. */
export interface JoinWish {
  /** The performance window in civil days; that of the model's target unless told. */
  readonly windowDays?: number | undefined;
  readonly silence: JoinRule['silence'];
  /** Only decisions of this civil day or later. */
  readonly from?: string | undefined;
}

/** What a version decided, and what became of it. */
export interface ReadBook {
  readonly months: readonly MonthRows[];
  /** The window that outcomes were joined by; null where none is known. */
  readonly windowDays: number | null;
  /** Further decisions of a customer within a month, and those whose personal part was erased; neither is in the months. */
  readonly repeated: number;
  readonly erased: number;
  /** Decisions in the months that are of simulated customers. */
  readonly simulated: number;
}

/**
 * Reads every decision of a version page by page and joins it to what became of its customer. Simulations do not count.
 * @param wish `today` is the civil day on which it is asked
 * @throws database_unavailable
 */
export const readBook = async (
  database: Pick<Database, 'pool'>,
  model: Model,
  { windowDays: asked, silence, from, today }: JoinWish & { readonly today: string },
): Promise<ReadBook> => {
  const windowDays = asked ?? model.target.horizonDays;
  const rule = windowDays === null ? null : { windowDays, today, silence };
  const book = openBook(model);
  const { seq: until } = await readHead(database.pool);
  let erased = 0;
  for await (const page of readMonitored(database, { fingerprint: model.fingerprint, until })) {
    for (const { customerRef, decidedAt, timeZone, purpose, isSimulated, score, outcomes, challengers } of page) {
      const decidedOn = civilDay(decidedAt, timeZone);
      if (purpose === 'simulation' || (from !== undefined && decidedOn < from)) continue;
      if (!score) {
        erased++;
        continue;
      }
      const truth = rule && joinTruth(decidedOn, outcomes, rule);
      book.add({ ...score, customerRef, decidedOn, isSimulated, truth, challengers });
    }
    await turn();
  }
  return { months: book.months(), windowDays, repeated: book.repeated(), erased, simulated: book.simulated() };
};
