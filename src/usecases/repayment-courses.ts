import { createCivilClock } from '../features/civil-clock.ts';
import { standingDated, toDatedEvent } from '../features/dated-event.ts';
import {
  createRepaymentFollower,
  type RepaymentCourse,
  type RepaymentWindow,
  splitByFacility,
} from '../features/repayment-course.ts';
import type { EventBook } from './event-book.ts';

/** A customer's course, or that of one of its facilities. */
export interface OwnCourse extends RepaymentCourse {
  readonly customerId: string;
}

/** What is followed, and whether each customer counts once or each of its facilities. */
export interface RepaymentWanted extends RepaymentWindow {
  readonly by: 'customer' | 'facility';
}

/**
 * Follows how everybody in a book repaid, by all that is known on the last day. No more is held than one customer's history.
 * @throws what the book throws
 */
export async function* readRepaymentCourses(
  book: EventBook,
  { by, ...window }: RepaymentWanted,
): AsyncGenerator<OwnCourse> {
  const clock = createCivilClock(window.timeZone);
  const follow = createRepaymentFollower(window);
  const limit = clock.endOf(window.lastDay);
  for await (const { customerId, events } of book.histories()) {
    const standing = standingDated(
      events.map((event) => toDatedEvent(event, clock)),
      limit,
    );
    for (const own of by === 'customer' ? [standing] : splitByFacility(standing)) {
      const course = follow(own);
      if (course) yield { customerId, ...course };
    }
  }
}
