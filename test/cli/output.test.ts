import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFault } from '../../src/cli/output.ts';
import { readConfig } from '../../src/config.ts';
import { appError } from '../../src/errors.ts';
import { linesOf } from '../support/cli.ts';

const format = { json: false, locale: 'en', debug: false } as const;

describe('a fault the table does not know', () => {
  it('is one line without a stack, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (message, json) => {
        const told = describeFault(new Error(message), { ...format, json });
        expect(linesOf(told).length).toBe(1);
        expect(told).not.toContain('output.test.ts');
      }),
    );
  });

  it('is called internal, as words and as a JSON object', () => {
    const fault = new TypeError('x is not a function');
    expect(describeFault(fault, format)).toBe('vigil: Internal fault: x is not a function. (internal)\n');
    expect(JSON.parse(describeFault(fault, { ...format, json: true }))).toEqual({
      error: 'internal',
      detail: 'Internal fault: x is not a function.',
    });
    expect(describeFault('thrown', { ...format, locale: 'zh' })).toBe('vigil: 内部故障：thrown。 (internal)\n');
  });

  it('shows its stack to whoever sets VIGIL_DEBUG', () => {
    const { debug } = readConfig({ VIGIL_DEBUG: '1' });
    const fault = new Error('odd');
    expect(describeFault(fault, { ...format, debug })).toContain('output.test.ts');
    const told = JSON.parse(describeFault(fault, { ...format, json: true, debug }));
    expect(told).toMatchObject({ error: 'internal', stack: expect.stringContaining('output.test.ts') });
    expect(readConfig({}).debug).toBe(false);
  });
});

describe('a fault of the table', () => {
  it('never shows a stack', () => {
    const fault = appError('decision_missing', { decision: 'd1' });
    for (const debug of [true, false]) {
      expect(describeFault(fault, { ...format, debug })).toBe('vigil: There is no decision d1. (decision_missing)\n');
    }
  });
});
