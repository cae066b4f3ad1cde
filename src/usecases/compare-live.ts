import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { LiveComparison } from '../domain/comparison.ts';
import { actionRank } from '../domain/ordered.ts';
import { appError } from '../errors.ts';
import { countTierMoves, measureAgreement } from '../explanation/comparison/agreement.ts';
import { measureWorth, type WorthPlan } from '../explanation/comparison/worth.ts';
import { civilDayAt } from '../features/civil-day.ts';
import { weighObserved } from '../monitoring/outcome-demands.ts';
import { listPairs, meanDifference, toPairedScores } from '../monitoring/pairs.ts';
import { countTruths } from '../monitoring/truth.ts';
import { tierOf } from '../policy/tiers.ts';
import type { Database } from '../store/database.ts';
import type { Live, LiveModel } from './live.ts';
import { type JoinWish, readBook } from './read-book.ts';
import { readVersion } from './read-version.ts';

/** What versions are compared by. */
export interface CompareLiveParts {
  readonly database: Pick<Database, 'pool'>;
  readonly live: Pick<Live, 'find' | 'read' | 'policyFor'>;
  readonly now: () => Date;
  readonly timeZone: string;
}

/** Two registered versions of one name. */
export interface LivePair {
  readonly a: LiveModel;
  readonly b: LiveModel;
}

/**
 * Finds both versions in the registry.
 * @throws bad_arguments where their names differ, since a challenger bears the name of the version that decides;
 * model_not_live, model_untrusted, artifact_missing
 */
export const findLivePair = async (
  live: CompareLiveParts['live'],
  { a: champion, b: challenger }: Readonly<Record<'a' | 'b', string>>,
): Promise<LivePair> => {
  const [a, b] = [await readVersion(live, champion), await readVersion(live, challenger)];
  if (a.ref.name === b.ref.name) return { a, b };
  const problem = {
    zh: `--live 比较同一名称的两个版本，而不是 ${a.ref.name} 与 ${b.ref.name}`,
    en: `--live compares two versions of one name, not ${a.ref.name} and ${b.ref.name}`,
  };
  throw appError('bad_arguments', { problem });
};

/** How live traffic is compared: which of it, and the draws of the bootstrap. */
export interface LiveWish extends JoinWish, Omit<WorthPlan, 'random'> {
  readonly seed: number;
}

/**
 * Two versions on the same live traffic: what A decided while B, in shadow, scored it too. Nothing of it was seen in
 * training. What a tier leads to is read in the policy that is in use for their name; rules are left out.
 * @throws no_model_live, model_not_live, database_unavailable
 */
export const compareLive = async (
  { database, live, now, timeZone }: CompareLiveParts,
  { a, b }: LivePair,
  { seed, replicates, costs, ...wish }: LiveWish,
): Promise<LiveComparison> => {
  const at = now();
  const today = civilDayAt(at.getTime(), timeZone);
  const { months, windowDays, repeated, erased, simulated } = await readBook(database, a.model, { ...wish, today });
  const { policy, fingerprint } = (await live.policyFor(a.ref.name)).stored;
  const pairs = listPairs(months, b.ref.fingerprint);
  const scores = toPairedScores(pairs, (tier) => actionRank(policy.actions[tierOf(tier)]));
  const counts = countTruths(pairs.map(({ truth }) => truth));
  const generator = xoroshiro128plus(seed);
  const worth = measureWorth(scores, { replicates, costs, random: (most) => uniformInt(generator, 0, most) });
  return {
    at: at.toISOString(),
    from: wish.from ?? null,
    ...{ windowDays, silence: wish.silence, seed },
    policy: { name: policy.name, version: policy.version, fingerprint },
    decisions: months.reduce((sum, { truths }) => sum + truths.length, 0),
    ...{ repeated, erased, simulated },
    rows: pairs.length,
    ...counts,
    observed: weighObserved(counts.unobserved, worth?.rows ?? 0),
    agreement: measureAgreement(scores),
    meanDifference: meanDifference(scores),
    tiers: countTierMoves(scores),
    worth,
  };
};
