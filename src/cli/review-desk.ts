import type { z } from 'zod';
import { type ConcludeBody, type ReviewAnswer, type ReviewsAnswer, ReviewsQuery } from '../contract/reviews.ts';
import { AppError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import type { Console } from './output.ts';

/** What the commands of reviews do on the database here. */
export interface ReviewDesk {
  list(wanted: z.input<typeof ReviewsQuery>): Promise<z.infer<typeof ReviewsAnswer>>;
  show(reviewId: string): Promise<ReviewAnswer>;
  /** Concludes, and decides anew for the customer where its history allows. */
  conclude(reviewId: string, body: ConcludeBody, actor: string): Promise<ReviewAnswer>;
  /** Opens what is due. @returns how many */
  run(): Promise<number>;
}

/** Opens the desk of a database, each part loaded when it is needed. */
export const openReviewDesk = async (
  database: Database,
  { config: { timeZone, locale, modelKeys }, warn }: Pick<Console, 'config' | 'warn'>,
): Promise<ReviewDesk> => {
  const [reviews, { concludeReview, showReview, toConcluding }, { describeReview, summariseReview }] =
    await Promise.all([
      import('../usecases/reviews.ts'),
      import('../usecases/conclude-review.ts'),
      import('../http/reviews.ts'),
    ]);
  const now = () => new Date();
  const today = () => reviews.readToday(database, { now: now(), timeZone });
  const openLive = async () => (await import('../usecases/live.ts')).openLive(database, { now, timeZone, modelKeys });
  return {
    async list(wanted) {
      const { state = null, customerId = null, dueBefore = null, after = null, limit } = ReviewsQuery.parse(wanted);
      const asked = { state, customerId, dueBefore, after, limit };
      const page = await reviews.showReviews(database, asked, { now: now(), timeZone });
      return { reviews: page.reviews.map((each) => summariseReview(each, page.today)), nextAfter: page.nextAfter };
    },
    show: async (reviewId) => describeReview(await showReview(database, reviewId), await today(), locale),
    async conclude(reviewId, body, actor) {
      const [{ createPredictor }, { createRescorer }, { openWatching }] = await Promise.all([
        import('../usecases/predict.ts'),
        import('../usecases/rescore.ts'),
        import('../usecases/watch.ts'),
      ]);
      const live = await openLive();
      const onFault = (fault: unknown): void => {
        if (!(fault instanceof AppError)) throw fault;
        warn(fault);
      };
      const predictor = createPredictor({ database, live, timeZone, now });
      const { watcher, features } = openWatching(database, { timeZone, now });
      const rescorer = createRescorer({ predictor, live, watcher, features, now, onFault });
      const wanted = toConcluding(reviewId, body, actor);
      const review = await concludeReview({ database, timeZone, now, rescorer }, wanted);
      await rescorer.drain();
      return describeReview(review, await today(), locale);
    },
    async run() {
      const [{ openAllDueReviews }, { createFeatureReader }] = await Promise.all([
        import('../usecases/open-reviews.ts'),
        import('../usecases/read-features.ts'),
      ]);
      const features = createFeatureReader({ database, timeZone });
      return openAllDueReviews({ database, live: await openLive(), features, timeZone, now });
    },
  };
};
