import type { SourceName } from '../domain/catalogue.ts';
import type { IndustrySection } from '../domain/industry-sections.ts';
import { toDayNumber } from './civil-clock.ts';
import { type Account, type DatedAmount, followInstalments } from './instalments.ts';
import type { Dated, Material } from './material.ts';
import type { MadeRow } from './row-set.ts';

/** How late another party is, by its own history. */
export interface PartyState {
  /** Days; 0 where nothing is past due, null where nothing was ever due. */
  readonly daysPastDue: number | null;
  readonly monthsLate: number | null;
}

/** What is known beside the customer's own events. */
export interface Surroundings {
  /** Indices of industries that stand as of the date. */
  readonly industry: readonly Dated<'industry_index'>[];
  /** By the references of parties. */
  readonly parties: ReadonlyMap<string, PartyState>;
}

interface Making {
  readonly material: Material;
  readonly surroundings: Surroundings;
  readonly asOfDay: number;
  readonly numberOf: (text: string) => number;
}

/** How the rows of each source that is no type of event are made. */
export const makeRows = {
  instalment: (making) => instalmentRows(making, 'current'),
  original_instalment: (making) => instalmentRows(making, 'original'),
  promise: (making) => promiseRows(making),
  facility: (making) => facilityRows(making),
  card: (making) => cardRows(making),
  card_month: (making) => cardMonthRows(making),
  party: (making) => partyRows(making),
  industry: (making) => industryRows(making),
} as const satisfies Partial<Record<SourceName, (making: Making) => MadeRow[]>>;

export type MadeSource = keyof typeof makeRows;

/** The last of each key. */
const lastBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/** Each facility as it stands. */
export const standingFacilities = ({ facility }: Material): Dated<'facility'>[] =>
  lastBy(facility, ({ event }) => event.facilityId);

const instalmentRows = ({ material, asOfDay, numberOf }: Making, plan: 'current' | 'original'): MadeRow[] =>
  [...collectAccounts(material, plan)].flatMap(([facilityId, account]) =>
    followInstalments({ ...account, facility: numberOf(facilityId) }, asOfDay),
  );

/**
 * What was due and paid on each facility by a plan. The plan that holds begins on the day of the restructuring: what was
 * due or paid before belongs to the one it took the place of.
 */
export const collectAccounts = (
  material: Material,
  plan: 'current' | 'original',
): Map<string, Omit<Account, 'facility'>> => {
  const starts = new Map(
    standingFacilities(material).flatMap(({ event: { facilityId, payload } }) =>
      plan === 'current' && payload.restructuredOn !== null
        ? [[facilityId, toDayNumber(payload.restructuredOn)] as const]
        : [],
    ),
  );
  const accounts = new Map<string, { dues: DatedAmount[]; payments: DatedAmount[] }>();
  const accountOf = (facilityId: string) => {
    const account = accounts.get(facilityId) ?? { dues: [], payments: [] };
    accounts.set(facilityId, account);
    return account;
  };
  const isOfPlan = (facilityId: string, day: number) => day >= (starts.get(facilityId) ?? Number.NEGATIVE_INFINITY);
  for (const { event, day } of material.instalment_due) {
    const { facilityId, amountMinor, payload } = event;
    const isIn = payload.schedule === 'both' || payload.schedule === plan;
    if (isIn && isOfPlan(facilityId, day)) accountOf(facilityId).dues.push({ day, amountMinor });
  }
  for (const { event, day } of material.repayment) {
    const { facilityId, amountMinor } = event;
    if (isOfPlan(facilityId, day)) accountOf(facilityId).payments.push({ day, amountMinor });
  }
  return accounts;
};

/** What was due and paid while one plan of a facility held: from a day on, until another took its place. */
export interface PlanAccount extends Omit<Account, 'facility'> {
  readonly facilityId: string;
  readonly from: number;
  /** The day on which the next plan began; infinite for the one that holds. */
  readonly until: number;
}

/** Every plan of each facility one after the other, as restructurings divide them; the last is the one that holds. */
export const collectPlans = (material: Material): PlanAccount[] => {
  const whole = collectAccounts({ ...material, facility: [] }, 'current');
  return [...whole].flatMap(([facilityId, { dues, payments }]) => {
    const changes = changesOf(material, facilityId);
    return [Number.NEGATIVE_INFINITY, ...changes].map((from, place): PlanAccount => {
      const until = changes[place] ?? Number.POSITIVE_INFINITY;
      const isWithin = ({ day }: DatedAmount) => day >= from && day < until;
      return { facilityId, from, until, dues: dues.filter(isWithin), payments: payments.filter(isWithin) };
    });
  });
};

/** Days of the restructurings of a facility, rising, up to that of the plan that holds. */
const changesOf = (material: Material, facilityId: string): number[] => {
  const told = material.facility.flatMap(({ event }) =>
    event.facilityId === facilityId ? [event.payload.restructuredOn] : [],
  );
  const last = told.at(-1) ?? null;
  if (last === null) return [];
  const days = told.flatMap((date) => (date === null || date > last ? [] : [toDayNumber(date)]));
  return [...new Set(days)].sort((a, b) => a - b);
};

/** A promise is kept by what is repaid from the day it was given to the day it falls due. */
const promiseRows = ({ material: { communication, repayment }, asOfDay }: Making): MadeRow[] =>
  communication.flatMap(({ event: { payload }, day: given }) => {
    if (!payload.promise) return [];
    const due = toDayNumber(payload.promise.by);
    const amount = payload.promise.amountMinor;
    const paid = repayment
      .filter(({ day }) => day >= given && day <= due)
      .reduce((sum, { event }) => sum + event.amountMinor, 0);
    const isKept = paid >= amount;
    return [{ day: due, fields: { amount, isKept: Number(isKept), isBroken: Number(!isKept && due < asOfDay) } }];
  });

const orUnknown = (value: number | null): number => value ?? Number.NaN;

const facilityRows = ({ material, numberOf }: Making): MadeRow[] =>
  standingFacilities(material).map(({ event: { payload } }) => ({
    day: toDayNumber(payload.openedOn),
    fields: {
      product: numberOf(payload.product),
      status: numberOf(payload.status),
      limit: orUnknown(payload.limitMinor),
      principal: orUnknown(payload.principalMinor),
      rate: orUnknown(payload.rateBasisPoints),
      matures: payload.maturesOn === null ? Number.NaN : toDayNumber(payload.maturesOn),
      isRestructured: Number(payload.restructuredOn !== null),
      isDistressed: Number(payload.isDistressed),
      collateral: payload.collateral.reduce((sum, { valueMinor }) => sum + valueMinor, 0),
    },
  }));

/** Statements of facilities that are not closed. */
const openStatements = (material: Material): Dated<'statement'>[] => {
  const closed = new Set(
    standingFacilities(material).flatMap(({ event }) => (event.payload.status === 'open' ? [] : [event.facilityId])),
  );
  return material.statement.filter(({ event }) => !closed.has(event.facilityId));
};

const statementFields = ({ event: { payload } }: Dated<'statement'>, numberOf: Making['numberOf']) => ({
  status: numberOf(payload.status),
  balance: orUnknown(payload.balanceMinor),
  limit: orUnknown(payload.limitMinor),
  payment: orUnknown(payload.paymentMinor),
  monthsLate: payload.monthsLate,
});

const cardRows = ({ material, numberOf }: Making): MadeRow[] =>
  lastBy(openStatements(material), ({ event }) => event.facilityId).map((statement) => ({
    day: statement.day,
    fields: statementFields(statement, numberOf),
  }));

/** Months since the year 0 of a month (YYYY-MM). */
const monthNumber = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));

const cardMonthRows = ({ material, numberOf }: Making): MadeRow[] => {
  const statements = openStatements(material);
  const newest = statements.at(-1);
  if (!newest) return [];
  const { facilityId, payload } = newest.event;
  const own = statements.filter(({ event }) => event.facilityId === facilityId);
  return lastBy(own, ({ event }) => event.payload.month).map((statement) => ({
    day: statement.day,
    fields: {
      ...statementFields(statement, numberOf),
      back: monthNumber(payload.month) - monthNumber(statement.event.payload.month),
    },
  }));
};

const partyRows = ({ material, surroundings, numberOf }: Making): MadeRow[] =>
  lastBy(material.relation, ({ event: { payload } }) => `${payload.role} ${payload.party}`)
    .filter(({ event }) => event.payload.stands)
    .map(({ event: { payload }, day }) => {
      const state = surroundings.parties.get(payload.party);
      return {
        day,
        fields: {
          role: numberOf(payload.role),
          daysPastDue: orUnknown(state?.daysPastDue ?? null),
          monthsLate: orUnknown(state?.monthsLate ?? null),
        },
      };
    });

/** Indices of the customer's division, and those of its section as a whole. */
const industryRows = ({ material, surroundings }: Making): MadeRow[] => {
  const industry = material.profile.at(-1)?.event.payload.industry;
  if (!industry) return [];
  const isOwn = (section: IndustrySection, division: string | null) =>
    section === industry.section && (division === null || division === industry.division);
  return surroundings.industry
    .filter(({ event: { payload } }) => isOwn(payload.industry.section, payload.industry.division))
    .map(({ event: { payload }, day }) => ({
      day,
      fields: {
        output: orUnknown(payload.outputHundredths),
        prices: orUnknown(payload.pricesHundredths),
        policy: orUnknown(payload.policyHundredths),
        competition: orUnknown(payload.competitionHundredths),
      },
    }));
};
