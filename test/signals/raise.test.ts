import { describe, expect, it } from 'vitest';
import { SignalEvent } from '../../src/domain/signal.ts';
import { createDetectors } from '../../src/signals/detect.ts';
import { foldSignals } from '../../src/signals/life.ts';
import { raiseSignals, seeSignals } from '../../src/signals/raise.ts';
import { aDetector, aRaised, aSignalPolicy, countFeatures } from '../factories/signal.ts';

const policyRef = { name: 'test', version: '1', fingerprint: 'f' };
const day = (count: number): string => new Date(Date.UTC(2026, 0, 1 + count)).toISOString();

const raise = (events: readonly SignalEvent[], at: string, changed: Parameters<typeof aDetector>[0] = {}) => {
  const policy = aSignalPolicy(aDetector(changed));
  const { detect } = createDetectors(policy, countFeatures('risk'));
  return raiseSignals({
    customerRef: 'c1',
    standing: foldSignals(events),
    detections: detect({ values: Float64Array.of(60), received: new Set() }, []),
    policy,
    policyRef,
    asOf: at,
    at,
    createId: () => 'new',
  });
};

const cleared = (cause: string, at: string): SignalEvent =>
  SignalEvent.parse({ schema: 1, signalId: 's1', actor: 'ann', at, event: 'cleared', cause, evidence: 'seen' });

describe('raising', () => {
  it('tells what was seen, and until when somebody must act by the level', () => {
    expect(raise([], day(0), { level: 'red' })).toMatchObject([
      { signalId: 'new', kind: 'test-kind', level: 'red', values: [{ feature: 'risk', value: 60 }], policy: policyRef },
    ]);
    const [red, blue] = (['red', 'blue'] as const).map((level) => raise([], day(0), { level })[0]?.dueAt);
    expect([red, blue]).toEqual([new Date(Date.parse(day(0)) + 4 * 3_600_000).toISOString(), day(7)]);
  });

  it('leaves alone what is open', () => {
    expect(raise([aRaised()], day(1))).toEqual([]);
  });

  it.each(['explained', 'wrong_data', 'no_risk'])('believes for thirty days that it was %s', (cause) => {
    const events = [aRaised(), cleared(cause, day(1))];
    expect(raise(events, day(30))).toEqual([]);
    expect(raise(events, day(31))).toHaveLength(1);
    expect(raise(events, day(2), { isSnoozable: false })).toHaveLength(1);
  });

  it('believes at no time that it was resolved while it holds', () => {
    expect(raise([aRaised(), cleared('resolved', day(1))], day(1))).toHaveLength(1);
  });
});

describe('what decisions see', () => {
  it('is what is open, what was looked for and is not, and nothing of what nobody could look for', () => {
    const standing = foldSignals([aRaised(), aRaised({ signalId: 's2', kind: 'a-kind', atLeast: { tier: 'high' } })]);
    expect(seeSignals(standing, ['test-kind', 'b-kind'])).toMatchObject([
      { kind: 'a-kind', signalId: 's2', tier: 'high', action: null },
      { kind: 'b-kind', level: 'none' },
      { kind: 'test-kind', signalId: 's1', tier: null },
    ]);
    expect(seeSignals([], [])).toEqual([]);
  });
});
