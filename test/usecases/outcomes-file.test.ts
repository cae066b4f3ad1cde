import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Database } from '../../src/store/database.ts';
import { listOutcomes } from '../../src/usecases/outcomes.ts';
import { recordOutcomesFile } from '../../src/usecases/outcomes-file.ts';
import { useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { predictFor } from '../support/predictions.ts';

const files = useFolder();
const databases = useDatabases(files);
const header = 'outcome_id,customer_id,observed_on,defaulted,loss_minor,currency';

describe('a file of outcomes', () => {
  let database: Database;
  const record = (...lines: string[]) =>
    recordOutcomesFile(
      database,
      { file: files.write('outcomes.csv', `${lines.join('\n')}\n`), separator: ',' },
      { actor: 'local', now: new Date('2026-11-22T04:00:00Z'), timeZone: 'Asia/Shanghai' },
    );
  const faultsOf = async (...lines: string[]): Promise<string[]> => {
    const before = await database.prisma.record.count();
    const fault = await record(...lines).catch((thrown: unknown) => thrown);
    if (!(fault instanceof AppError)) throw new Error('nothing was refused');
    expect(await database.prisma.record.count()).toBe(before);
    return [fault, ...fault.others].map((each) => each.detail('en').replace(/^File .*outcomes\.csv,? ?/, ''));
  };
  beforeAll(async () => {
    database = await databases.open('embedded');
    await predictFor(database, ['A', 'B']);
  });

  it('is stored whole, and may be sent again', async () => {
    const lines = [header, 'x1,A,2026-11-20,true,1250000,CNY', 'x2,B,2026-11-20,0,,'];
    expect((await record(...lines)).map(({ state }) => state)).toEqual(['recorded', 'recorded']);
    expect((await record(...lines)).map(({ state }) => state)).toEqual(['unchanged', 'unchanged']);
    expect((await listOutcomes(database, { customerId: 'A', limit: 9, before: null })).outcomes).toMatchObject([
      { outcomeId: 'x1', defaulted: true, loss: { amountMinor: 1_250_000, currency: 'CNY' } },
    ]);
  });

  it('is refused whole, and every wrong line is named', async () => {
    const good = 'y0,A,2026-11-20,1,,';
    expect(
      await faultsOf(
        header,
        good,
        'y1,A,20.11.2026,1,,',
        'y2,A,2026-11-20,perhaps,,',
        'y3,A,2026-11-20,1,12.5,CNY',
        good,
      ),
    ).toEqual([
      expect.stringMatching(/^row 2, column observed_on, value "20\.11\.2026": /),
      'row 3, column defaulted, value "perhaps": must be true or false.',
      'row 4, column loss_minor, value "12.5": must be a whole number of minor units.',
      'row 5: its outcome_id is that of row 1.',
    ]);
    expect(
      await faultsOf(header, good, 'y1,A,2026-11-20,1,5,yuan', 'y2,,2026-11-20,0,,', 'y3,A,2026-11-20,0,5,CNY'),
    ).toEqual([
      expect.stringMatching(/^row 2, column currency, value "yuan": must be the three capital letters/),
      expect.stringMatching(/^row 3, column customer_id, value "": takes either/),
      expect.stringMatching(/^row 4, column loss_minor, value "5": there is no loss/),
    ]);
    expect(await faultsOf(header, good, 'y1,nobody,2026-11-20,1,,', 'y2,A,2027-01-01,1,,')).toEqual([
      'row 2: There is no customer nobody.',
      expect.stringMatching(/^row 3: observed_on: it lies in the future/),
    ]);
    expect(await faultsOf('outcome_id,customer_id,defaulted', 'y,A,1')).toEqual([
      expect.stringMatching(/column observed_on is absent/),
    ]);
    expect(await faultsOf(`${header},colour`, `${good},red`)).toEqual([expect.stringMatching(/no column colour/)]);
  });
});
