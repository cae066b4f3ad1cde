import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Adjustment, type AdjustmentEffect, toLine } from '../domain/adjustment.ts';
import type { ArtifactRef, Model } from '../domain/model.ts';
import { type EffectPlan, measureAdjustment } from '../explanation/adjustment-effect.ts';
import { type ComparedRows, outcomeCodes, type ScoredSide } from '../explanation/comparison/compared-rows.ts';
import { civilDay, civilDayAt } from '../features/civil-day.ts';
import { numberCustomers } from '../metrics/bootstrap.ts';
import { reachesSegment, toAdjustmentTerms } from '../model/adjustments.ts';
import { createScoringTables } from '../model/score.ts';
import { isKnown } from '../monitoring/book.ts';
import { joinTruth } from '../monitoring/truth.ts';
import { type CutOffs, reachedRank, toCutOffs } from '../policy/tiers.ts';
import type { Database } from '../store/database.ts';
import { readMonitored, type StoredMonitored } from '../store/monitored-decisions.ts';
import type { StoredPolicy } from '../store/policies.ts';
import { readHead } from '../store/records.ts';
import { type ReadFileRequest, readFileRows } from './compare-file.ts';
import { bindPlan, type OpenedPlan } from './open-plan.ts';

/** Bootstrap samples of each interval, and the seed of their draws: the same rows give the same figures. */
const REPLICATES = 200;
const SEED = 1;

const startMeasuring = (): EffectPlan => {
  const generator = xoroshiro128plus(SEED);
  return { replicates: REPLICATES, random: (most) => uniformInt(generator, 0, most), pause: () => turn() };
};

/** A file on which an adjustment is measured: a model that was opened with a policy, and where it lies. */
export interface EffectFile extends Omit<ReadFileRequest, 'opened'> {
  readonly opened: OpenedPlan;
  readonly folder: ReadFileRequest['opened']['folders']['a'];
}

/**
 * What an adjustment does to the rows of a file, each a new application under the policy with its rules. A file does not
 * say of which segment its rows are, so all of them are taken to be of the adjustment's.
 * @throws as `readFileRows`
 */
export const measureOnFile = async (adjustment: Adjustment, request: EffectFile): Promise<AdjustmentEffect> => {
  const { opened, folder } = request;
  const adjusted = bindPlan({ ...opened.parts, adjustments: [adjustment] });
  const pair = { a: opened, b: adjusted, folders: { a: folder, b: folder } };
  const { rows, sha256, kind, trainedOn } = await readFileRows({ ...request, opened: pair });
  const { policy, policyFingerprint } = opened.plan;
  const taken = kind === 'held' ? kind : ('all' as const);
  return {
    source: { kind: 'file', name: toLine(basename(request.file)), sha256, rows: trainedOn.a ? 'trained' : taken },
    policy: { name: policy.name, version: policy.version, fingerprint: policyFingerprint },
    ...(await measureAdjustment(rows, startMeasuring())),
  };
};

/** The decisions of a version on which an adjustment is measured. */
export interface EffectDecisions {
  readonly database: Database;
  readonly model: Model;
  readonly ref: ArtifactRef;
  readonly policy: StoredPolicy;
  readonly now: Date;
  readonly timeZone: string;
}

/**
 * What an adjustment would have done to what its version decided, by the bins that the decisions keep: simulations and
 * what was erased aside, of a customer the first decision of a month. Outcomes are joined as in monitoring; of a model without a
 * performance window none is known. Tiers are those of the score alone, as of new applications; decisions outside the
 * adjustment's segments stay as they are.
 * @throws database_unavailable
 */
export const measureOnDecisions = async (
  adjustment: Adjustment,
  { database, model, ref, policy, now, timeZone }: EffectDecisions,
): Promise<AdjustmentEffect> => {
  const { horizonDays } = model.target;
  const today = civilDayAt(now.getTime(), timeZone);
  const score = createTwofoldScore(model, adjustment);
  const labels: number[] = [];
  const customers: string[] = [];
  const scores: { before: number; after: number }[] = [];
  const seen = new Set<string>();
  const { seq: until } = await readHead(database.pool);
  for await (const page of readMonitored(database, { fingerprint: ref.fingerprint, until })) {
    for (const decision of page) {
      const decidedOn = civilDay(decision.decidedAt, decision.timeZone);
      const key = `${decision.customerRef} ${decidedOn.slice(0, 7)}`;
      if (decision.purpose === 'simulation' || !decision.score || seen.has(key)) continue;
      seen.add(key);
      scores.push(score(decision.score.bins, decision.segment));
      customers.push(decision.customerRef);
      labels.push(labelOf(decision, decidedOn, { windowDays: horizonDays, today }));
    }
    await turn();
  }
  const cutOffs = toCutOffs(policy.policy.tiers);
  const rows: ComparedRows = {
    a: toSide(
      Float64Array.from(scores, ({ before }) => before),
      cutOffs,
    ),
    b: toSide(
      Float64Array.from(scores, ({ after }) => after),
      cutOffs,
    ),
    numbers: Uint32Array.from(labels, (_, row) => row + 1),
    labels: Uint8Array.from(labels),
    customers: numberCustomers(customers),
    ids: null,
    groups: [],
  };
  const { name, version } = policy.policy;
  return {
    source: { kind: 'decisions', until: now.toISOString() },
    policy: { name, version, fingerprint: policy.fingerprint },
    ...(await measureAdjustment(rows, startMeasuring())),
  };
};

/** The score of some bins without and with an adjustment, where it touches the segment. */
const createTwofoldScore = (model: Model, adjustment: Adjustment) => {
  const terms = [...model.terms, ...toAdjustmentTerms(model, adjustment)];
  const [alone, together] = [createScoringTables(model), createScoringTables({ ...model, terms })];
  const cells = new Float64Array(terms.length);
  return (kept: readonly number[], segment: string | null) => {
    const bins = Int32Array.from(kept);
    const before = alone.score(bins, cells);
    return { before, after: reachesSegment(adjustment, segment) ? together.score(bins, cells) : before };
  };
};

const labelOf = (
  { outcomes }: StoredMonitored,
  decidedOn: string,
  { windowDays, today }: { windowDays: number | null; today: string },
): number => {
  if (windowDays === null) return outcomeCodes.unknown;
  const truth = joinTruth(decidedOn, outcomes, { windowDays, today, silence: 'unknown' });
  if (!isKnown(truth)) return outcomeCodes.unknown;
  return truth.truth === 'bad' ? outcomeCodes.bad : outcomeCodes.good;
};

const toSide = (microLogits: Float64Array, cutOffs: CutOffs): ScoredSide => ({
  microLogits,
  bins: new Uint16Array(),
  tiers: Uint8Array.from(microLogits, (score) => reachedRank(cutOffs, score, -1)),
  actions: new Uint8Array(microLogits.length),
});
