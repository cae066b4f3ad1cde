import { setImmediate as turn } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ArtifactRef } from '../domain/model.ts';
import type { ChallengerComparison, Monitoring, Vintage } from '../domain/monitoring.ts';
import { civilDay, civilDayAt } from '../features/civil-day.ts';
import { type Book, isKnown, type MonthRows, openBook } from '../monitoring/book.ts';
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
import { type JoinRule, joinTruth } from '../monitoring/truth.ts';
import type { Database } from '../store/database.ts';
import { readMonitored } from '../store/monitored-decisions.ts';
import { readHead } from '../store/records.ts';
import type { Live, LiveModel } from './live.ts';

/** What is monitored, and how outcomes are joined. */
export interface MonitoringWanted {
  /** A name, whose promoted version is taken, or `name@version`; every promoted version unless told. */
  readonly model?: string | undefined;
  /** The performance window in civil days; that of the model's target unless told. */
  readonly windowDays?: number | undefined;
  readonly silence: JoinRule['silence'];
  /** Only decisions of this civil day or later. */
  readonly from?: string | undefined;
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
  const [name = '', version] = wanted.split('@');
  return [await live.read(version === undefined ? live.find(name).ref : { name, version })];
};

const monitorModel = async (
  parts: MonitoringParts,
  { windowDays: asked, silence, from }: MonitoringWanted,
  { ref, model, gates }: LiveModel,
): Promise<Monitoring> => {
  const { now, timeZone, live } = parts;
  const at = now();
  const today = civilDayAt(at.getTime(), timeZone);
  const windowDays = asked ?? model.target.horizonDays;
  const rule = windowDays === null ? null : { windowDays, today, silence };
  const book = openBook(model);
  const erased = await fillBook(parts, { book, fingerprint: ref.fingerprint, rule, from });
  const months = book.months();
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
    repeated: book.repeated(),
    erased,
    performance,
    bands: measureBands(known),
    vintages,
    stability: judgeInputs(measureStability(model, reference, months), grounds),
    training,
    challengers: await compareAll(live, ref, months),
  };
  return { ...measured, gates: judgeMonitoring(measured, grounds) };
};

interface Filling {
  readonly book: Book;
  readonly fingerprint: string;
  readonly rule: JoinRule | null;
  readonly from: string | undefined;
}

/** Reads every decision of a version into a book. @returns how many were erased */
const fillBook = async ({ database }: MonitoringParts, { book, fingerprint, rule, from }: Filling): Promise<number> => {
  const { seq: until } = await readHead(database.pool);
  let erased = 0;
  for await (const page of readMonitored(database, { fingerprint, until })) {
    for (const { customerRef, decidedAt, timeZone, purpose, score, outcomes, challengers } of page) {
      const decidedOn = civilDay(decidedAt, timeZone);
      if (purpose === 'simulation' || (from !== undefined && decidedOn < from)) continue;
      if (!score) {
        erased++;
        continue;
      }
      const truth = rule && joinTruth(decidedOn, outcomes, rule);
      book.add({ ...score, customerRef, decidedOn, truth, challengers });
    }
    await turn();
  }
  return erased;
};

interface VintageRows {
  readonly month: MonthRows;
  readonly reference: ReferenceRows | null;
  readonly today: string;
  readonly model: LiveModel['model'];
}

const measureVintage = async ({ month, reference, today, model }: VintageRows): Promise<Omit<Vintage, 'gates'>> => {
  const { truths } = month;
  const count = (isCounted: (truth: (typeof truths)[number]) => boolean) => truths.filter(isCounted).length;
  return {
    month: month.month,
    isComplete: month.month < today.slice(0, 7),
    decisions: truths.length,
    matured: count((truth) => truth !== null && truth.truth !== 'immature'),
    unobserved: count((truth) => truth?.truth === 'unobserved'),
    earlyBads: count((truth) => truth?.truth === 'bad' && !isKnown(truth)),
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
