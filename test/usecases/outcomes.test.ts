import { beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeItem } from '../../src/contract/outcomes.ts';
import { AppError } from '../../src/errors.ts';
import type { Database } from '../../src/store/database.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { listOutcomes, recordOutcomes } from '../../src/usecases/outcomes.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { predictFor } from '../support/predictions.ts';

const databases = useDatabases(useFolder());
const timeZone = 'Asia/Shanghai';
/** Half past midnight on 2 December in Shanghai. */
const now = new Date('2026-12-01T16:30:00Z');

const outcomeOf = (change: Partial<OutcomeItem> = {}): OutcomeItem => ({
  outcomeId: 'loan-1',
  customerId: 'A',
  observedOn: '2026-11-30',
  defaulted: true,
  loss: { amountMinor: 1_250_000, currency: 'CNY' },
  ...change,
});

describe.each(databaseKinds)('outcomes on %s', (kind) => {
  let database: Database;
  const report = (...items: OutcomeItem[]) =>
    recordOutcomes(database, items, { actor: 'bank', now, timeZone, placeOf: (index) => `outcomes.${index}` });
  const statesOf = async (...items: OutcomeItem[]) => (await report(...items)).map(({ state }) => state);
  const list = (customerId: string, limit = 100, before: bigint | null = null) =>
    listOutcomes(database, { customerId, limit, before });
  const count = () => database.prisma.record.count();
  const faultsOf = async (...items: OutcomeItem[]): Promise<[string, string][]> => {
    const before = await count();
    const fault = await report(...items).catch((thrown: unknown) => thrown);
    if (!(fault instanceof AppError)) throw new Error('nothing was refused');
    expect(await count()).toBe(before);
    return [fault, ...fault.others].map(({ code, place }) => [code, place]);
  };

  beforeAll(async () => {
    database = await databases.open(kind);
    await predictFor(database, ['A', 'B', "C'\\"]);
  });

  it('are stored once, however often they are sent', async () => {
    expect(await statesOf(outcomeOf())).toEqual(['recorded']);
    const before = await count();
    expect(await statesOf(outcomeOf())).toEqual(['unchanged']);
    expect(await count()).toBe(before);
    expect((await list('A')).outcomes).toMatchObject([{ outcomeId: 'loan-1', defaulted: true, actor: 'bank' }]);
  });

  it('are corrected by the same id; what stood before stays in the history', async () => {
    const corrected = outcomeOf({ observedOn: '2026-11-15', loss: { amountMinor: 900_000, currency: 'CNY' } });
    expect(await statesOf(outcomeOf({ outcomeId: 'loan-2', defaulted: false, loss: null }), corrected)).toEqual([
      'recorded',
      'corrected',
    ]);
    const { outcomes } = await list('A');
    expect(outcomes.map(({ outcomeId, observedOn, isCurrent }) => [outcomeId, observedOn, isCurrent])).toEqual([
      ['loan-1', '2026-11-15', true],
      ['loan-2', '2026-11-30', true],
      ['loan-1', '2026-11-30', false],
    ]);
    const first = await list('A', 2);
    expect((await list('A', 2, first.nextBefore)).outcomes).toEqual(outcomes.slice(2));
    expect(await statesOf(outcomeOf())).toEqual(['corrected']);
  });

  it('may name the customer by the reference that decisions carry, and hold any text', async () => {
    const [recorded] = await report(outcomeOf({ outcomeId: "o'1\\", customerId: "C'\\" }));
    const { customerId: _, ...bare } = outcomeOf({ outcomeId: 'by-ref', loss: null });
    expect(await report({ ...bare, customerRef: recorded?.customerRef })).toEqual([
      { outcomeId: 'by-ref', customerRef: recorded?.customerRef, state: 'recorded' },
    ]);
  });

  it('are stored all or none, and every fault is named with its place', async () => {
    const fine = outcomeOf({ outcomeId: 'fine', customerId: 'B' });
    expect(await faultsOf(fine, outcomeOf({ outcomeId: 'x', customerId: 'nobody' }))).toEqual([
      ['customer_missing', 'outcomes.1'],
    ]);
    expect(
      await faultsOf(fine, outcomeOf({ customerId: 'B' }), outcomeOf({ outcomeId: 'y', observedOn: '2026-12-03' })),
    ).toEqual([
      ['outcome_conflict', 'outcomes.1'],
      ['bad_request', 'outcomes.2'],
    ]);
    expect(await statesOf(outcomeOf({ outcomeId: 'today', observedOn: '2026-12-02' }))).toEqual(['recorded']);
  });

  it('reported twice at once are stored once', async () => {
    const sent = outcomeOf({ outcomeId: 'twice', customerId: 'B' });
    const states = (await Promise.all([report(sent), report(sent), report(sent)])).flat().map(({ state }) => state);
    expect(states.sort()).toEqual(['recorded', 'unchanged', 'unchanged']);
  });

  it('tell of a person in the personal part alone, which erasing takes away; the chain holds', async () => {
    const texts = (await database.prisma.record.findMany({ where: { kind: 'outcome' } })).map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).not.toMatch(/loan-1|2026-11-|defaulted|CNY/);
    const { outcomes } = await list('A');
    expect(await eraseCustomer(database, 'A', now)).toEqual({ decisions: 1, outcomes: outcomes.length, events: 0 });
    expect((await list('A')).outcomes).toEqual([]);
    expect(await database.prisma.outcome.count({ where: { customerRef: outcomes[0]?.customerRef ?? '' } })).toBe(0);
    const left = await database.pool.query("SELECT 1 FROM personal_parts WHERE content LIKE '%loan-1%'");
    expect(left.rows).toEqual([]);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
    expect(await faultsOf(outcomeOf())).toEqual([['customer_missing', 'outcomes.0']]);
  });
});
