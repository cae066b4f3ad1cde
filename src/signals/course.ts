import type { Observation } from './detect.ts';

/** What is known of a customer at the end of one month. */
export interface CourseDate extends Observation {
  /** Civil days since 1970-01-01. */
  readonly day: number;
  /** Micro-logits of the model beside the signals; null where there is none. */
  readonly microLogits: number | null;
  /** Days past due by instalments, or at least those by the latest statement; 0 where nothing is. */
  readonly daysLate: number;
}

/** From the first due date that stayed unpaid to default: lead times run back from the former. */
export interface DefaultSpell {
  readonly firstUnpaidOn: number;
  readonly defaultOn: number;
}

/** A customer's way through a book: the dates at which it was not in default, and its defaults. */
export interface Course {
  readonly customerId: string;
  readonly dates: readonly CourseDate[];
  readonly spells: readonly DefaultSpell[];
}
