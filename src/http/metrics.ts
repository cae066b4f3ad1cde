import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Decision } from '../domain/decision.ts';
import type { ArtifactRef } from '../domain/model.ts';
import { SignalLevel } from '../domain/signal.ts';
import type { ChallengerEnd } from '../usecases/challengers.ts';

/** What the service counts, in the words of Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  /** A request was answered after so many seconds. */
  answered(operation: string, status: number, seconds: number): void;
  /** A decision was stored. */
  decided(decision: Decision): void;
  /** A version in shadow scored a row, or did not. */
  challenged(model: ArtifactRef, end: ChallengerEnd): void;
}

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Gauges of prom-client that are named like counters, which Prometheus's own checker refuses; the same figures come by type. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** What is looked up when the metrics are read. */
export interface MetricSources {
  /** Rows that wait to be stored. */
  readonly waiting: () => number;
  /** Reviews that are open, and how many of these are overdue. */
  readonly reviews: () => Promise<{ readonly open: number; readonly overdue: number }>;
  /** Signals that are open, and how many of these nobody handled in time, by level. */
  readonly signals: () => Promise<
    readonly { readonly level: string; readonly open: number; readonly overdue: number }[]
  >;
}

export const createMetrics = ({ waiting, reviews, signals }: MetricSources): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const latency = new Histogram({
    name: 'vigil_http_request_duration_seconds',
    help: 'Time from request to answer.',
    labelNames: ['operation', 'status'],
    buckets: LATENCY_SECONDS,
    registers: [registry],
  });
  const decisions = new Counter({
    name: 'vigil_decisions_total',
    help: 'Decisions stored, by final tier and action.',
    labelNames: ['model', 'purpose', 'tier', 'action'],
    registers: [registry],
  });
  const hits = new Counter({
    name: 'vigil_rule_hits_total',
    help: 'Rules that fired in stored decisions.',
    labelNames: ['policy', 'rule'],
    registers: [registry],
  });
  const challenges = new Counter({
    name: 'vigil_challenger_rows_total',
    help: 'Rows that versions in shadow scored, that were dropped for want of room, or met a fault (its code).',
    labelNames: ['model', 'version', 'end'],
    registers: [registry],
  });
  new Gauge({
    name: 'vigil_queue_rows',
    help: 'Decisions that wait to be stored.',
    registers: [registry],
    collect() {
      this.set(waiting());
    },
  });
  new Gauge({
    name: 'vigil_reviews',
    help: 'Post-loan reviews that are open: within their time, or overdue.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const { open, overdue } = await reviews().catch(() => ({ open: Number.NaN, overdue: Number.NaN }));
      this.set({ state: 'open' }, open - overdue);
      this.set({ state: 'overdue' }, overdue);
    },
  });
  new Gauge({
    name: 'vigil_signals',
    help: 'Early-warning signals that are open: within their handling time, or overdue.',
    labelNames: ['level', 'state'],
    registers: [registry],
    async collect() {
      const counts = await signals().catch(() => null);
      for (const wanted of SignalLevel.options) {
        const nothing = counts === null ? Number.NaN : 0;
        const { open, overdue } = counts?.find(({ level }) => level === wanted) ?? { open: nothing, overdue: nothing };
        this.set({ level: wanted, state: 'open' }, open - overdue);
        this.set({ level: wanted, state: 'overdue' }, overdue);
      }
    },
  });
  return {
    registry,
    answered: (operation, status, seconds) => latency.observe({ operation, status }, seconds),
    challenged: ({ name, version }, end) => challenges.inc({ model: name, version, end }),
    decided: ({ versions, purpose, tier, action, rules }) => {
      decisions.inc({ model: versions.model?.name ?? 'none', purpose, tier: tier.final, action });
      for (const { id } of rules.hits) hits.inc({ policy: versions.policy.name, rule: id });
    },
  };
};
