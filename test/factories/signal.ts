import type { CatalogueFeature } from '../../src/domain/catalogue.ts';
import { Detector, SignalEvent, SignalPolicy, type SignalRaised } from '../../src/domain/signal.ts';

const said = { zh: '测试', en: 'test' };

/** A catalogue of plain counts, one decimal each. */
export const countFeatures = (...names: readonly string[]): CatalogueFeature[] =>
  names.map((name) => ({
    name,
    version: 1,
    label: said,
    reason: said,
    group: 'test',
    unit: 'count',
    direction: 'increasing',
    actionable: true,
    purposes: ['credit'],
    decimals: 1,
    numerator: { measure: { of: 'transaction', take: 'count' } },
  }));

/** A detector of the feature `risk` that is entered at 5 and left below 3. */
export const aDetector = (changed: Partial<Detector> = {}): Detector =>
  Detector.parse({
    kind: 'test-kind',
    label: said,
    message: said,
    level: 'orange',
    cases: [{ all: [{ feature: 'risk', is: 'atLeast', enter: 5, leave: 3, full: 9 }] }],
    persistence: 1,
    needs: [],
    evidence: { base: 500, atFull: 500 },
    atLeast: null,
    notify: ['risk'],
    owner: 'risk desk',
    isSnoozable: true,
    ...changed,
  });

export const aSignalPolicy = (...detectors: readonly Detector[]): SignalPolicy =>
  SignalPolicy.parse({
    schema: 1,
    name: 'test',
    version: '1',
    title: said,
    note: said,
    handlingHours: { red: 4, orange: 24, yellow: 72, blue: 168 },
    detectors,
  });

export const aRaised = (changed: Partial<SignalRaised> = {}): SignalRaised =>
  SignalEvent.parse({
    schema: 1,
    event: 'raised',
    signalId: 's1',
    actor: 'vigil',
    at: '2026-01-01T00:00:00Z',
    customerRef: 'c1',
    kind: 'test-kind',
    level: 'orange',
    label: said,
    policy: { name: 'test', version: '1', fingerprint: 'f' },
    asOf: '2026-01-01T00:00:00Z',
    values: [],
    strength: 0,
    dueAt: '2026-01-02T00:00:00Z',
    atLeast: null,
    notify: ['risk'],
    isSnoozable: true,
    ...changed,
  }) as SignalRaised;
