import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistryEvent } from '../../src/domain/registry.ts';
import type { Gate } from '../../src/domain/validation.ts';
import { foldPromotions, foldRegistry, isSamePerson, type RegisteredModel } from '../../src/model/registry.ts';
import { findPrevious, findVouchingFault, listPromotionFaults } from '../../src/model/transitions.ts';

const event = fc
  .record({
    event: fc.constantFrom('registered', 'approved', 'waived', 'promoted', 'rolled_back', 'shadowed', 'retired'),
    name: fc.constantFrom('a', 'b'),
    version: fc.constantFrom('1', '2', '3'),
    actor: fc.constantFrom('ann', 'bob', 'local (ann)'),
    digest: fc.constantFrom(null, 'x', 'y'),
  })
  .map(
    ({ event: kind, name, version, actor, digest }): RegistryEvent => ({
      schema: 1,
      event: kind,
      model: { name, version, fingerprint: `${name}${version}` },
      actor,
      at: '2026-01-01T00:00:00Z',
      reason: 'test',
      evidence: null,
      ...(kind === 'waived' ? { gate: 'g' } : {}),
      ...(kind === 'registered' && digest !== null ? { validation: { digest, gates: [failed] } } : {}),
    }),
  );
const failed: Gate = {
  name: 'g',
  verdict: 'failed',
  value: 1,
  limit: 2,
  message: { zh: '不足', en: 'too little' },
};
const logs = fc.array(event, { maxLength: 30 });

/** Said slowly, from the end of the log: which version of a name decides, walking back over what was given up. */
const decidingOf = (events: readonly RegistryEvent[], name: string): string | null => {
  let live: string | null = null;
  for (const { event: kind, model } of events) {
    if (model.name !== name) continue;
    if (kind === 'promoted' || kind === 'rolled_back') live = model.version;
    if (kind === 'retired' && live === model.version) live = null;
  }
  return live;
};

/** Said slowly: who vouched for a version since its validation last changed, and never registered it. */
const vouchersOf = (own: readonly RegistryEvent[], kind: RegistryEvent['event']): string[] => {
  const bare = (actor: string) => actor.replace(/^local \((.*)\)$/, '$1');
  const registrants = own.filter((each) => each.event === 'registered').map(({ actor }) => bare(actor));
  const digests = own.flatMap(({ validation }, place) => (validation ? [{ digest: validation.digest, place }] : []));
  const changes = digests.filter(({ digest }, index) => digest !== digests[index - 1]?.digest);
  const from = changes.at(-1)?.place ?? 0;
  return own
    .filter((each, place) => place >= from && each.event === kind && !registrants.includes(bare(each.actor)))
    .map(({ actor }) => actor);
};

const stateOf = (events: readonly RegistryEvent[], { name, version }: RegistryEvent['model']): string => {
  if (decidingOf(events, name) === version) return 'promoted';
  const own = events.filter(({ model }) => model.name === name && model.version === version);
  const moves = own.filter(({ event: kind }) => ['shadowed', 'retired', 'promoted', 'rolled_back'].includes(kind));
  const last = moves.at(-1)?.event;
  if (last === 'shadowed' || last === 'retired') return last;
  return vouchersOf(own, 'approved').length > 0 ? 'approved' : 'registered';
};

describe('the fold over registry events', () => {
  it('says of every version what was said of it last, and promotes at most one version of a name', () => {
    fc.assert(
      fc.property(logs, (events) => {
        const folded = foldRegistry(events);
        expect(folded.map(({ ref }) => ref.fingerprint)).toEqual([
          ...new Set(events.map(({ model }) => model.fingerprint)),
        ]);
        for (const { ref, state, history, approvals, gates } of folded) {
          expect(state).toBe(stateOf(events, ref));
          expect(history).toEqual(events.filter(({ model }) => model.fingerprint === ref.fingerprint));
          expect(approvals.map(({ actor }) => actor)).toEqual(vouchersOf(history, 'approved'));
          const hasValidation = history.some(({ validation }) => validation);
          const waivers = vouchersOf(history, 'waived');
          expect(gates.map(({ name }) => name)).toEqual([hasValidation ? 'g' : 'validation']);
          expect(gates[0]?.waiver?.actor ?? null).toBe(hasValidation ? (waivers.at(-1) ?? null) : null);
        }
        for (const name of ['a', 'b']) {
          expect(folded.filter(({ ref, state }) => ref.name === name && state === 'promoted').length).toBeLessThan(2);
        }
      }),
    );
  });

  it('lets nobody vouch for what they registered, by their key or under their name as a label', () => {
    fc.assert(
      fc.property(logs, (events) => {
        for (const standing of foldRegistry(events)) {
          for (const { actor } of standing.approvals) {
            expect(standing.registrants.some((registrant) => isSamePerson(registrant, actor))).toBe(false);
          }
          const { registrants } = standing;
          for (const name of ['ann', 'bob']) {
            const isOwn = registrants.includes(name) || registrants.includes(`local (${name})`);
            const mayVouch = !isOwn && registrants.length > 0;
            expect(findVouchingFault(standing, { name, isAuthenticated: true }) === null).toBe(mayVouch);
            expect(findVouchingFault(standing, { name, isAuthenticated: false })).not.toBeNull();
          }
        }
      }),
    );
  });

  it('lets nobody vouch for what nobody with a name registered', () => {
    const vouch = (...actors: readonly string[]) => {
      const [standing] = foldRegistry(actors.map((actor) => ({ ...happened('registered', '1'), actor })));
      return standing && findVouchingFault(standing, { name: 'bob', isAuthenticated: true });
    };
    for (const actors of [['local, unapproved'], ['local'], ['local, unapproved', 'local']]) {
      expect(vouch(...actors)?.en).toContain('nobody answers for it yet');
    }
    for (const actor of ['ann', 'local (ann)', 'release']) expect(vouch('local, unapproved', actor)).toBeNull();
  });

  it('a rollback goes back through the promotions, one at a time, past what was retired', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5'), { minLength: 1 }),
        fc.nat(4),
        (order, gone) => {
          const log: RegistryEvent[] = order.map((version) => happened('promoted', version));
          const retired = order[gone];
          if (retired !== undefined && retired !== order.at(-1)) log.push(happened('retired', retired));
          const left = order.filter((version) => version === order.at(-1) || version !== retired);
          for (const expected of left.slice(0, -1).toReversed()) {
            const target = findPrevious(log, 'a');
            expect(target?.version).toBe(expected);
            log.push(happened('rolled_back', expected));
            expect(foldPromotions(log).get('a')?.live).toBe(`a${expected}`);
          }
          expect(findPrevious(log, 'a')).toBeNull();
        },
      ),
    );
  });
});

const happened = (kind: RegistryEvent['event'], version: string): RegistryEvent => ({
  schema: 1,
  event: kind,
  model: { name: 'a', version, fingerprint: `a${version}` },
  actor: 'test',
  at: '2026-01-01T00:00:00Z',
  reason: 'test',
  evidence: null,
});

describe('what keeps a model from being promoted', () => {
  const standing = (gates: readonly Gate[] | null): RegisteredModel =>
    foldRegistry([
      { ...happened('registered', '1'), ...(gates ? { validation: { digest: 'd', gates: [...gates] } } : {}) },
      { ...happened('approved', '1'), actor: 'bob' },
    ])[0] as RegisteredModel;

  it('is every gate that failed or lacks evidence, and no other', () => {
    const gates = (['passed', 'failed', 'insufficient', 'not_applicable'] as const).map((verdict) => ({
      ...failed,
      name: verdict,
      verdict,
    }));
    expect(listPromotionFaults(standing(gates)).map(({ en }) => en)).toEqual([
      'gate failed failed: too little',
      'gate insufficient has insufficient evidence: too little',
    ]);
  });

  it('is the absence of evidence: no validation, or one without gates', () => {
    for (const gates of [null, []])
      expect(listPromotionFaults(standing(gates))).toMatchObject([{ en: expect.stringContaining('gate validation') }]);
  });
});
