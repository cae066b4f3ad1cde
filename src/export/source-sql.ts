import type { SourceName } from '../domain/catalogue.ts';
import type { MadeSource } from '../features/made-rows.ts';
import { type FieldKind, type SourceField, sources } from '../features/sources.ts';

/** The two databases that compute catalogues. */
export type SqlDialect = 'duckdb' | 'postgresql';

/** As of when a catalogue is computed. */
export interface SqlAsOf {
  /** Milliseconds since 1970. */
  readonly instant: number;
  /** Its civil day since 1970-01-01. */
  readonly day: number;
}

/** One table expression of a WITH. */
export interface TableExpression {
  readonly name: string;
  readonly text: string;
}

/** The least sum that is not exact any more. */
export const LIMIT = '9007199254740992';

/** The column of a source's rows that holds a field. */
export const fieldColumn = (name: string): string => `f_${name.toLowerCase()}`;

const inPayload = (name: string): string => `(payload ->> '${name}')`;
const asDay = (value: string): string => `(CAST(${value} AS DATE) - DATE '1970-01-01')`;
const asInteger = (value: string): string => `CAST(${value} AS BIGINT)`;
const asFlag = (value: string): string => `CASE ${value} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`;

const columns: Readonly<Record<string, string>> = { amountMinor: 'amount', facilityId: 'facility' };

const readField = ({ kind, path }: SourceField): string => {
  const [first = '', second] = path;
  if (kind === 'minute') return 'minute';
  if (second === undefined) return columns[first] ?? first;
  const value = inPayload(second);
  const read: Readonly<Record<FieldKind, string>> = {
    number: asInteger(value),
    category: value,
    flag: asFlag(value),
    day: asDay(value),
    minute: 'minute',
  };
  return read[kind];
};

/** What stands as of the date; an event id is of one customer, so a correction needs no look at whose it is. */
export const standingTables = (events: string, { instant }: SqlAsOf): TableExpression[] => [
  { name: 'visible', text: `SELECT * FROM ${events} WHERE known <= ${instant}` },
  {
    name: 'standing',
    text: `SELECT * FROM visible v WHERE type <> 'retraction' AND NOT EXISTS (SELECT 1 FROM visible s WHERE s.supersedes = v.event_id)`,
  },
  { name: 'known_customers', text: 'SELECT DISTINCT customer FROM standing WHERE customer IS NOT NULL' },
];

/** The rows of a source, and the tables they are made of, each before those that read it. */
export const sourceTables = (name: SourceName, asOf: SqlAsOf, dialect: SqlDialect): TableExpression[] => {
  const { type, fields } = sources[name];
  if (type === null) return madeTables(asOf, dialect)[name as MadeSource];
  const read = Object.entries(fields).map(([field, source]) => `${readField(source)} AS ${fieldColumn(field)}`);
  const select = ['customer', 'day', 'moment', ...read].join(', ');
  return [{ name: `src_${name}`, text: `SELECT ${select} FROM standing WHERE type = '${type}'` }];
};

/** Code points decide between events of one moment, as they do elsewhere. */
const byId = (dialect: SqlDialect): string => (dialect === 'postgresql' ? 'event_id COLLATE "C"' : 'event_id');

/** Of the events of a type the last of each key. */
const lastOf = (type: string, keys: readonly string[], dialect: SqlDialect, from = 'standing'): string => {
  const key = ['customer', ...keys].join(', ');
  return `SELECT * FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY day DESC, moment DESC, ${byId(dialect)} DESC) AS place FROM ${from} s WHERE type = '${type}') ranked WHERE place = 1`;
};

const DAY = 86_400_000;

/** A made row's columns: its moment is its day. */
const madeRow = (day: string, fields: Readonly<Record<string, string>>): string =>
  [
    'customer',
    `${day} AS day`,
    `CAST(${day} AS BIGINT) * ${DAY} AS moment`,
    ...Object.entries(fields).map(([field, value]) => `${value} AS ${fieldColumn(field)}`),
  ].join(', ');

const madeTables = (asOf: SqlAsOf, dialect: SqlDialect): Record<MadeSource, TableExpression[]> => {
  const facilities = {
    name: 'standing_facilities',
    text: lastOf('facility', ['facility'], dialect),
  };
  const instalments = instalmentTables('current', asOf);
  const cards = cardTables(dialect);
  return {
    instalment: [facilities, ...instalments],
    original_instalment: [facilities, ...instalmentTables('original', asOf)],
    promise: promiseTables(asOf),
    facility: [facilities, facilityRows(dialect)],
    card: [facilities, ...cards],
    card_month: [facilities, ...cardMonthTables(dialect)],
    party: [facilities, ...instalments, ...cards, ...partyTables(asOf, dialect)],
    industry: industryTables(dialect),
  };
};

/** Dues and payments of a plan, cumulated by day, and what became of each due: payments fill the oldest first. */
const instalmentTables = (plan: 'current' | 'original', { day: asOfDay }: SqlAsOf): TableExpression[] => {
  const name = plan === 'current' ? 'src_instalment' : 'src_original_instalment';
  const starts = asDay("(g.payload ->> 'restructuredOn')");
  const isOfPlan = plan === 'current' ? ` AND (${starts} IS NULL OR s.day >= ${starts})` : '';
  const ofType = (type: string, isWanted: string): string =>
    `SELECT customer, facility, day, SUM(amount) OVER (PARTITION BY customer, facility ORDER BY day) AS total FROM (
      SELECT s.customer, s.facility, s.day, SUM(s.amount) AS amount FROM standing s
      LEFT JOIN standing_facilities g ON g.customer = s.customer AND g.facility = s.facility
      WHERE s.type = '${type}'${isWanted}${isOfPlan} GROUP BY s.customer, s.facility, s.day) daily`;
  const ofDue = 'p.customer = d.customer AND p.facility = d.facility';
  const clamp = (value: string): string => `LEAST(amount, GREATEST(0, ${value}))`;
  const known = (value: string): string =>
    `CASE WHEN total < ${LIMIT} AND paid < ${LIMIT} THEN CAST(${value} AS BIGINT) END`;
  const delay = `GREATEST(0, COALESCE(settled, ${asOfDay}) - day)`;
  const unpaid = clamp('total - paid');
  const inTime = clamp('paid_by_day - (total - amount)');
  return [
    { name: `dues_${plan}`, text: ofType('instalment_due', ` AND (s.payload ->> 'schedule') IN ('both', '${plan}')`) },
    { name: `paid_${plan}`, text: ofType('repayment', '') },
    {
      name: `followed_${plan}`,
      text: `SELECT d.customer, d.facility, d.day, d.total,
        d.total - COALESCE(LAG(d.total) OVER (PARTITION BY d.customer, d.facility ORDER BY d.day), 0) AS amount,
        (SELECT MIN(p.day) FROM paid_${plan} p WHERE ${ofDue} AND p.total >= d.total) AS settled,
        COALESCE((SELECT MAX(p.total) FROM paid_${plan} p WHERE ${ofDue}), 0) AS paid,
        COALESCE((SELECT MAX(p.total) FROM paid_${plan} p WHERE ${ofDue} AND p.day <= d.day), 0) AS paid_by_day
        FROM dues_${plan} d`,
    },
    {
      name,
      text: `SELECT ${madeRow('day', {
        facility: 'facility',
        amount: known('amount'),
        unpaid: known(unpaid),
        delay: known(delay),
        daysPastDue: known(`CASE WHEN ${unpaid} > 0 THEN ${delay} ELSE 0 END`),
        paidInTime: known(inTime),
        isPartial: known(`CASE WHEN ${inTime} > 0 AND ${inTime} < amount THEN 1 ELSE 0 END`),
      })} FROM followed_${plan}`,
    },
  ];
};

const promiseTables = ({ day: asOfDay }: SqlAsOf): TableExpression[] => {
  const due = asDay("(payload -> 'promise' ->> 'by')");
  return [
    {
      name: 'promises',
      text: `SELECT customer, day AS given, ${due} AS due, ${asInteger("(payload -> 'promise' ->> 'amountMinor')")} AS promised
        FROM standing WHERE type = 'communication' AND (payload -> 'promise' ->> 'by') IS NOT NULL`,
    },
    {
      name: 'followed_promises',
      text: `SELECT customer, due, promised, promised <= COALESCE((SELECT SUM(s.amount) FROM standing s
        WHERE s.customer = p.customer AND s.type = 'repayment' AND s.day >= p.given AND s.day <= p.due), 0) AS kept FROM promises p`,
    },
    {
      name: 'src_promise',
      text: `SELECT ${madeRow('due', {
        amount: 'promised',
        isKept: 'CASE WHEN kept THEN 1 ELSE 0 END',
        isBroken: `CASE WHEN NOT kept AND due < ${asOfDay} THEN 1 ELSE 0 END`,
      })} FROM followed_promises`,
    },
  ];
};

/** The sum over the elements of a list of JSON. */
const collateral: Readonly<Record<SqlDialect, string>> = {
  duckdb: `CAST(COALESCE(list_sum(CAST(json_extract(payload, '$.collateral[*].valueMinor') AS BIGINT[])), 0) AS BIGINT)`,
  postgresql: `(SELECT CAST(COALESCE(SUM(CAST(c ->> 'valueMinor' AS BIGINT)), 0) AS BIGINT) FROM json_array_elements(CAST(payload AS JSON) -> 'collateral') c)`,
};

const facilityRows = (dialect: SqlDialect): TableExpression => ({
  name: 'src_facility',
  text: `SELECT ${madeRow(asDay(inPayload('openedOn')), {
    product: inPayload('product'),
    status: inPayload('status'),
    limit: asInteger(inPayload('limitMinor')),
    principal: asInteger(inPayload('principalMinor')),
    rate: asInteger(inPayload('rateBasisPoints')),
    matures: asDay(inPayload('maturesOn')),
    isRestructured: `CASE WHEN ${inPayload('restructuredOn')} IS NULL THEN 0 ELSE 1 END`,
    isDistressed: asFlag(inPayload('isDistressed')),
    collateral: collateral[dialect],
  })} FROM standing_facilities`,
});

/** Statements of facilities that are not closed. */
const openStatements: TableExpression = {
  name: 'open_statements',
  text: `SELECT * FROM standing s WHERE type = 'statement' AND NOT EXISTS (SELECT 1 FROM standing_facilities g
    WHERE g.customer = s.customer AND g.facility = s.facility AND (g.payload ->> 'status') <> 'open')`,
};

const statementFields = {
  status: inPayload('status'),
  balance: asInteger(inPayload('balanceMinor')),
  limit: asInteger(inPayload('limitMinor')),
  payment: asInteger(inPayload('paymentMinor')),
  monthsLate: asInteger(inPayload('monthsLate')),
};

const cardTables = (dialect: SqlDialect): TableExpression[] => [
  openStatements,
  { name: 'last_statements', text: lastOf('statement', ['facility'], dialect, 'open_statements') },
  { name: 'src_card', text: `SELECT ${madeRow('day', statementFields)} FROM last_statements` },
];

/** Months since the year 0 of a statement's month (YYYY-MM). */
const monthNumber = `(${asInteger(`substr(${inPayload('month')}, 1, 4)`)} * 12 + ${asInteger(`substr(${inPayload('month')}, 6, 2)`)})`;

const cardMonthTables = (dialect: SqlDialect): TableExpression[] => [
  openStatements,
  {
    name: 'newest_statements',
    text: `SELECT customer AS holder, facility AS card, ${monthNumber} AS newest FROM (${lastOf('statement', [], dialect, 'open_statements')}) n`,
  },
  {
    name: 'last_of_months',
    text: `SELECT * FROM (${lastOf('statement', ['facility', inPayload('month')], dialect, 'open_statements')}) m
      JOIN newest_statements ON holder = customer AND card = facility`,
  },
  {
    name: 'src_card_month',
    text: `SELECT ${madeRow('day', { ...statementFields, back: `newest - ${monthNumber}` })} FROM last_of_months`,
  },
];

/** How long a statement speaks for the present, in days: that of `statement_months_late`. */
const RECENT = 62;

const partyTables = ({ day: asOfDay }: SqlAsOf, dialect: SqlDialect): TableExpression[] => [
  {
    name: 'last_relations',
    text: lastOf('relation', [inPayload('role'), inPayload('party')], dialect),
  },
  {
    name: 'party_delays',
    text: `SELECT customer, MAX(${fieldColumn('daysPastDue')}) AS days FROM src_instalment WHERE day <= ${asOfDay} GROUP BY customer`,
  },
  {
    name: 'party_months',
    text: `SELECT customer, MAX(${fieldColumn('monthsLate')}) AS months FROM src_card
      WHERE day > ${asOfDay - RECENT} AND day <= ${asOfDay} GROUP BY customer`,
  },
  {
    name: 'src_party',
    text: `SELECT r.customer, r.day AS day, CAST(r.day AS BIGINT) * ${DAY} AS moment, (r.payload ->> 'role') AS ${fieldColumn('role')},
      d.days AS ${fieldColumn('daysPastDue')}, m.months AS ${fieldColumn('monthsLate')} FROM last_relations r
      LEFT JOIN party_delays d ON d.customer = (r.payload ->> 'party') LEFT JOIN party_months m ON m.customer = (r.payload ->> 'party')
      WHERE (r.payload ->> 'stands') = 'true'`,
  },
];

const industryTables = (dialect: SqlDialect): TableExpression[] => {
  const ofIndustry = (alias: string, name: string) => `(${alias}.payload -> 'industry' ->> '${name}')`;
  const index = (name: string) => asInteger(`(i.payload ->> '${name}Hundredths')`);
  return [
    { name: 'last_profiles', text: lastOf('profile', [], dialect) },
    {
      name: 'src_industry',
      text: `SELECT p.customer, i.day AS day, CAST(i.day AS BIGINT) * ${DAY} AS moment, ${[
        'output',
        'prices',
        'policy',
        'competition',
      ]
        .map((name) => `${index(name)} AS ${fieldColumn(name)}`)
        .join(', ')} FROM last_profiles p JOIN standing i ON i.type = 'industry_index'
        AND ${ofIndustry('i', 'section')} = ${ofIndustry('p', 'section')}
        AND (${ofIndustry('i', 'division')} IS NULL OR ${ofIndustry('i', 'division')} = ${ofIndustry('p', 'division')})`,
    },
  ];
};
