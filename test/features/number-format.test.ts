import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScaled } from '../../src/features/column.ts';
import { createPlainNumber, type NumberFormat } from '../../src/features/number-format.ts';
import { writeNumber } from '../support/forms.ts';

const formats: readonly NumberFormat[] = [
  {},
  { thousands: ',' },
  { thousands: ' ' },
  { thousands: "'" },
  { decimal: ',' },
  { decimal: ',', thousands: '.' },
  { decimal: ',', thousands: ' ' },
  { decimal: ',', thousands: "'" },
];

const read = (text: string, format: NumberFormat, decimals = 2) =>
  parseScaled(createPlainNumber(format)(text), decimals);

describe('createPlainNumber', () => {
  it('reads any number back that is written in its format, grouped or not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...formats), fc.integer({ min: -(10 ** 14), max: 10 ** 14 }), (format, cents) => {
        const digits = String(Math.abs(cents)).padStart(3, '0');
        const plain = `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
        const grouped = writeNumber(plain.replace('-', ''), format);
        expect(read(cents < 0 ? `-${grouped}` : grouped, format)).toBe(cents);
        expect(read(plain.replace('.', format.decimal ?? '.'), format)).toBe(cents);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, NumberFormat]>([
    ['1,5', {}],
    ['1.5', { decimal: ',' }],
    ['1.234.567,00', { decimal: ',' }],
    ['12.34', { decimal: ',', thousands: '.' }],
    ['1.2345', { decimal: ',', thousands: '.' }],
    ['0.123', { decimal: ',', thousands: '.' }],
    ['1,23,456', { thousands: ',' }],
    ['1,234.567.8', { thousands: ',' }],
    [',5.5', { thousands: ',' }],
    ['1 234', { thousands: ',' }],
    ['a', { decimal: ',' }],
    ['', { decimal: ',' }],
    [',', { decimal: ',' }],
  ])('refuses %s in another format', (text, format) => {
    expect(read(text, format)).toBeUndefined();
  });

  it('takes the spaces and apostrophes that spreadsheets write', () => {
    for (const space of [' ', '\u00a0', '\u202f'])
      expect(read(`12${space}345,6`, { decimal: ',', thousands: ' ' })).toBe(1_234_560);
    for (const mark of ["'", '\u2019']) expect(read(`12${mark}345.6`, { thousands: "'" })).toBe(1_234_560);
  });

  it('reads any number back beside one unit, the sign before or behind it', () => {
    const units = ['%', '$', 'US$', 'months', '个月', '.-', '(x)'];
    fc.assert(
      fc.property(
        fc.constantFrom(...formats),
        fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
        fc.constantFrom(...units),
        fc.constantFrom('', ' '),
        (format, cents, unit, space) => {
          const digits = String(Math.abs(cents)).padStart(3, '0');
          const grouped = writeNumber(`${digits.slice(0, -2)}.${digits.slice(-2)}`, format);
          const sign = cents < 0 ? '-' : '';
          for (const text of [
            `${sign}${grouped}`,
            `${sign}${unit}${space}${grouped}`,
            `${unit}${space}${sign}${grouped}`,
            `${sign}${grouped}${space}${unit}`,
          ]) {
            expect(read(text, { ...format, units })).toBe(cents);
          }
          expect(read(`-${unit}-${grouped}`, { ...format, units })).toBeUndefined();
          expect(read(`${grouped} kg`, { ...format, units })).toBeUndefined();
          expect(read(unit, { ...format, units })).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps signs, exponents and numbers without a leading zero', () => {
    expect(read('+1.234,5', { decimal: ',', thousands: '.' })).toBe(123_450);
    expect(read('-,5', { decimal: ',' })).toBe(-50);
    expect(read('1,5e3', { decimal: ',' })).toBe(150_000);
  });
});
