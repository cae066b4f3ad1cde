import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mapping } from '../../src/domain/mapping.ts';
import { AppError } from '../../src/errors.ts';
import { civilDay } from '../../src/features/civil-day.ts';
import { createMapRow } from '../../src/usecases/map-rows.ts';

const timeZone = 'Asia/Shanghai';
const header = ['id', 'day', 'amount', 'kind', 'shift'];
const transaction = {
  type: 'transaction',
  eventId: { $join: ['t-', { $column: 'id' }, '-', { $each: 'part' }] },
  customerId: { $column: 'id' },
  occurredAt: {
    $instant: { $day: { $column: 'day' }, format: 'DD.MM.YY', addMonths: { $number: { $column: 'shift' } } },
  },
  amountMinor: { $number: { $column: 'amount' }, decimals: 2 },
  currency: 'CNY',
  payload: {
    direction: { $lookup: { $column: 'kind' }, in: { C: 'in', D: 'out' } },
    counterparty: null,
    channel: 'other',
    category: { $lookup: { $column: 'kind' }, in: { C: 'salary' }, otherwise: 'other' },
  },
};
const mapperOf = (event: object, columns: readonly string[] = header, name = 'rows') => {
  const mapping = Mapping.parse({ name: 'test', tables: [{ name, missing: ['NA'], events: [event] }] });
  const [table] = mapping.tables;
  if (!table) throw new Error('the mapping has no table');
  return createMapRow(columns, { table, mappingFile: 'mapping.json', file: 'rows.csv', timeZone });
};
const each = [{ part: 'a' }];
const map = mapperOf({ each, event: transaction });
const faultOf = (cells: readonly string[]): string | undefined => {
  const [placed] = map(7, cells);
  return placed?.event instanceof AppError ? placed.event.detail('en') : undefined;
};

describe('a mapping', () => {
  it('makes events of rows: cells, constants, lookups, months from a day, scaled amounts', () => {
    expect(map(1, ['9', '31.01.97', ' 12.345 ', 'C', '1'])).toEqual([
      {
        row: 1,
        event: {
          ...transaction,
          ...{ eventId: 't-9-a', customerId: '9', occurredAt: '1997-02-28T04:00:00.000Z', amountMinor: 1_235 },
          payload: { direction: 'in', counterparty: null, channel: 'other', category: 'salary' },
        },
      },
    ]);
    expect(map(1, ['9', '01.01.05 10:00', '1', 'D', '-2'])).toMatchObject([
      { event: { occurredAt: '2004-11-01T04:00:00.000Z', amountMinor: 100, payload: { category: 'other' } } },
    ]);
  });

  it('repeats an event, makes it where conditions hold, and once for what is the same', () => {
    const both = mapperOf({ each: [{ part: 'a' }, { part: 'b' }], event: transaction });
    const row = ['9', '31.01.97', '1', 'C', '0'];
    expect(both(1, row).map(({ event }) => (event instanceof AppError ? null : event.eventId))).toEqual([
      't-9-a',
      't-9-b',
    ]);
    const when = [
      { value: { $column: 'kind' }, in: ['C'] },
      { value: { $number: { $column: 'shift' } }, notIn: [3, null] },
    ];
    const some = mapperOf({ each, when, event: transaction });
    const kinds: [string, string][] = [
      ['C', '0'],
      ['D', '0'],
      ['C', '3'],
      ['C', 'NA'],
    ];
    expect(kinds.map(([kind, shift]) => some(1, ['9', '31.01.97', '1', kind, shift]).length)).toEqual([1, 0, 0, 0]);
    const first = mapperOf({ each, firstOf: ['id', 'kind'], event: transaction });
    const rows: [string, string][] = [
      ['1', 'C'],
      ['1', 'C'],
      ['2', 'C'],
      ['1', 'D'],
    ];
    expect(rows.map(([id, kind]) => first(1, [id, '31.01.97', '1', kind, '0']).length)).toEqual([1, 0, 1, 1]);
  });

  it('names row, column and value of what it cannot make, and what an event lacks', () => {
    const file = 'File rows.csv, row 7';
    expect(faultOf(['9', '31.02.97', '1', 'C', '0'])).toBe(
      `${file}, column day, value "31.02.97": it is no day written as DD.MM.YY.`,
    );
    expect(faultOf(['9', '31.01.97', '1,5', 'C', '0'])).toBe(`${file}, column amount, value "1,5": not a number.`);
    expect(faultOf(['9', '31.01.97', '1', 'X', '0'])).toBe(`${file}, column kind, value "X": it is not in the lookup.`);
    expect(faultOf(['9', '31.01.97', '-1', 'C', '0'])).toBe(`${file}: amountMinor: must be at least 1.`);
    expect(faultOf(['9', '31.01.97', '', 'C', '0'])).toMatch(/amountMinor: /);
    expect(faultOf(['', '31.01.97', '1', 'C', '0'])).toMatch(/eventId: |customerId: /);
  });

  it('is refused where a column is absent or it names what there is not', () => {
    expect(() => mapperOf({ each, event: transaction }, ['id'])).toThrow('column shift is absent');
    expect(() => mapperOf({ event: transaction })).toThrow('there is no $each part');
    expect(() => mapperOf({ event: { type: { $sum: [1] } } })).toThrow('there is no $sum');
  });

  it('puts a day at an instant of that civil day, wherever it is', () => {
    const day = fc
      .integer({ min: 0, max: 20_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
    const zone = fc.constantFrom(
      'Asia/Shanghai',
      'America/New_York',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'Asia/Kathmandu',
    );
    fc.assert(
      fc.property(day, zone, (wanted, timeZone) => {
        const event = {
          type: 'complaint',
          eventId: 'c',
          customerId: 'A',
          occurredAt: { $instant: wanted },
          payload: { topic: 'fee' },
        };
        const [table] = Mapping.parse({ name: 'test', tables: [{ name: 'rows', events: [{ event }] }] }).tables;
        if (!table) throw new Error('the mapping has no table');
        const [placed] = createMapRow([], { table, mappingFile: '', file: '', timeZone })(1, []);
        if (!placed || placed.event instanceof AppError) throw new Error('no event was made');
        expect(civilDay(placed.event.occurredAt, timeZone)).toBe(wanted);
      }),
    );
  });

  it('refuses the row where an instant is made of what is no day, a time among it', () => {
    const cellOf = (text: string) => {
      const mapped = mapperOf({ each, event: { ...transaction, occurredAt: { $instant: { $column: 'day' } } } });
      const [placed] = mapped(7, ['9', text, '1', 'C', '0']);
      return placed?.event instanceof AppError ? placed.event.detail('en') : undefined;
    };
    for (const text of ['2024-01-02T00:00:00Z', '2024-02-30', '31.01.97', 'soon', '10000-01-01'])
      expect(cellOf(text)).toContain('it is no day written as YYYY-MM-DD');
  });
});
