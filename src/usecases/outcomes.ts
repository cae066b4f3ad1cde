import type { OutcomeItem, OutcomesAnswer } from '../contract/outcomes.ts';
import { Outcome } from '../domain/outcome.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { civilDayAt } from '../features/civil-day.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import type { Database } from '../store/database.ts';
import { appendOutcomes, type CustomerName, type NamedOutcome, type OutcomesFound } from '../store/outcomes.ts';
import { type RecordsWanted, readCustomerRecords } from './customer-records.ts';

/** Who reports outcomes, and by which clock. */
export interface Reporting {
  readonly actor: string;
  readonly now: Date;
  readonly timeZone: string;
  /** What an item is called in faults. */
  readonly placeOf: (index: number) => string;
}

/** What became of one item. */
export type RecordedOutcome = OutcomesAnswer['outcomes'][number];

/** Faults of one report that are named. */
const MOST_FAULTS = 50;

const nameOf = ({ customerId, customerRef }: OutcomeItem): CustomerName =>
  customerId === undefined ? { customerRef: customerRef ?? '' } : { customerId };

/**
 * Stores what became of customers, all of it or nothing. An id that is known with the same content changes nothing; with
 * another it is a correction: what stood before stays on the chain and counts no more.
 * @throws customer_missing, outcome_conflict where an id is of another customer or stands there twice, bad_request for a day in the future,
 * each naming its place with the others beside it; database_unavailable
 */
export const recordOutcomes = async (
  database: Database,
  items: readonly OutcomeItem[],
  { actor, now, timeZone, placeOf }: Reporting,
): Promise<RecordedOutcome[]> => {
  const wanted = { customers: items.map(nameOf), outcomeIds: items.map(({ outcomeId }) => outcomeId) };
  const today = civilDayAt(now.getTime(), timeZone);
  let recorded: RecordedOutcome[] = [];
  await appendOutcomes(database, wanted, { actor, at: now }, (found) => {
    const seen = new Set<string>();
    const faults = items.flatMap((item, index) =>
      [...findRepeat(item, seen), ...findFaults(item, found, today)].map((fault) => fault.within(placeOf(index))),
    );
    const [first, ...others] = faults.slice(0, MOST_FAULTS);
    if (first) throw first.beside(others);
    const named = items.map((item) => toNamed(item, found));
    recorded = named.map((each) => ({
      outcomeId: each.outcomeId,
      customerRef: each.customerRef,
      state: toState(each, found),
    }));
    return named.filter((_, index) => recorded[index]?.state !== 'unchanged');
  });
  return recorded;
};

const ofAnother: Text = { zh: '属于另一位客户', en: 'is of another customer' };
const repeated: Text = { zh: '出现多次', en: 'stands there more than once' };

/** The fault of an item whose id was seen before; notes the id. */
const findRepeat = ({ outcomeId }: OutcomeItem, seen: Set<string>): AppError[] => {
  if (seen.has(outcomeId)) return [appError('outcome_conflict', { outcome: outcomeId, problem: repeated })];
  seen.add(outcomeId);
  return [];
};

const findFaults = (item: OutcomeItem, found: OutcomesFound, today: string): AppError[] => {
  const faults: AppError[] = [];
  const customerRef = found.refOf(nameOf(item));
  const standing = found.standing(item.outcomeId);
  if (customerRef === undefined) {
    faults.push(appError('customer_missing', { customer: item.customerId ?? item.customerRef ?? '' }));
  } else if (standing && standing.customerRef !== customerRef) {
    faults.push(appError('outcome_conflict', { outcome: item.outcomeId, problem: ofAnother }));
  }
  if (item.observedOn > today) {
    const problem = { zh: `在将来（今天是 ${today}）`, en: `it lies in the future (today is ${today})` };
    faults.push(appError('bad_request', { field: 'observedOn', problem }));
  }
  return faults;
};

const toNamed = (item: OutcomeItem, found: OutcomesFound): NamedOutcome => ({
  outcomeId: item.outcomeId,
  customerRef: found.refOf(nameOf(item)) ?? '',
  outcome: { observedOn: item.observedOn, defaulted: item.defaulted, loss: item.loss ?? null },
});

const toState = ({ outcomeId, outcome }: NamedOutcome, found: OutcomesFound): RecordedOutcome['state'] => {
  const standing = found.standing(outcomeId);
  if (!standing) return 'recorded';
  return toCanonicalJson(standing.outcome) === toCanonicalJson(outcome) ? 'unchanged' : 'corrected';
};

/** One report of an outcome, and whether it still stands. */
export interface ReportedOutcome extends Outcome {
  readonly outcomeId: string;
  readonly customerRef: string;
  readonly actor: string;
  readonly recordedAt: string;
  readonly isCurrent: boolean;
}

/** A page of reports, newest first, and where the next begins. */
export interface OutcomesListed {
  readonly outcomes: readonly ReportedOutcome[];
  readonly nextBefore: bigint | null;
}

/** What was reported of a customer, corrections and all; nothing where the customer is not known or was erased. */
export const listOutcomes = async (database: Database, wanted: RecordsWanted): Promise<OutcomesListed> => {
  const found = await readCustomerRecords(database, 'outcome', wanted);
  if (!found) return { outcomes: [], nextBefore: null };
  const { customerRef, page, nextBefore } = found;
  const current = await database.prisma.outcome.findMany({ where: { customerRef } });
  const standing = new Set(current.map(({ seq }) => seq));
  const outcomes = page.flatMap(({ seq, text, sections: [section] }) => {
    if (!section?.content) return [];
    const { outcomeId, ...outcome } = JSON.parse(section.content);
    const { actor, recordedAt } = JSON.parse(text);
    return [{ outcomeId, customerRef, ...Outcome.parse(outcome), actor, recordedAt, isCurrent: standing.has(seq) }];
  });
  return { outcomes, nextBefore };
};
