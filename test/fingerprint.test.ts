import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCanonicalJson } from '../src/fingerprint.ts';

describe('the canonical form', () => {
  it('is what an independent writer of RFC 8785 writes, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        expect(toCanonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('sorts keys by UTF-16 units, numbers among them', () => {
    const keys = ['\u{1f600}', '\ufb33', '10', '2', 'a', 'A', '\u20ac', ''];
    const value = Object.fromEntries(keys.map((key, index) => [key, index]));
    expect(toCanonicalJson(value)).toBe(canonicalize(value));
    expect(Object.keys(JSON.parse(toCanonicalJson({ b: 1, a: { d: undefined, c: -0 } })))).toEqual(['a', 'b']);
    expect(toCanonicalJson({ b: 1, a: { d: undefined, c: -0 } })).toBe('{"a":{"c":0},"b":1}');
  });

  it('refuses what JSON cannot say', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', () => 1, [undefined], 1n]) {
      expect(() => toCanonicalJson({ value })).toThrow(TypeError);
    }
  });
});
