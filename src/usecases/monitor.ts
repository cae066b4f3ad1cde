import { setImmediate as turn } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ArtifactRef } from '../domain/model.ts';
import type { ChallengerComparison, Monitoring, Vintage } from '../domain/monitoring.ts';
import { civilDayAt } from '../features/civil-day.ts';
import type { MonthRows } from '../monitoring/book.ts';
import { compareChallenger } from '../monitoring/challengers.ts';
import { isCalibrated, judgeInputs, judgeMonitoring, judgeVintage, type Measured } from '../monitoring/gates.ts';
import type { Grounds } from '../monitoring/grounds.ts';
import { expectMonth, type Measuring, measureBands, measurePerformance, pickKnown } from '../monitoring/performance.ts';
import {
  expectTraining,
  findReference,
  measureStability,
  type ReferenceRows,
  scoreStability,
} from '../monitoring/stability.ts';
import { countTruths } from '../monitoring/truth.ts';
import type { Database } from '../store/database.ts';
import type { Live, LiveModel } from './live.ts';
import { type JoinWish, readBook } from './read-book.ts';
import { readVersion } from './read-version.ts';

/** What is monitored, and how outcomes are joined. */
export interface MonitoringWanted extends JoinWish {
  /** A name, whose promoted version is taken, or `name@version`; every promoted version unless told. */
  readonly model?: string | undefined;
}

/** What monitoring is built of. */
export interface MonitoringParts {
  readonly database: Database;
  readonly live: Pick<Live, 'find' | 'read' | 'models' | 'challengersOf'>;
  readonly now: () => Date;
  readonly timeZone: string;
}

/** Fewest bad rows, and fewest good ones, that are evidence; samples of a bootstrap; and its seed. */
const LEAST_BADS = 100;
const REPLICATES = 200;
const SEED = 1;

/** Fresh randomness for each statistic, so that none depends on what else is measured. */
const startMeasuring = (): Measuring => {
  const generator = xoroshiro128plus(SEED);
  return {
    ...{ leastBads: LEAST_BADS, replicates: REPLICATES },
    random: (most) => uniformInt(generator, 0, most),
    pause: () => turn(),
  };
};

/**
 * How versions do by what they decided: read page by page, joined to what became of the customers, measured month by
 * month and judged. Simulations do not count, nor what was erased.
 * @throws model_not_live, model_untrusted, artifact_missing, database_unavailable
 */
export const monitorModels = async (parts: MonitoringParts, wanted: MonitoringWanted): Promise<Monitoring[]> => {
  const reports: Monitoring[] = [];
  for (const model of await chooseModels(parts.live, wanted.model)) {
    reports.push(await monitorModel(parts, wanted, model));
  }
  return reports;
};

const chooseModels = async (live: MonitoringParts['live'], wanted: string | undefined): Promise<LiveModel[]> => {
  if (wanted === undefined) return (await live.models()).filter(({ state }) => state === 'promoted');
  return [await readVersion(live, wanted)];
};

const monitorModel = async (
  parts: MonitoringParts,
  wanted: MonitoringWanted,
  { ref, model, gates }: LiveModel,
): Promise<Monitoring> => {
  const { now, timeZone, live, database } = parts;
  const at = now();
  const today = civilDayAt(at.getTime(), timeZone);
  const { silence, from } = wanted;
  const { months, windowDays, repeated, erased, simulated } = await readBook(database, model, { ...wanted, today });
  const reference = findReference(model, months, today.slice(0, 7));
  const training = expectTraining(model);
  const validatedAuc = gates.find(({ name }) => name === 'auc')?.value ?? null;
  const grounds: Grounds = { model, windowDays, leastBads: LEAST_BADS, validatedAuc, training, reference };
  const known = pickKnown(months);
  const performance = await measurePerformance(known, startMeasuring());
  const unobserved = months.flatMap(({ truths }) => truths).filter((truth) => truth?.truth === 'unobserved').length;
  const calibrated = isCalibrated({ performance, unobserved }, grounds);
  const vintages: Vintage[] = [];
  for (const month of months) {
    const vintage = await measureVintage({ month, reference, today, model });
    vintages.push({ ...vintage, gates: judgeVintage(vintage, grounds, calibrated) });
  }
  const count = (pick: (vintage: Vintage) => number) => vintages.reduce((sum, vintage) => sum + pick(vintage), 0);
  const measured: Measured = {
    schema: 1,
    model: ref,
    at: at.toISOString(),
    from: from ?? null,
    ...{ windowDays, silence, leastBads: LEAST_BADS, seed: SEED },
    decisions: count(({ decisions }) => decisions),
    matured: count(({ matured }) => matured),
    unobserved,
    earlyBads: count(({ earlyBads }) => earlyBads),
    repeated,
    erased,
    simulated,
    performance,
    bands: measureBands(known),
    vintages,
    stability: judgeInputs(measureStability(model, reference, months), grounds),
    training,
    challengers: await compareAll(live, ref, months),
  };
  return { ...measured, gates: judgeMonitoring(measured, grounds) };
};

interface VintageRows {
  readonly month: MonthRows;
  readonly reference: ReferenceRows | null;
  readonly today: string;
  readonly model: LiveModel['model'];
}

const measureVintage = async ({ month, reference, today, model }: VintageRows): Promise<Omit<Vintage, 'gates'>> => {
  const { truths } = month;
  return {
    month: month.month,
    isComplete: month.month < today.slice(0, 7),
    decisions: truths.length,
    ...countTruths(truths),
    performance: await measurePerformance(pickKnown([month]), startMeasuring()),
    expected: expectMonth(month),
    stability: scoreStability(model, reference, month),
  };
};

/** Every version that scored any of the decisions too, and those in shadow now. */
const compareAll = async (
  live: MonitoringParts['live'],
  ref: ArtifactRef,
  months: readonly MonthRows[],
): Promise<ChallengerComparison[]> => {
  const refs = new Map((await live.models()).map((each) => [each.ref.fingerprint, each.ref]));
  const prints = new Set([
    ...live.challengersOf(ref).map(({ ref: { fingerprint } }) => fingerprint),
    ...months.flatMap(({ challengers }) => [...challengers.keys()]),
  ]);
  const compared: ChallengerComparison[] = [];
  for (const print of prints) {
    const challenger = refs.get(print);
    if (!challenger) continue;
    compared.push(await compareChallenger(months, challenger, startMeasuring()));
  }
  return compared;
};
