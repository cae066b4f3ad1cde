import fc from 'fast-check';
import type { EventContent, HistoricEvent } from '../../src/domain/event.ts';

/** A book of several customers whose events refer to each other, and indices of industries. */
export interface DrawnBook {
  readonly customers: ReadonlyMap<string, readonly HistoricEvent[]>;
  readonly industry: readonly HistoricEvent[];
}

/** The date as of which books are drawn: some of their events become known later. */
export const AS_OF = '2026-06-30T15:30:00.000Z';
const DAY = 86_400_000;
const END = Date.parse(AS_OF);
const customerIds = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'] as const;

const instantAt = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Days before the date; near the ends of windows more often than elsewhere. */
const daysBefore = fc.oneof(
  { arbitrary: fc.constantFrom(0, 1, 7, 29, 30, 31, 60, 89, 90, 91, 179, 180, 181, 359, 360, 361), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 800 }), weight: 3 },
);
/** Few moments of a day, so that events meet at the same one; also around midnight of the book's time zone. */
const hours = fc.constantFrom(0, 3.5, 9.5, 15.999, 16, 16.001, 20, 23.5);
const civilDate = daysBefore.map((days) => instantAt(END - days * DAY).slice(0, 10));

const amount = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 9_000_000 }),
  fc.constantFrom(4_499_999, 4_500_000, 4_999_999, 5_000_000),
);
const facilityId = fc.constantFrom('f1', 'f2');
const known = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 5 });
const pick = <const Values extends readonly (string | boolean | number)[]>(...values: Values) =>
  fc.constantFrom<Values[number]>(...values);
const industry = fc.constantFrom(
  { section: 'C' as const, division: null },
  { section: 'C' as const, division: '13' },
  { section: 'F' as const, division: '51' },
);
const index = known(fc.integer({ min: 8_000, max: 12_000 }));

type Draft = { readonly type: EventContent['type']; readonly payload: object } & Readonly<Record<string, unknown>>;

const draft = (
  type: EventContent['type'],
  payload: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<Draft> =>
  fc.record({ type: fc.constant(type), payload: fc.record(payload), ...fields }) as unknown as fc.Arbitrary<Draft>;

const money = { currency: fc.constant('CNY') };
const one = { amountMinor: amount, ...money };
const onFacility = { facilityId, ...one };

const monthsLate = fc.constantFrom(0, 0, 1, 2, 4);

const drafts: readonly { arbitrary: fc.Arbitrary<Draft>; weight: number }[] = [
  {
    weight: 1,
    arbitrary: draft('profile', {
      kind: pick('person', 'company'),
      industry: known(industry),
      scale: fc.constant(null),
      customerSince: fc.constant(null),
    }),
  },
  {
    weight: 2,
    arbitrary: draft('relation', {
      party: pick(...customerIds, 'stranger'),
      role: pick('guarantor', 'guaranteed', 'spouse'),
      stands: pick(true, true, false),
    }),
  },
  {
    weight: 2,
    arbitrary: draft(
      'facility',
      {
        product: pick('card', 'instalment'),
        status: pick('open', 'open', 'closed', 'written_off'),
        limitMinor: known(amount),
        principalMinor: known(amount),
        rateBasisPoints: known(fc.integer({ min: 0, max: 3_600 })),
        openedOn: civilDate,
        maturesOn: known(civilDate),
        schedule: fc.constant(null),
        collateral: fc.array(fc.record({ kind: fc.constant('vehicle'), valueMinor: amount, valuedOn: civilDate }), {
          maxLength: 3,
        }),
        restructuredOn: known(civilDate),
        isDistressed: pick(true, false),
      },
      { facilityId, ...money },
    ),
  },
  {
    weight: 8,
    arbitrary: draft('instalment_due', { schedule: pick('both', 'both', 'original', 'current') }, onFacility),
  },
  { weight: 8, arbitrary: draft('repayment', { method: known(pick('transfer', 'third_party')) }, onFacility) },
  {
    weight: 14,
    arbitrary: draft(
      'transaction',
      {
        direction: pick('in', 'out'),
        counterparty: known(pick('p1', 'p2', 'p3', 'salary', 'ü 中')),
        channel: pick('atm', 'online'),
        category: pick('salary', 'business', 'purchase', 'cash', 'loan', 'investment'),
      },
      one,
    ),
  },
  {
    weight: 6,
    arbitrary: monthsLate.chain((late) =>
      draft(
        'statement',
        {
          month: pick('2025-08', '2025-10', '2025-12', '2026-01'),
          balanceMinor: known(fc.integer({ min: -5_000, max: 3_000_000 })),
          limitMinor: known(amount),
          paymentMinor: known(amount),
          status: late > 0 ? fc.constant('late') : pick('no_use', 'paid_in_full', 'revolving'),
          monthsLate: fc.constant(late),
        },
        { facilityId, ...money },
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: draft(
      'limit_change',
      { previousMinor: known(amount), initiator: pick('customer', 'lender') },
      onFacility,
    ),
  },
  { weight: 2, arbitrary: draft('contact_change', { field: pick('phone', 'address', 'employer') }) },
  {
    weight: 2,
    arbitrary: draft(
      'loan_application',
      { lender: pick('own', 'other'), product: fc.constant('card'), outcome: pick('pending', 'declined') },
      { amountMinor: known(amount), ...money },
    ),
  },
  {
    weight: 2,
    arbitrary: draft(
      'credit_report',
      {
        openLoans: fc.nat(9),
        lenders: fc.nat(9),
        totalDebtMinor: fc.nat(9_000_000),
        monthlyObligationMinor: known(amount),
        revolvingLimitMinor: known(amount),
        revolvingBalanceMinor: known(amount),
        overdueAccounts: fc.nat(3),
        overdueMinor: fc.nat(900),
        worstDaysPastDue: fc.nat(120),
        inquiries: fc.nat(20),
        guaranteedMinor: known(amount),
      },
      money,
    ),
  },
  {
    weight: 2,
    arbitrary: draft(
      'financial_statement',
      {
        periodEnd: civilDate,
        months: pick(3, 12),
        isAudited: pick(true, false),
        revenueMinor: fc.nat(9_000_000),
        expenseMinor: fc.nat(9_000_000),
        interestMinor: known(fc.nat(9_000)),
        assetsMinor: fc.nat(9_000_000),
        currentAssetsMinor: known(amount),
        liabilitiesMinor: fc.nat(9_000_000),
        currentLiabilitiesMinor: known(fc.nat(9)),
        operatingCashFlowMinor: known(fc.integer({ min: -9_000, max: 9_000 })),
      },
      money,
    ),
  },
  {
    weight: 3,
    arbitrary: draft(
      'communication',
      {
        channel: fc.constant('phone'),
        initiator: pick('customer', 'lender'),
        isReached: pick(true, false),
        promise: known(fc.record({ amountMinor: amount, by: civilDate })),
      },
      money,
    ),
  },
  { weight: 1, arbitrary: draft('complaint', { topic: fc.constant('fee') }) },
  { weight: 1, arbitrary: draft('hardship', { cause: fc.constant('illness'), until: fc.constant(null) }) },
  {
    weight: 1,
    arbitrary: draft(
      'business_change',
      { kind: pick('investment', 'contraction') },
      { amountMinor: known(amount), ...money },
    ),
  },
  {
    weight: 1,
    arbitrary: draft(
      'legal_event',
      {
        kind: pick('lawsuit', 'enforcement', 'dishonest_list'),
        isAgainst: pick(true, false),
        stands: pick(true, false),
      },
      { amountMinor: known(amount), ...money },
    ),
  },
];

const industryDraft = draft('industry_index', {
  industry,
  month: fc.constant('2026-01'),
  outputHundredths: index,
  pricesHundredths: index,
  policyHundredths: index,
  competitionHundredths: index,
});

/** When an event happened, and how much later it became known: some only after the date. */
const times = fc.record({
  before: daysBefore,
  hour: hours,
  lag: fc.constantFrom(0, 0, 0, 0, 0, 1, 40, 900),
});

/** Which event it takes the place of: mostly none. */
const replaced = fc.option(fc.nat(60), { freq: 1, nil: null });

const historyOf = (of: fc.Arbitrary<Draft>, prefix: string, maxLength: number): fc.Arbitrary<HistoricEvent[]> =>
  fc.array(fc.record({ of, times, replaced, isCorrection: fc.nat(9) }), { maxLength, size: 'max' }).map((drawn) => {
    const taken = new Set<string>();
    return drawn.map(({ of: content, times: at, replaced: place, isCorrection }, number) => {
      const moment = Math.min(END, END - at.before * DAY - at.hour * 3_600_000 + 12 * 3_600_000);
      const target = place === null || isCorrection > 1 ? undefined : drawn[place % Math.max(1, number)];
      const targetId = target && place !== null ? `${prefix}-${place % Math.max(1, number)}` : undefined;
      const isRetraction = isCorrection === 1;
      const corrects = targetId !== undefined && number > 0 && !taken.has(targetId) && target?.of.type === content.type;
      if (corrects) taken.add(targetId);
      return {
        eventId: `${prefix}-${number}`,
        occurredAt: instantAt(moment),
        knownAt: instantAt(moment + at.lag * DAY),
        recordedAt: instantAt(moment + at.lag * DAY),
        isBackfilled: false,
        ...(corrects ? { supersedes: targetId } : {}),
        ...(corrects && isRetraction ? { type: 'retraction', payload: {} } : content),
      } as unknown as HistoricEvent;
    });
  });

const anyDraft = fc.oneof(...drafts);

/** Salary and receipts of each month, without a gap. */
const regularOf = (id: string): fc.Arbitrary<HistoricEvent[]> =>
  fc.array(fc.tuple(pick('salary', 'business'), amount), { minLength: 12, maxLength: 12 }).map((drawn) =>
    drawn.map(([category, amountMinor], month) => {
      const moment = instantAt(END - month * 30 * DAY - DAY);
      return {
        type: 'transaction',
        eventId: `${id}-regular-${month}`,
        occurredAt: moment,
        knownAt: moment,
        recordedAt: moment,
        isBackfilled: false,
        amountMinor,
        currency: 'CNY',
        payload: { direction: 'in', counterparty: 'employer', channel: 'online', category },
      };
    }),
  );

/** One customer's history, in any order. */
export const arbitraryHistory = (id: string, maxLength = 60): fc.Arbitrary<HistoricEvent[]> =>
  fc
    .tuple(historyOf(anyDraft, id, maxLength), fc.option(regularOf(id), { nil: [] }))
    .chain(([any, regular]) => fc.shuffledSubarray([...any, ...regular], { minLength: any.length + regular.length }));

export const arbitraryBook: fc.Arbitrary<DrawnBook> = fc
  .tuple(
    fc.tuple(...customerIds.map((id, place) => arbitraryHistory(id, 20 * place))),
    historyOf(industryDraft, 'industry', 30),
  )
  .map(([histories, indices]) => ({
    customers: new Map(customerIds.map((id, place) => [id, histories[place] ?? []])),
    industry: indices,
  }));
