import { z } from 'zod';
import { Industry } from './industry.ts';
import { says } from './issue.ts';
import { CallerId, matching } from './text.ts';

/** An amount in minor units (cents, fen) that cannot be negative. */
const AmountMinor = z.int().min(0);

/** One that an event is about: of nothing there is no event. */
export const PositiveMinor = z.int().min(1);

/** One that can: a balance in the customer's favour, a cash flow. */
const SignedMinor = z.int();

const Day = z.iso.date();

/** A calendar month. */
export const Month = matching(/^[0-9]{4}-(0[1-9]|1[0-2])$/, {
  zh: '应为月份，例如 2026-01',
  en: 'must be a month such as 2026-01',
});

const Count = z.int().min(0).max(1_000_000);

/** An index in hundredths: 10000 stands for 100.00, the level of its base period. */
const IndexHundredths = z.int().min(0).max(10_000_000);

/** What a customer is; a later one takes the place of an earlier one. */
export const Profile = z.strictObject({
  kind: z.enum(['person', 'company']),
  industry: Industry.nullable(),
  /** Business scale by the lender's or the statistical office's division. */
  scale: z.enum(['micro', 'small', 'medium', 'large']).nullable(),
  /** Since when it has been a customer of the lender. */
  customerSince: Day.nullable(),
});

/** Who the other party is to the customer; its reference stands in what is stored. */
export const PartyRole = z.enum([
  'guarantor',
  'guaranteed',
  'spouse',
  'family',
  'beneficial_owner',
  'shareholder',
  'subsidiary',
  'group_member',
  'business_partner',
]);

export const Relation = z.strictObject({
  /** The other customer: an id at the caller on the wire, its reference in what is stored. */
  party: CallerId,
  role: PartyRole,
  /** False where the relation has ended. */
  stands: z.boolean(),
});

/** A repayment plan: equal instalments in equal steps. */
const Schedule = z.strictObject({
  instalments: z.int().min(1).max(1_200),
  everyMonths: z.int().min(1).max(120),
  amountMinor: AmountMinor,
  firstDueOn: Day,
});

const Collateral = z.strictObject({
  kind: z.enum([
    'residence',
    'commercial_property',
    'land',
    'vehicle',
    'equipment',
    'inventory',
    'receivable',
    'deposit',
    'security',
    'other',
  ]),
  valueMinor: AmountMinor,
  valuedOn: Day,
});

/** What a facility is; a later one takes the place of an earlier one. */
export const Facility = z
  .strictObject({
    product: z.enum(['card', 'revolving', 'instalment', 'mortgage', 'trade', 'guarantee', 'other']),
    status: z.enum(['open', 'closed', 'written_off', 'sold']),
    limitMinor: AmountMinor.nullable(),
    principalMinor: AmountMinor.nullable(),
    /** Nominal yearly rate in hundredths of a per cent. */
    rateBasisPoints: z.int().min(0).max(100_000).nullable(),
    openedOn: Day,
    maturesOn: Day.nullable(),
    schedule: Schedule.nullable(),
    collateral: z.array(Collateral).max(100),
    /** The day from which a changed plan holds: what was due before is in it and is settled as far as the new plan goes. */
    restructuredOn: Day.nullable(),
    /** Whether it was restructured because the customer could not pay. */
    isDistressed: z.boolean(),
  })
  .refine(({ limitMinor, principalMinor }) => limitMinor !== null || principalMinor !== null, {
    ...says({ zh: '须有额度或本金', en: 'takes a limit or a principal' }),
    path: ['limitMinor'],
  })
  .refine(({ restructuredOn, isDistressed }) => restructuredOn !== null || !isDistressed, {
    ...says({ zh: '没有重组就没有困难重组', en: 'is no distressed restructuring without a day of one' }),
    path: ['isDistressed'],
  })
  .meta({
    anyOf: [
      { properties: { limitMinor: { type: 'integer' } } },
      { properties: { principalMinor: { type: 'integer' } } },
    ],
    if: { properties: { restructuredOn: { type: 'null' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { isDistressed: { const: false } } },
  });

/** What an instalment belongs to: the plan first agreed, the one that holds now, or both as long as they are one. */
export const ScheduleName = z.enum(['both', 'original', 'current']);

export const InstalmentDue = z.strictObject({ schedule: ScheduleName });

export const Repayment = z.strictObject({
  method: z.enum(['direct_debit', 'transfer', 'cash', 'third_party', 'collateral', 'other']).nullable(),
});

export const Transaction = z.strictObject({
  direction: z.enum(['in', 'out']),
  /** Stands for the other side, the same each time; never its plain account number. */
  counterparty: CallerId.nullable(),
  channel: z.enum(['branch', 'atm', 'pos', 'online', 'mobile', 'other']),
  category: z.enum(['salary', 'business', 'purchase', 'transfer', 'cash', 'investment', 'loan', 'fee', 'other']),
});

/** How a month's statement was met. */
export const StatementStatus = z.enum(['no_use', 'paid_in_full', 'revolving', 'late']);

export const Statement = z
  .strictObject({
    month: Month,
    /** What is owed at its end; negative where the customer paid too much. */
    balanceMinor: SignedMinor.nullable(),
    limitMinor: AmountMinor.nullable(),
    /** What was paid during the month. */
    paymentMinor: AmountMinor.nullable(),
    status: StatementStatus,
    /** Begun months past due: 1 = 1 to 29 days; 0 where it is not late. */
    monthsLate: z.int().min(0).max(1_200),
  })
  .refine(({ status, monthsLate }) => (status === 'late') === monthsLate > 0, {
    ...says({ zh: '只有逾期（late）时逾期月数大于 0', en: 'is above 0 where the status is late, and only there' }),
    path: ['monthsLate'],
  })
  .meta({
    if: { properties: { status: { const: 'late' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { monthsLate: { minimum: 1 } } },
    else: { properties: { monthsLate: { maximum: 0 } } },
  });

export const LimitChange = z.strictObject({
  previousMinor: AmountMinor.nullable(),
  initiator: z.enum(['customer', 'lender']),
});

export const ContactChange = z.strictObject({
  field: z.enum(['phone', 'address', 'email', 'employer']),
});

export const LoanApplication = z.strictObject({
  lender: z.enum(['own', 'other']),
  product: z.enum(['card', 'consumer', 'mortgage', 'vehicle', 'business', 'other']),
  outcome: z.enum(['pending', 'approved', 'declined', 'withdrawn']),
});

export const CreditReport = z.strictObject({
  openLoans: Count,
  lenders: Count,
  totalDebtMinor: AmountMinor,
  /** What is to be paid on all debts in a month. */
  monthlyObligationMinor: AmountMinor.nullable(),
  /** Sum of limits of cards and revolving lines, and what is drawn of it. */
  revolvingLimitMinor: AmountMinor.nullable(),
  revolvingBalanceMinor: AmountMinor.nullable(),
  overdueAccounts: Count,
  overdueMinor: AmountMinor,
  /** The worst in the last 24 months. */
  worstDaysPastDue: z.int().min(0).max(36_500),
  /** Inquiries by lenders in the last three months. */
  inquiries: Count,
  /** For others who may not pay. */
  guaranteedMinor: AmountMinor.nullable(),
});

export const FinancialStatement = z.strictObject({
  periodEnd: Day,
  /** The period's length. */
  months: z.int().min(1).max(12),
  isAudited: z.boolean(),
  /** A person's income. */
  revenueMinor: AmountMinor,
  /** A person's spending. */
  expenseMinor: AmountMinor,
  interestMinor: AmountMinor.nullable(),
  assetsMinor: AmountMinor,
  currentAssetsMinor: AmountMinor.nullable(),
  liabilitiesMinor: AmountMinor,
  currentLiabilitiesMinor: AmountMinor.nullable(),
  operatingCashFlowMinor: SignedMinor.nullable(),
});

export const Communication = z.strictObject({
  channel: z.enum(['phone', 'sms', 'email', 'letter', 'visit', 'app', 'other']),
  initiator: z.enum(['customer', 'lender']),
  isReached: z.boolean(),
  /** What the customer promised to pay, and by when. */
  promise: z.strictObject({ amountMinor: AmountMinor, by: Day }).nullable(),
});

export const Complaint = z.strictObject({
  topic: z.enum(['fee', 'service', 'collection', 'data', 'fraud', 'other']),
});

/** Care for a customer in need: never an input of a model, a raising rule or a reason. */
export const Hardship = z.strictObject({
  cause: z.enum(['illness', 'unemployment', 'disaster', 'family', 'income_loss', 'other']),
  until: Day.nullable(),
});

export const BusinessChange = z.strictObject({
  kind: z.enum(['investment', 'change_of_business', 'expansion', 'contraction', 'relocation', 'ownership']),
});

export const LegalEvent = z.strictObject({
  kind: z.enum(['lawsuit', 'enforcement', 'dishonest_list', 'bankruptcy', 'penalty']),
  /** Whether it is directed against the customer. */
  isAgainst: z.boolean(),
  /** False where it has ended: withdrawn, settled, lifted. */
  stands: z.boolean(),
});

/** What takes a customer out of statistics of default, or ends the relation. */
export const StatusChange = z.strictObject({
  status: z.enum(['active', 'closed', 'deceased', 'fraud']),
});

/** How an industry does in a month; each index null where nobody measured it. */
export const IndustryIndex = z.strictObject({
  industry: Industry,
  month: Month,
  outputHundredths: IndexHundredths.nullable(),
  pricesHundredths: IndexHundredths.nullable(),
  /** Support by policy: above 10000 it is supported more than in the base period. */
  policyHundredths: IndexHundredths.nullable(),
  /** Pressure of competition: above 10000 it is harder than in the base period. */
  competitionHundredths: IndexHundredths.nullable(),
});

/** Takes back an event that should not have been there. */
export const Retraction = z.strictObject({});
