import { describe, expect, it } from 'vitest';
import { champion, rowOf } from '../support/rows.ts';
import { problemOf, useService } from '../support/service.ts';

const service = useService();
const columns = champion.plan.features.columns;
const nothing = Object.fromEntries(columns.map(({ name }) => [name, null]));

const predict = (change: object = {}) =>
  service()
    .client()
    .predict({ customerId: 'P-1', purpose: 'application', features: rowOf(0), ...change });

/** Every row of every table of the database as text. */
const dumpDatabase = async (): Promise<string> => {
  const { pool } = service().service.database;
  const { rows } = await pool.query<{ name: string }>(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const tables = await Promise.all(rows.map(({ name }) => pool.query(`SELECT t::text AS text FROM ${name} t`)));
  expect(tables.length).toBeGreaterThan(5);
  return tables.flatMap((table) => table.rows.map(({ text }) => text)).join('\n');
};

describe('the fields of a request', () => {
  it('null is not known, and a row of nothing but nulls is decided', async () => {
    const made = await predict({ features: nothing });
    expect(made.microLogits).toEqual(expect.any(Number));
    expect(made.rules.notEvaluable.length).toBeGreaterThan(0);
  });

  it('every absent field is named at once, by the name the model has for it', async () => {
    const { status, errors } = await problemOf(predict({ features: {} }));
    expect(status).toBe(422);
    expect(errors).toEqual(
      columns.map(({ name }) => expect.objectContaining({ field: `features.${name}`, code: 'field_missing' })),
    );
    const one = await problemOf(predict({ features: { ...nothing, credit_limit: undefined } }));
    expect(one.errors.map(({ field }) => field)).toEqual(['features.credit_limit']);
  });

  it('a field that nobody knows is refused beside the others that are wrong', async () => {
    const features = { ...nothing, income: 1, credit_limit: 'much', bill_amount_1: undefined };
    const { errors } = await problemOf(predict({ features }));
    expect(errors.map(({ field, code }) => [field, code])).toEqual([
      ['features.income', 'field_unknown'],
      ['features.credit_limit', 'bad_value'],
      ['features.bill_amount_1', 'field_missing'],
    ]);
  });

  it('fields may have the names of the source, and give the same score', async () => {
    const sources = Object.fromEntries(columns.map(({ name, source }) => [source, rowOf(2)[name] ?? null]));
    const [ours, theirs] = [await predict({ features: rowOf(2) }), await predict({ features: sources })];
    expect(theirs.microLogits).toBe(ours.microLogits);
  });

  it('what the data has and no model needs is accepted and stored nowhere', async () => {
    const unneeded = {
      SEX: 'unneeded-sex-7391',
      EDUCATION: 8_675_309_417,
      'default.payment.next.month': 'unneeded-target-7391',
    };
    const known = new Set(champion.parts.origin?.columns.map(({ source }) => source));
    expect(known.has('SEX') && known.has('EDUCATION')).toBe(true);
    const target = champion.parts.origin?.target.column ?? '';
    const features = {
      ...rowOf(0),
      SEX: unneeded.SEX,
      EDUCATION: unneeded.EDUCATION,
      [target]: 'unneeded-target-7391',
    };
    const { customerRef } = await predict({ customerId: 'kept-customer-7391', features });
    const stored = await dumpDatabase();
    expect(stored).toContain('kept-customer-7391');
    expect(stored).toContain(customerRef);
    for (const value of ['unneeded', '8675309417']) expect(stored).not.toContain(value);
  });

  it('warns of a value that training never saw', async () => {
    const { warnings } = await predict({ features: { ...rowOf(0), credit_limit: 90_000_000 } });
    expect(warnings).toContainEqual({ code: 'out_of_range', field: 'credit_limit' });
  });

  it('each faulty row of a batch is named by its place, and none is stored', async () => {
    const good = { customerId: 'B-1', purpose: 'application' as const, features: nothing };
    const before = await service().service.database.prisma.record.count();
    const { errors } = await problemOf(
      service()
        .client()
        .predictBatch({ requests: [good, { ...good, features: { ...nothing, income: 1 } }, good] }),
    );
    expect(errors.map(({ field }) => field)).toEqual(['requests.1.features.income']);
    expect(await service().service.database.prisma.record.count()).toBe(before);
  });
});

describe('the language of an answer', () => {
  const body = { customerId: 'L-1', purpose: 'application', features: rowOf(0) };
  const words = async (headers: Record<string, string>, locale?: string) => {
    const answered = await service().post('/v1/predict', { ...body, ...(locale ? { locale } : {}) }, headers);
    const { reasons, mitigating } = (await answered.json()) as Record<'reasons' | 'mitigating', { text: string }[]>;
    return [...reasons, ...mitigating].map(({ text }) => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en'));
  };
  const all = (language: string, found: readonly string[]) => {
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set([language]));
  };

  it.each([
    ['the one of the service where none is asked for', {}, undefined, 'en'],
    ['Chinese of China', { 'Accept-Language': 'zh-CN' }, undefined, 'zh'],
    ['the one of the higher weight', { 'Accept-Language': 'en;q=0.3, zh;q=0.9' }, undefined, 'zh'],
    [
      'the one of the higher weight, in the other order',
      { 'Accept-Language': 'zh;q=0.1, en-GB;q=0.8' },
      undefined,
      'en',
    ],
    ['the one of the service where only others are asked for', { 'Accept-Language': 'fr, de;q=0.5' }, undefined, 'en'],
    ['the one of the service where anything will do', { 'Accept-Language': '*' }, undefined, 'en'],
    ['the one of the service where the header is nonsense', { 'Accept-Language': ';;q=,,x' }, undefined, 'en'],
    ['that of the body before that of the header', { 'Accept-Language': 'en' }, 'zh', 'zh'],
  ])('is %s', async (_, headers, locale, expected) => {
    all(expected, await words(headers as Record<string, string>, locale));
  });

  it('is that of a problem too', async () => {
    const refused = await problemOf(
      service()
        .client({ locale: 'zh' })
        .predict({ ...body, purpose: 'application', features: {} }),
    );
    expect(refused.detail).toMatch(/缺少字段/);
  });
});

describe('the purpose of a decision', () => {
  it('only monitoring moves the tier a customer stands in', async () => {
    const at = async (customerId: string, purpose: 'application' | 'monitoring' | 'simulation') => {
      const { customerRef, purpose: told } = await predict({ customerId, purpose });
      expect(told).toBe(purpose);
      return service().service.database.prisma.customerState.findUnique({ where: { customerRef } });
    };
    expect(await at('A-1', 'application')).toBeNull();
    expect(await at('A-1', 'simulation')).toBeNull();
    const standing = await at('A-1', 'monitoring');
    expect(standing).not.toBeNull();
    expect(await at('A-1', 'application')).toEqual(standing);
    expect(await at('A-1', 'simulation')).toEqual(standing);
  });

  it('a monitored customer who gets better keeps the tier for the minimum stay, and the reason says held', async () => {
    const late = {
      ...rowOf(0),
      repayment_status_1: 3,
      repayment_status_2: 3,
      repayment_status_3: 3,
      credit_limit: 10_000,
    };
    const well = await findRow('low');
    const first = await predict({ customerId: 'H-1', purpose: 'monitoring', features: late });
    expect(first.tier.model).toBe('high');
    const second = await predict({ customerId: 'H-1', purpose: 'monitoring', features: well });
    expect(second.tier.model).toBe('high');
    expect(second.reasons?.map(({ kind }) => kind)).toContain('held');
    const application = await predict({ customerId: 'H-2', purpose: 'application', features: well });
    expect(application.tier.model).toBe('low');
  });

  it('an unknown purpose is refused', async () => {
    expect(await problemOf(predict({ purpose: 'marketing' }))).toMatchObject({
      code: 'bad_request',
      errors: [{ field: 'purpose' }],
    });
  });
});

describe('stored decisions', () => {
  it('are read and replayed as they were answered', async () => {
    const client = service().client();
    const made = await predict({ customerId: 'R-1', explain: 'full' });
    expect(await client.readDecision({ id: made.decisionId, explain: 'full' })).toEqual(made);
    expect(await client.replayDecision({ id: made.decisionId })).toEqual({ outcome: 'same', fields: [] });
  });

  it('are listed newest first, page by page, each once', async () => {
    const client = service().client();
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      ids.unshift((await predict({ customerId: 'page 1/ä?&', features: rowOf(index) })).decisionId);
    }
    const found: string[] = [];
    let before: string | undefined;
    for (const size of [3, 3, 1]) {
      const page = await client.listDecisions({ customerId: 'page 1/ä?&', limit: 3, ...(before ? { before } : {}) });
      expect(page.decisions).toHaveLength(size);
      found.push(...page.decisions.map(({ decisionId }) => decisionId));
      before = page.nextBefore ?? undefined;
    }
    expect(before).toBeUndefined();
    expect(found).toEqual(ids);
    expect(await client.listDecisions({ customerId: 'nobody' })).toEqual({ decisions: [], nextBefore: null });
  });

  it('are listed in pages of bounded size', async () => {
    for (const limit of ['0', '101', 'x', '1.5']) {
      const refused = await service().request(`/v1/decisions?customerId=P-1&limit=${limit}`);
      expect(refused.status).toBe(422);
    }
  });
});

const findRow = async (tier: string) => {
  for (let index = 0; index < 60; index++) {
    const made = await predict({ customerId: `find-${index}`, features: rowOf(index) });
    if (made.tier.model === tier) return rowOf(index);
  }
  throw new Error(`no golden line is of the tier ${tier}`);
};
