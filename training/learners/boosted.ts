import { appError } from '../../src/errors.ts';
import type { Sample } from '../binning/bin-feature.ts';
import { countSample, weighJoined } from '../binning/bin-feature.ts';
import { cutFeature, type OrderedFeature, orderFeature } from '../binning/order-feature.ts';
import { assignFolds } from '../dataset/folds.ts';
import type { BoostedSettings, TrainingSettings } from '../settings.ts';
import { scoreAdditive } from './additive.ts';
import { averageBags } from './boosted/average.ts';
import {
  type BagRound,
  requestBags,
  requestRefit,
  scoreMean,
  scoreUnseen,
  shareData,
  type Truncated,
  truncate,
} from './boosted/bags.ts';
import type { BoostData, Boosted } from './boosted/boost.ts';
import { chooseCuts, chooseInteractions, type InteractionCaps, type Interactions } from './boosted/choose.ts';
import { toColumn } from './boosted/columns.ts';
import { hostPairs, listHosted } from './boosted/hosted.ts';
import type { BoostPool } from './boosted/pool.ts';
import { MOST_OUTSIDE } from './boosted/tree.ts';
import { keepProvable } from './boosted/width.ts';
import type { ColumnSet } from './column-set.ts';
import type { BoostedNotes, Learned, LearnerRequest } from './learner.ts';
import { dropUnused, settleTables } from './settle.ts';

/**
 * Fits boosted trees of at most three features a path and turns them into tables. First freely, on inner folds, to learn
 * which interactions pay and where to cut; then with those only, in bags that each leave a part of the rows out, by which
 * the number of trees is chosen and the calibration is fitted; the tables are the mean of the bags.
 */
export const learnBoosted = async (request: LearnerRequest, pool: BoostPool): Promise<Learned> => {
  const { set, sample, settings } = request;
  const bags = countBags(sample, settings);
  const boostBags = createBoostBags(request, bags, pool);
  const structure = await findStructure(request, boostBags);
  const { features, sets } = structure;
  const columns = features.map(toColumn);
  const data = shareData(columns, sample, assignFolds(`${set}:bags`, sample, bags));
  const final = await boostBags(atLength(settings.boosted, structure.trees), data, {
    sets,
    bags,
    seed: settings.seed + settings.innerFolds,
  });
  const binned = features.map(({ pre, binned: own, toBin }) =>
    weighJoined({ pre, binned: own, toFinal: toBin }, sample, settings.binning),
  );
  const { minimumRows } = settings.binning;
  const tabled = [...sets, ...listHosted(sets)];
  const averaged = averageBags(final.bags, { columns, features: binned, sets: tabled, minimumRows });
  const fit = dropUnused(hostPairs(settleTables(averaged, minimumRows), sets));
  const rows = sample.labels.length;
  const settled = subtract(scoreAdditive(fit, rows), scoreAdditive(averaged, rows));
  return {
    fit,
    scoreUnseen: async () => add(scoreUnseen(final.bags, data), settled),
    refit: async (part) => {
      const whole = shareData(columns, part, new Uint8Array(rows));
      const requests = requestRefit(whole, settings, { sets, trees: final.trees });
      return add(scoreMean(await pool.run(requests, () => undefined), whole), settled);
    },
    notes: { boosted: describeFit(structure, final) },
  };
};

const add = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, row) => value + (b[row] as number));
const subtract = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, row) => value - (b[row] as number));

/**
 * How many bags are averaged: the fewer the rows, the more it takes to average chance away. Every bag leaves out some rows
 * of each class.
 */
const countBags = (sample: Sample, { innerFolds, boosted }: TrainingSettings): number => {
  const { good, bad } = countSample(sample);
  const repeats = Math.min(boosted.mostRepeats, Math.max(1, Math.round(boosted.bagRows / (good + bad))));
  return Math.max(2, Math.min(innerFolds * repeats, good, bad));
};

type BoostBags = (boosted: BoostedSettings, data: BoostData, round: BagRound) => Promise<Truncated>;

/** What boosts bags, and tells how many of the whole fit's are done. */
const createBoostBags = ({ settings, onFit }: LearnerRequest, bags: number, pool: BoostPool): BoostBags => {
  const all = 2 * settings.innerFolds + bags;
  let done = 0;
  const onDone = () => onFit(++done, all);
  return async (boosted, data, round) => truncate(await pool.run(requestBags(data, boosted, round), onDone));
};

/** How much longer than was best while choosing the bags may grow. */
const LONGER = 2;

/** Grows every bag to the same length: what one bag leaves out is too little to stop it by. */
const atLength = (boosted: BoostedSettings, trees: number): BoostedSettings => {
  const mostTrees = Math.min(boosted.mostTrees, LONGER * trees + 1);
  return { ...boosted, mostTrees, patience: mostTrees };
};

/** What the model is built over: features with their cuts, the sets of them that may interact, and the free fit's loss. */
interface Structure {
  readonly features: readonly OrderedFeature[];
  readonly sets: readonly ColumnSet[];
  readonly interactions: Interactions;
  readonly freeLogLoss: number;
  /** Trees that were best while choosing. */
  readonly trees: number;
}

/** Times the caps that the first choice keeps: what is chosen from again, once the trees have had to do with less. */
const WIDER = 4;

const findStructure = async (
  { set, features, sample, settings }: LearnerRequest,
  boostBags: BoostBags,
): Promise<Structure> => {
  const { boosted } = settings;
  const ordered = features.map((pre) => orderFeature(pre, sample, settings.binning));
  for (const feature of ordered) refuseManyOutside(feature, set);
  const folds = assignFolds(`${set}:inner`, sample, settings.innerFolds);
  const data = shareData(ordered.map(toColumn), sample, folds);
  const round = { bags: settings.innerFolds, seed: settings.seed };
  const free = await boostBags(boosted, data, { ...round, sets: null });
  const wide = listSets(chooseInteractions(free.bags, widen(boosted)));
  const { bags, trees } = await boostBags(boosted, data, { ...round, sets: wide });
  const chosen = chooseInteractions(bags, boosted, keepProvable(data.columns, boosted.bins));
  const cuts = chooseCuts(bags, data.columns, chosen, boosted.bins);
  const places = listUsed(bags, listSets(chosen));
  const renumber = (sets: readonly ColumnSet[]) => sets.map((set) => set.map((place) => places.indexOf(place)));
  const interactions = { pairs: renumber(chosen.pairs), triples: renumber(chosen.triples) };
  return {
    features: places.map((place) => cutFeature(ordered[place] as OrderedFeature, cuts[place] as number[])),
    sets: listSets(interactions),
    interactions,
    freeLogLoss: free.loss,
    trees,
  };
};

/** @throws bad_dictionary where a feature has more codes outside the order than splits can tell apart */
const refuseManyOutside = ({ pre, ordered, count }: OrderedFeature, dictionary: string): void => {
  const outside = count - ordered;
  if (outside <= MOST_OUTSIDE) return;
  throw appError('bad_dictionary', {
    dictionary,
    place: pre.feature.definition.name,
    problem: {
      zh: `有 ${outside} 个不排序的分箱（缺失与特殊代码），boosted 最多支持 ${MOST_OUTSIDE} 个`,
      en: `it has ${outside} bins outside the order (missing and codes), and the boosted learner takes at most ${MOST_OUTSIDE}`,
    },
  });
};

const widen = ({ mostPairs, mostTriples }: InteractionCaps): InteractionCaps => ({
  mostPairs: WIDER * mostPairs,
  mostTriples: WIDER * mostTriples,
});

const listSets = ({ pairs, triples }: Interactions): ColumnSet[] => [...pairs, ...triples];

/** Columns that some tree splits or some set has, ascending. */
const listUsed = (bags: readonly Boosted[], sets: readonly ColumnSet[]): number[] => {
  const split = bags.flatMap(({ trees }) => trees.flatMap(({ columns }) => Array.from(columns)));
  return [...new Set([...split, ...sets.flat()])].filter((place) => place >= 0).sort((a, b) => a - b);
};

const describeFit = ({ interactions, freeLogLoss }: Structure, final: Truncated): BoostedNotes => ({
  pairs: interactions.pairs.length,
  triples: interactions.triples.length,
  freeLogLoss,
  keptLogLoss: final.loss,
  bags: final.bags.length,
  trees: final.trees,
});
