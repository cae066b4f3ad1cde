import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Database } from '../../src/store/database.ts';
import { createDecisionWriter, type DecisionWriter, type Submission } from '../../src/store/decisions.ts';
import type { Standing } from '../../src/store/standings.ts';
import { eraseCustomer, verifyLedger } from '../../src/usecases/ledger.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';

const databases = useDatabases(useFolder());

/** One step: some customers decided for by one of two writers, or one customer erased. */
type Step = { readonly writer: number; readonly customers: readonly number[] } | { readonly erased: number };

const customer = fc.integer({ min: 0, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ writer: fc.nat({ max: 1 }), customers: fc.array(customer, { minLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ erased: customer }) },
);
/** Steps taken one after the other, or all at once. */
const steps = fc.record({ taken: fc.array(step, { minLength: 1, maxLength: 12 }), atOnce: fc.boolean() });

let moments = 0;

/** Decisions that keep the tier they found and leave one of their own, told apart by its date. */
const submit = (customers: readonly number[], prefix: string): Submission => ({
  idempotency: null,
  pending: customers.map((number) => {
    const decisionId = randomUUID();
    const since = new Date(moments++).toISOString();
    return {
      decisionId,
      customerId: `${prefix}'${number}`,
      decide: ({ ref: customerRef, state: previous }: Standing) => ({
        record: { kind: 'decision', schema: 1, decisionId, customerRef, found: previous?.since ?? null, left: since },
        sections: { inputs: { number }, assessment: {} },
        nextState: { tier: 'high', since } as const,
      }),
    };
  }),
});

interface Told {
  readonly customerRef: string;
  readonly found: string | null;
  readonly left: string;
}

const readTold = async ({ prisma }: Database): Promise<Told[]> => {
  const records = await prisma.record.findMany({ where: { kind: 'decision' }, orderBy: { seq: 'asc' } });
  return records.map(({ text }) => JSON.parse(text) as Told);
};

/** Every decision of a reference found what the one before it left, by whichever writer. */
const findGaps = (told: readonly Told[]): Told[] => {
  const left = new Map<string, string>();
  return told.filter((each) => {
    const before = left.get(each.customerRef) ?? null;
    left.set(each.customerRef, each.left);
    return each.found !== before;
  });
};

describe.each(databaseKinds)('decisions on %s', (kind) => {
  it('start from where the last one left the customer, whoever wrote it, and none is lost', async () => {
    const database = await databases.open(kind);
    const writers = [createDecisionWriter(database), createDecisionWriter(database)];
    let expected = 0;
    await fc.assert(
      fc.asyncProperty(steps, async ({ taken, atOnce }) => {
        const prefix = randomUUID();
        const take = async (each: Step): Promise<void> => {
          if ('erased' in each) {
            await eraseCustomer(database, `${prefix}'${each.erased}`, new Date()).catch(() => 0);
            return;
          }
          await (writers[each.writer] as DecisionWriter)([submit(each.customers, prefix)], new Date());
          expected += each.customers.length;
        };
        if (atOnce) await Promise.all(taken.map(take));
        else for (const each of taken) await take(each);
      }),
      { numRuns: 60 },
    );
    const told = await readTold(database);
    expect(told).toHaveLength(expected);
    expect(findGaps(told)).toEqual([]);
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
  });

  it('of one writer alone are one round trip once it knows its customers, and two when somebody else wrote', async () => {
    const database = await databases.open(kind);
    const [writer, other] = [createDecisionWriter(database), createDecisionWriter(database)];
    const write = async (by: DecisionWriter): Promise<number> => {
      const before = decided;
      await by([counted()], new Date());
      return decided - before;
    };
    let decided = 0;
    const counted = (): Submission => {
      const { pending, idempotency } = submit([1, 2], 'alone');
      return {
        idempotency,
        pending: pending.map((each) => ({
          ...each,
          decide: (...known) => {
            decided++;
            return each.decide(...known);
          },
        })),
      };
    };
    await write(writer);
    await write(writer);
    expect(await write(writer)).toBe(2);
    expect(await write(other)).toBe(2);
    expect(await write(writer), 'decided anew').toBe(4);
    expect(await write(writer)).toBe(2);
    expect(findGaps(await readTold(database))).toEqual([]);
  });

  it('that cannot be made leave nothing behind, and the next are made', async () => {
    const database = await databases.open(kind);
    const writer = createDecisionWriter(database);
    for (let round = 0; round < 3; round++) await writer([submit([1], 'broken')], new Date());
    const { pending, idempotency } = submit([1, 2], 'broken');
    const faulty = pending.map((each, index) => (index === 0 ? each : { ...each, decide: fail }));
    await expect(writer([{ pending: faulty, idempotency }], new Date())).rejects.toThrow('planted');
    await writer([submit([1], 'broken')], new Date());
    const told = await readTold(database);
    expect(told).toHaveLength(4);
    expect(findGaps(told)).toEqual([]);
  });
});

const fail = (): never => {
  throw new Error('planted');
};
