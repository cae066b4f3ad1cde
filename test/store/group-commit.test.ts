import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../src/store/group-commit.ts';

/** An item brings some rows; a poisoned one cannot be written. */
interface Item {
  readonly id: number;
  readonly rows: number;
  readonly poisoned: boolean;
}

const items = fc
  .array(fc.record({ rows: fc.integer({ min: 1, max: 400 }), poisoned: fc.boolean() }), { maxLength: 60 })
  .map((made) => made.map((item, id): Item => ({ ...item, id })));

/** Writes batches into a list, with a pause so that the next gathers. */
const open = ({ isShared }: { isShared: boolean }) => {
  const batches: Item[][] = [];
  let running = 0;
  const group = createGroupCommit<Item, number>({
    rowsOf: ({ rows }) => rows,
    isShared: () => isShared,
    async commit(batch) {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (batch.some(({ poisoned }) => poisoned)) throw new Error('poisoned');
      batches.push([...batch]);
      return batch.map(({ id }) => id);
    },
  });
  return { group, batches };
};

describe('group commit', () => {
  it('answers every item by its own result, in order, never more than 500 rows unless one item brings more', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (made) => {
        const { group, batches } = open({ isShared: false });
        const answers = await Promise.allSettled(made.map((item) => group.submit(item)));
        expect(answers.map(({ status }) => status)).toEqual(
          made.map(({ poisoned }) => (poisoned ? 'rejected' : 'fulfilled')),
        );
        expect(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))).toEqual(
          made.filter(({ poisoned }) => !poisoned).map(({ id }) => id),
        );
        for (const batch of batches) {
          expect(batch.length === 1 || batch.reduce((sum, { rows }) => sum + rows, 0) <= 500).toBe(true);
        }
        await group.drain();
        expect(group.waiting()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('has the next batch under way before it answers the last, so that the database never waits for answers', async () => {
    const told: string[] = [];
    const group = createGroupCommit<string, string>({
      rowsOf: () => 1,
      isShared: () => false,
      async commit([first = '']) {
        told.push(`begun ${first}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return [first];
      },
    });
    const submit = (item: string) => group.submit(item).then((answer) => told.push(`answered ${answer}`));
    const first = submit('one');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await Promise.all([first, submit('two')]);
    expect(told).toEqual(['begun one', 'begun two', 'answered one', 'answered two']);
  });

  it('rejects a whole batch where the fault meets all alike', async () => {
    const { group, batches } = open({ isShared: true });
    const item = (id: number, poisoned: boolean): Item => ({ id, rows: 1, poisoned });
    const answers = await Promise.allSettled([item(0, false), item(1, true)].map((each) => group.submit(each)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(batches).toEqual([]);
    expect(await group.submit(item(2, false))).toBe(2);
  });
});
