import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';
import type { Frame } from '../dataset/frame.ts';

/** Rows to be judged: a frame, which of its rows, and the file it was read from, whole and in order. */
export interface Tested {
  readonly frame: Frame;
  readonly rows: Uint32Array;
  readonly file: string;
}

/**
 * Refuses rows whose performance window overlaps that of a row of the same customer that a model was fitted on: what is
 * judged there was partly learned. A window runs from the day of observation for as long as the target looks ahead; where
 * days or that time are not told every two windows of a customer count as overlapping.
 * @throws bad_row naming the first such row
 */
export const refuseOverlap = (fitted: Frame, { frame, rows, file }: Tested): void => {
  const learned = gatherDays(fitted);
  const days = daysAhead(fitted, frame);
  for (const row of rows) {
    const from = learned.get(customerOf(frame, row));
    if (from === undefined) continue;
    const own = frame.observed?.[row] ?? Number.NaN;
    if (from.some((day) => !(Math.abs(own - day) >= days)))
      throw appError('bad_row', { file, row: row + 1, problem: Number.isNaN(own) ? sameCustomer : overlapping });
  }
};

const customerOf = ({ customers, customerIds }: Frame, row: number): string =>
  customerIds?.[customers?.[row] as number] ?? '';

/** Days on which each customer's rows were observed; NaN where they are not told. */
const gatherDays = (frame: Frame): ReadonlyMap<string, readonly number[]> => {
  const days = new Map<string, number[]>();
  for (let row = 0; row < frame.rows; row++) {
    const customer = customerOf(frame, row);
    const known = days.get(customer) ?? [];
    known.push(frame.observed?.[row] ?? Number.NaN);
    days.set(customer, known);
  }
  return days;
};

/** Length of the longer window, in days. */
const daysAhead = (...frames: readonly Frame[]): number =>
  Math.max(...frames.map(({ dictionary }) => dictionary.target.horizonDays ?? Number.POSITIVE_INFINITY));

const overlapping: Text = {
  zh: '其表现期与同一客户某一训练样本的表现期重叠，不能用来验证',
  en: 'its performance window overlaps that of a training row of the same customer; it cannot judge the model',
};

const sameCustomer: Text = {
  zh: '其客户也在训练样本中，而数据字典没有 dates，无法说明表现期不重叠，不能用来验证',
  en: 'its customer stands among the training rows too, and without "dates" in the dictionary nothing says that the windows do not overlap; it cannot judge the model',
};
