import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SignalEvent } from '../../src/domain/signal.ts';
import { findOpen, findRefusal, foldSignals, isSnoozed, MOST_SNOOZED_DAYS } from '../../src/signals/life.ts';
import { aRaised } from '../factories/signal.ts';

const day = (count: number): string => new Date(Date.UTC(2026, 0, 1 + count)).toISOString();

const acts = {
  confirmed: { reason: 'called' },
  treated: { treatment: 'plan offered' },
  cleared: { cause: 'resolved', evidence: 'paid on the 3rd' },
  snoozed: { until: day(10), reason: 'waits for the report' },
} as const;

const act = (event: keyof typeof acts, changed: object = {}): SignalEvent =>
  SignalEvent.parse({ schema: 1, signalId: 's1', actor: 'ann', at: day(1), event, ...acts[event], ...changed });

const codeOf = (events: readonly SignalEvent[], next: SignalEvent): string | null =>
  findRefusal(foldSignals(events), next)?.code ?? null;

describe('the life of a signal', () => {
  it('goes from raised over confirmed and treated to cleared, and back by being raised again', () => {
    const events = [aRaised(), act('confirmed'), act('treated'), act('cleared')];
    for (const [place, event] of events.entries()) expect(codeOf(events.slice(0, place), event)).toBeNull();
    expect(events.map((_, place) => foldSignals(events.slice(0, place + 1))[0]?.state)).toEqual([
      'raised',
      'confirmed',
      'treated',
      'cleared',
    ]);
    const again = aRaised({ signalId: 's2', at: day(5) });
    expect(codeOf(events, again)).toBeNull();
    expect(foldSignals([...events, again]).map(({ reopened }) => reopened)).toEqual([0, 1]);
  });

  it.each([
    ['confirmed twice', [act('confirmed')], act('confirmed'), 'signal_conflict'],
    ['treated before it is confirmed', [], act('treated'), 'signal_conflict'],
    ['anything after it is cleared', [act('cleared')], act('confirmed'), 'signal_conflict'],
    ['what nobody raised', [], act('confirmed', { signalId: 'other' }), 'signal_conflict'],
    ['what lies before its latest event', [act('confirmed', { at: day(3) })], act('treated'), 'signal_conflict'],
  ])('refuses %s', (_, before, next, code) => {
    expect(codeOf([aRaised(), ...before], next)).toBe(code);
  });

  it('never has two open signals of one kind for a customer, whatever is sent', () => {
    const names = fc.constantFrom('a', 'b');
    const raising = fc
      .record({ signalId: fc.uuid(), customerRef: names, kind: names })
      .map((changed) => aRaised({ ...changed, at: day(0) }));
    const clearing = fc.nat(20);
    fc.assert(
      fc.property(fc.array(fc.oneof(raising, clearing), { maxLength: 30 }), (steps) => {
        const events: SignalEvent[] = [];
        for (const step of steps) {
          const signals = foldSignals(events);
          const known = signals[typeof step === 'number' ? step % Math.max(1, signals.length) : 0];
          const next = typeof step === 'number' ? act('cleared', { signalId: known?.signalId ?? 'none' }) : step;
          if (findRefusal(signals, next) === null) events.push(next);
        }
        const open = foldSignals(events).filter(({ state }) => state !== 'cleared');
        const keys = open.map(({ raised }) => `${raised.customerRef} ${raised.kind}`);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { raised, signalId } of open) expect(findOpen(open, raised)?.signalId).toBe(signalId);
      }),
    );
  });

  it('lets a red one be cleared only by another than who confirmed it', () => {
    const red = [aRaised({ level: 'red' })];
    expect(codeOf(red, act('cleared'))).toBe('signal_refused');
    fc.assert(
      fc.property(fc.constantFrom('ann', 'bob', 'local'), fc.constantFrom('ann', 'bob', 'local (ann)'), (one, two) => {
        const isOne = one === two || two === `local (${one})`;
        const code = codeOf([...red, act('confirmed', { actor: one })], act('cleared', { actor: two }));
        expect(code).toBe(isOne ? 'signal_refused' : null);
      }),
    );
    expect(codeOf([aRaised(), act('confirmed')], act('cleared'))).toBeNull();
  });

  it('sleeps at most 30 days in all, and never where its kind may not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: -5, max: 60 }), (first, last) => {
        const before = [aRaised(), act('snoozed', { until: day(1 + first) })];
        const code = codeOf(before, act('snoozed', { at: day(first), until: day(last) }));
        expect(code).toBe(last > first && last - 1 <= MOST_SNOOZED_DAYS ? null : 'signal_refused');
      }),
    );
    expect(codeOf([aRaised({ isSnoozable: false })], act('snoozed'))).toBe('signal_refused');
  });

  it('wakes when the snooze is over, and stands where it stood', () => {
    const [signal] = foldSignals([aRaised(), act('confirmed'), act('snoozed')]);
    expect(signal && [signal.state, isSnoozed(signal, day(9)), isSnoozed(signal, day(10))]).toEqual([
      'confirmed',
      true,
      false,
    ]);
  });

  it('asks for a reason, evidence and a treatment in words', () => {
    for (const [event, changed] of [
      ['snoozed', { reason: ' ' }],
      ['cleared', { evidence: '' }],
      ['confirmed', { reason: '' }],
      ['treated', { treatment: ' ' }],
    ] as const)
      expect(SignalEvent.safeParse({ ...act(event), ...changed }).success).toBe(false);
  });

  it('is the same whenever the same events are folded again', () => {
    const events = [aRaised(), act('confirmed'), act('snoozed'), aRaised({ signalId: 's2', kind: 'other' })];
    const copy = JSON.parse(JSON.stringify(events)) as SignalEvent[];
    expect(foldSignals(copy)).toEqual(foldSignals(events));
  });
});
