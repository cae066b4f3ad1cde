import type { ArtifactRef } from '../domain/model.ts';
import { SignalPolicy, type SignalsUsed } from '../domain/signal.ts';
import { appError } from '../errors.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import { fingerprint } from '../fingerprint.ts';
import { createDetectors, type Detectors } from '../signals/detect.ts';
import { findArtifact, keepArtifacts } from '../store/artifacts.ts';
import type { Database } from '../store/database.ts';
import { findSignalPolicy } from '../store/signal-policies.ts';
import { appendSignalsUsed, readSignalsUsed } from '../store/signals-used.ts';
import { createMemo } from './memo.ts';

/** A policy of signals bound to the catalogue. */
export interface BoundSignals {
  readonly policy: SignalPolicy;
  readonly ref: ArtifactRef;
  readonly detectors: Detectors;
}

/** Which policy of signals is looked after, and those by which signals were raised. */
export interface SignalsInUse {
  /** The one put in use last, by any instance or command; the newest shipped one where none was. */
  current(): Promise<BoundSignals>;
  /** One by which a signal was raised. @throws artifact_missing */
  find(ref: ArtifactRef): Promise<SignalPolicy>;
}

/** Looked after until another is put in use. */
const SHIPPED = 'early-warning';

/** Bound policies that are kept. */
const MOST_KEPT = 20;

/** Reads which policy is in use from the chain. */
export const createSignalsInUse = (database: Database, now: () => Date): SignalsInUse => {
  const keep = createMemo<BoundSignals>(MOST_KEPT);
  const open = (print: string): Promise<BoundSignals> =>
    keep(print, async () => bindSignals(await readSignalPolicy(database, print)));
  const openShipped = (): Promise<BoundSignals> =>
    keep(SHIPPED, async () => {
      const bound = bindSignals(findSignalPolicy(SHIPPED));
      await keepArtifacts(database, [toArtifact(bound)], now());
      return bound;
    });
  return {
    async current() {
      const used = await readSignalsUsed(database);
      return used ? open(used.policy.fingerprint) : openShipped();
    },
    find: async (ref) => (await open(ref.fingerprint)).policy,
  };
};

/** A policy of signals to be put in use, by whom and why. */
export interface UseSignalsRequest {
  /** A name, `name@version` or a file. */
  readonly policy: string;
  readonly actor: string;
  readonly reason: string;
  readonly now: Date;
}

/**
 * Makes a policy of signals the one that is looked after; running services follow at the next customer.
 * @throws signals_missing, bad_signals, version_exists, bad_json, bad_artifact, database_unavailable
 */
export const useSignals = async (database: Database, request: UseSignalsRequest): Promise<SignalsUsed> => {
  const { actor, reason, now } = request;
  const bound = bindSignals(findSignalPolicy(request.policy));
  await keepArtifacts(database, [toArtifact(bound)], now);
  const event: SignalsUsed = { schema: 1, event: 'used', policy: bound.ref, actor, at: now.toISOString(), reason };
  await appendSignalsUsed(database, event);
  return event;
};

const bindSignals = (policy: SignalPolicy): BoundSignals => ({
  policy,
  ref: { name: policy.name, version: policy.version, fingerprint: fingerprint(policy) },
  detectors: createDetectors(policy, creditCatalogue),
});

const toArtifact = ({ policy, ref }: BoundSignals) => ({ kind: 'signals', ...ref, content: policy }) as const;

const readSignalPolicy = async (database: Database, print: string): Promise<SignalPolicy> => {
  const content = await findArtifact(database, print);
  if (content === null) throw appError('artifact_missing', { fingerprint: print });
  return SignalPolicy.parse(content);
};
