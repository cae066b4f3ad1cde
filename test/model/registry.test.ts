import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistryEvent } from '../../src/domain/registry.ts';
import { foldRegistry } from '../../src/model/registry.ts';

const event = fc
  .record({
    event: fc.constantFrom('registered', 'approved', 'promoted', 'shadowed', 'retired'),
    name: fc.constantFrom('a', 'b'),
    version: fc.constantFrom('1', '2', '3'),
  })
  .map(
    ({ event: kind, name, version }): RegistryEvent => ({
      schema: 1,
      event: kind,
      model: { name, version, fingerprint: `${name}${version}` },
      actor: 'test',
      at: '2026-01-01T00:00:00Z',
      reason: 'test',
      evidence: null,
    }),
  );

/** Said slowly: what the last word on a version and on its name was. */
const stateOf = (events: readonly RegistryEvent[], { name, fingerprint }: RegistryEvent['model']) => {
  const own = events.filter(({ model }) => model.fingerprint === fingerprint);
  const words = own.filter(({ event: kind }) => kind === 'promoted' || kind === 'retired');
  if (words.at(-1)?.event === 'retired') return 'retired';
  const promotions = events.filter(({ event: kind, model }) => kind === 'promoted' && model.name === name);
  return promotions.at(-1)?.model.fingerprint === fingerprint ? 'promoted' : 'registered';
};

describe('the fold over registry events', () => {
  it('says of every version what was said of it last, and promotes at most one version of a name', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const folded = foldRegistry(events);
        expect(folded.map(({ ref }) => ref.fingerprint)).toEqual([
          ...new Set(events.map(({ model }) => model.fingerprint)),
        ]);
        for (const { ref, state, history } of folded) {
          expect(state).toBe(stateOf(events, ref));
          expect(history).toEqual(events.filter(({ model }) => model.fingerprint === ref.fingerprint));
        }
        for (const name of ['a', 'b']) {
          expect(folded.filter(({ ref, state }) => ref.name === name && state === 'promoted').length).toBeLessThan(2);
        }
      }),
    );
  });
});
