import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoricEvent } from '../../src/domain/event.ts';
import { cardCatalogueFor, isCardColumn } from '../../src/features/catalogue/card-columns.ts';
import { createFeatureComputer, noSurroundings } from '../../src/features/compute.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { facilityOf } from '../factories/event.ts';
import { TIME_ZONE } from '../support/books.ts';

interface Month {
  /** Months before the latest. */
  readonly back: number;
  readonly balance: number | null;
  readonly limit: number | null;
  readonly payment: number | null;
  readonly status: 'no_use' | 'paid_in_full' | 'revolving' | 'late';
  readonly monthsLate: number;
}

const AS_OF = '2026-11-23T03:00:00Z';

/** The last moment but an hour of a month before October 2026, in China. */
const statementOf = (
  { back, balance, limit, payment, status, monthsLate }: Month,
  more: { readonly id?: string; readonly facilityId?: string; readonly currency?: string } = {},
): HistoricEvent => {
  const month = new Date(Date.UTC(2026, 9 - back, 1)).toISOString().slice(0, 7);
  const end = new Date(Date.UTC(2026, 10 - back, 1) - 9 * 3_600_000).toISOString();
  return {
    type: 'statement',
    eventId: more.id ?? `statement-${month}`,
    facilityId: more.facilityId ?? 'card',
    currency: more.currency ?? 'CNY',
    occurredAt: end,
    knownAt: end,
    recordedAt: end,
    isBackfilled: true,
    payload: { month, balanceMinor: balance, limitMinor: limit, paymentMinor: payment, status, monthsLate },
  };
};

const money = fc.option(fc.integer({ min: 0, max: 40_000_000 }), { freq: 9, nil: null });
const monthOf = (back: number): fc.Arbitrary<Month> =>
  fc
    .record({
      balance: fc.option(fc.integer({ min: -900_000, max: 40_000_000 }), { freq: 9, nil: null }),
      limit: money,
      payment: money,
      status: fc.constantFrom('no_use', 'paid_in_full', 'revolving', 'late'),
      late: fc.integer({ min: 1, max: 14 }),
    })
    .map(({ late, status, ...amounts }) => ({
      back,
      ...amounts,
      status: status as Month['status'],
      monthsLate: status === 'late' ? late : 0,
    }));

/** Some of the last ten months, the latest among them, in any order. */
const arbitraryMonths = fc
  .subarray([1, 2, 3, 4, 5, 6, 7, 8, 9])
  .chain((backs) => fc.tuple(...[0, ...backs].map(monthOf)))
  .chain((months) => fc.shuffledSubarray(months, { minLength: months.length }));

/** What a column is by the words of the data's own page, a fen being 4 TWD a hundred. */
const wantedOf = (months: readonly Month[], fenOf: number): Record<string, number | null> => {
  const at = (back: number) => months.find((month) => month.back === back);
  const toTwd = (minor: number | null | undefined): number | null => {
    if (minor === null || minor === undefined) return null;
    const whole = Math.floor(Math.abs(minor * fenOf) / 100 + 0.5);
    return minor < 0 ? 0 - whole : whole;
  };
  const statusAt = (back: number): number | null => {
    const month = at(back);
    if (!month) return null;
    return { no_use: -2, paid_in_full: -1, revolving: 0, late: Math.min(9, month.monthsLate) }[month.status];
  };
  const six = [0, 1, 2, 3, 4, 5];
  return Object.fromEntries([
    ['credit_limit', toTwd(at(0)?.limit)],
    ...six.map((back) => [`repayment_status_${back + 1}`, statusAt(back)]),
    ...six.map((back) => [`bill_amount_${back + 1}`, toTwd(at(back)?.balance)]),
    ...six.map((back) => [`payment_amount_${back + 1}`, toTwd(at(back)?.payment)]),
  ]);
};

const compute = (events: readonly HistoricEvent[], currency = 'CNY', asOf = AS_OF) => {
  const catalogue = cardCatalogueFor(currency) ?? [];
  const { date, compute: run } = createFeatureComputer(catalogue, TIME_ZONE);
  const { values } = run(date(events), asOf, noSurroundings);
  return Object.fromEntries(
    catalogue.map(({ name }, place) => [name, Number.isNaN(values[place]) ? null : values[place]]),
  );
};

describe('the columns that a card gives', () => {
  it('are those of the champion, under both names', () => {
    const { plan } = openPlan({
      model: 'taiwan-card',
      modelFolders: modelFolders(undefined),
      policy: undefined,
      day: null,
    });
    const columns = plan.features.columns;
    expect(columns.filter((column) => !isCardColumn(column))).toEqual([]);
    const names = (cardCatalogueFor('CNY') ?? []).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(columns.map(({ name }) => name)));
    expect(isCardColumn({ name: 'credit_limit', source: 'limit' })).toBe(false);
  });

  it('are what the statements say, month by month, a month without one unknown', () => {
    fc.assert(
      fc.property(arbitraryMonths, fc.constantFrom('CNY', 'TWD'), (months, currency) => {
        const events = months.map((month) => statementOf(month, { currency }));
        expect(compute(events, currency)).toEqual(wantedOf(months, currency === 'CNY' ? 4 : 1));
      }),
      { numRuns: 200 },
    );
  });

  const plain: Month = { back: 0, balance: 12, limit: 100, payment: 13, status: 'late', monthsLate: 2 };

  it('are rounded half away from zero', () => {
    const { bill_amount_1: bill } = compute([statementOf({ ...plain, balance: -50 }, { currency: 'TWD' })], 'TWD');
    expect(bill).toBe(-1);
  });

  it('are of the card with the latest statement that is not closed, corrected where it was', () => {
    const own = statementOf(plain);
    const other = statementOf({ ...plain, back: -1, monthsLate: 5 }, { id: 'other', facilityId: 'gone' });
    const closing: HistoricEvent = {
      ...facilityOf({ eventId: 'closing', facilityId: 'gone', occurredAt: AS_OF }),
      payload: { ...facilityOf().payload, status: 'closed' },
      knownAt: AS_OF,
      recordedAt: AS_OF,
      isBackfilled: true,
    } as HistoricEvent;
    expect(compute([own, other], 'CNY', '2026-12-01T00:00:00Z')).toMatchObject({ repayment_status_1: 5 });
    expect(compute([own, other, closing], 'CNY', '2026-12-01T00:00:00Z')).toMatchObject({ repayment_status_1: 2 });
    const again = { ...statementOf({ ...plain, monthsLate: 3 }, { id: 'again' }), supersedes: own.eventId };
    expect(compute([own, again])).toMatchObject({ repayment_status_1: 3, bill_amount_2: null });
  });

  it('are not known once the latest statement is more than two months old, nor of another currency', () => {
    expect(compute([statementOf(plain)], 'CNY', '2026-12-31T15:00:00Z')).toMatchObject({ credit_limit: 4 });
    expect(compute([statementOf(plain)], 'CNY', '2027-01-01T00:00:00Z')).toMatchObject({ credit_limit: null });
    expect(cardCatalogueFor('USD')).toBeNull();
  });
});
