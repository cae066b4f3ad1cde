import { namedColumns } from '../src/domain/derivation.ts';
import type { Model, ModelColumn, Term } from '../src/domain/model.ts';
import type { FeatureDefinition } from '../src/features/definition.ts';
import { fingerprint } from '../src/fingerprint.ts';
import { countOrdered } from '../src/model/bins.ts';
import { fitReferences } from '../src/model/reference.ts';
import { type Repair, repairMonotone } from '../src/model/repair.ts';
import { createPointsScale } from '../src/model/scale.ts';
import { createScoringTables } from '../src/model/score.ts';
import { findMonotoneFault, refuseFall, sealModel } from '../src/model/seal.ts';
import { type BinnedFeature, listOutside } from './binning/bin-feature.ts';
import { orderedValues } from './binning/prebin.ts';
import { type Frame, selectRows, takeRows } from './dataset/frame.ts';
import type { FittedTables } from './learners/tables.ts';

/** A model but for its interval and its seal, and what had to be repaired. */
export interface Draft {
  readonly model: Omit<Model, 'fingerprint'>;
  readonly repairs: readonly Repair[];
  /** Final bins of every row of the frame, row-major in the order of the inputs. */
  readonly bins: Int32Array;
  /** Score of every row of the frame, micro-logits. */
  readonly scores: Float64Array;
}

/** What a draft is named and made by. */
export interface DraftNames {
  readonly name: string;
  readonly learner: string;
}

const HISTOGRAM_BINS = 20;

/**
 * Makes the artifact of fitted tables: inputs with what training saw, integer repair and proof, references, scale and
 * score histogram. The frame holds the training rows and no others.
 * @throws repair_too_large, not_monotone: nothing unproved leaves training
 */
export const draftModel = (frame: Frame, tables: FittedTables, { name, learner }: DraftNames): Draft => {
  const inputs = tables.features.map(describeInput);
  const { model: proved, repairs } = repairMonotone({ inputs, terms: tables.terms });
  const fault = findMonotoneFault(proved);
  if (fault) throw refuseFall(name, fault);
  const { terms } = proved;
  const bins = binRows(tables.features, frame.rows);
  const unreferenced = { inputs, terms, intercept: tables.intercept };
  const scored = scoreRows(unreferenced, bins, frame.rows);
  const { dictionary } = frame;
  const { event, horizonDays, kind, notFor, note } = dictionary.target;
  return {
    repairs,
    bins,
    scores: scored.scores,
    model: {
      schema: 1,
      name,
      version: '0',
      learner,
      dictionary: { name: dictionary.name, fingerprint: fingerprint(dictionary) },
      target: { event, horizonDays, kind, notFor, note },
      groups: dictionary.groups,
      columns: describeColumns(frame, inputs),
      inputs,
      terms,
      intercept: tables.intercept,
      intervalMilli: 1645,
      references: fitReferences(scored.scores, scored.cells, terms.length),
      scale: createPointsScale(),
      calibrations: [],
      scoreHistogram: toHistogram(scored.scores),
    },
  };
};

/** Sets the interval factor and closes the model. */
export const finishModel = ({ model }: Draft, intervalMilli: number): Model => sealModel({ ...model, intervalMilli });

const describeInput = ({ pre, binned, toFinal, woe }: BinnedFeature): Model['inputs'][number] => {
  const { definition, values, categories } = pre.feature;
  const counts = new Array<number>(woe.length).fill(0);
  for (const preBin of pre.bins) {
    const bin = toFinal[preBin] as number;
    counts[bin] = (counts[bin] as number) + 1;
  }
  const { name, label, unit, decimals, source, reason, group, direction } = definition;
  return {
    name,
    label,
    unit,
    decimals,
    protected: definition.protected,
    actionable: definition.actionable,
    source,
    reason,
    group,
    direction,
    edges: binned.edges,
    codes: binned.codes,
    categories: binned.categories,
    counts,
    ...(categories ? { range: null, quantiles: null } : describeSpread(definition, values)),
  };
};

/** Ends and 101 quantiles of the values that take a place in the order. */
const describeSpread = (
  { codes }: Pick<FeatureDefinition, 'codes'>,
  values: Float64Array,
): Pick<ModelColumn, 'range' | 'quantiles'> => {
  const sorted = orderedValues({ codes, values });
  if (sorted.length === 0) return { range: null, quantiles: null };
  const at = (share: number) => sorted[Math.floor((share * (sorted.length - 1)) / 100)] as number;
  return {
    range: { minimum: at(0), maximum: at(100) },
    quantiles: Array.from({ length: 101 }, (_, share) => at(share)),
  };
};

const columnsOf = ({ source }: Pick<Model['inputs'][number], 'source'>): string[] => {
  if ('column' in source) return [source.column];
  return 'derivation' in source ? namedColumns(source.derivation) : [];
};

/** The raw columns that the inputs read, in dictionary order. */
const describeColumns = (frame: Frame, inputs: Model['inputs']): ModelColumn[] => {
  const named = new Set(inputs.flatMap(columnsOf));
  const raw = new Map(frame.featureSet.features.map((feature) => [feature.name, feature]));
  return frame.columns.flatMap(({ definition, values }) => {
    const feature = raw.get(definition.name);
    if (!feature || !named.has(definition.name)) return [];
    return [
      {
        name: definition.name,
        label: feature.label,
        unit: feature.unit,
        decimals: definition.decimals,
        protected: feature.protected,
        actionable: feature.actionable,
        source: definition.source,
        codes: [...definition.codes],
        categories:
          definition.categories && countCategories(definition.categories, values, namedBy(inputs, definition.name)),
        ...(definition.categories ? { range: null, quantiles: null } : describeSpread(definition, values)),
      },
    ];
  });
};

/** Categories that some input of a column has a bin for. */
const namedBy = (inputs: Model['inputs'], column: string): ReadonlySet<string> =>
  new Set(
    inputs.flatMap(({ source, categories }) =>
      'column' in source && source.column === column ? (categories ?? []).map(({ value }) => value) : [],
    ),
  );

/** Of more values than this a model lists those that have a bin: rare texts may be about one person. */
const MOST_LISTED = 200;

const countCategories = (categories: readonly string[], values: Float64Array, named: ReadonlySet<string>) => {
  const counts = new Array<number>(categories.length).fill(0);
  for (const index of values) {
    if (!Number.isNaN(index)) counts[index] = (counts[index] as number) + 1;
  }
  return categories
    .map((value, index) => ({ value, count: counts[index] as number }))
    .filter(({ value, count }) => count > 0 && (categories.length <= MOST_LISTED || named.has(value)))
    .sort((a, b) => (a.value < b.value ? -1 : 1));
};

const binRows = (features: readonly BinnedFeature[], rows: number): Int32Array => {
  const bins = new Int32Array(rows * features.length);
  for (const [place, { pre, toFinal }] of features.entries()) {
    for (let row = 0; row < rows; row++)
      bins[row * features.length + place] = toFinal[pre.bins[row] as number] as number;
  }
  return bins;
};

/** Cells and score of every row. */
const scoreRows = (model: Pick<Model, 'inputs' | 'terms' | 'intercept'>, bins: Int32Array, rows: number) => {
  const tables = createScoringTables({ ...model, intervalMilli: 0 });
  const width = model.inputs.length;
  const cells = new Float64Array(rows * model.terms.length);
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const into = cells.subarray(row * model.terms.length, (row + 1) * model.terms.length);
    scores[row] = tables.score(bins.subarray(row * width, (row + 1) * width), into);
  }
  return { scores, cells };
};

const toHistogram = (scores: Float64Array): Model['scoreHistogram'] => {
  const sorted = scores.slice().sort();
  const cuts = Array.from(
    { length: HISTOGRAM_BINS - 1 },
    (_, cut) => sorted[Math.floor(((cut + 1) * sorted.length) / HISTOGRAM_BINS)],
  );
  const edges = [...new Set(cuts.filter((cut) => cut !== undefined))];
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const score of scores) {
    const bin = edges.filter((edge) => edge <= score).length;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { edges, counts };
};

/** One bin outside the order: what a missing value, a code or another category is worth. */
export interface OutsideBin {
  readonly input: string;
  readonly bin: string;
  readonly rows: number;
  readonly microLogits: number;
  /** The best ordinary bin of the input, for comparison. */
  readonly bestOrdinary: number;
  readonly mayBeatBest: boolean;
}

/** Lists what stands outside the order with its log-odds (DESIGN 1.3), for the card and the lineage. */
export const listOutsideBins = (
  features: readonly BinnedFeature[],
  model: Pick<Model, 'inputs' | 'terms'>,
): OutsideBin[] =>
  features.flatMap((feature, place) => {
    const { microLogits } = model.terms[place] as Term;
    const input = model.inputs[place] as Model['inputs'][number];
    const ordinary = input.categories
      ? Math.max(0, ...input.categories.map(({ bin }) => bin + 1))
      : countOrdered(input);
    return listOutside(feature.pre, feature.binned).map(({ bin, mayBeatBest, code }) => ({
      input: input.name,
      bin:
        code !== null
          ? String(code / 10 ** input.decimals)
          : bin === ordinary && input.categories
            ? 'other'
            : 'missing',
      rows: input.counts[bin] as number,
      microLogits: microLogits[bin] as number,
      bestOrdinary: Math.min(...microLogits.slice(0, ordinary)),
      mayBeatBest,
    }));
  });

/** Rows of a frame that may be fitted on: labelled good or bad. */
export const labelledRows = (frame: Frame): Frame =>
  takeRows(
    frame,
    selectRows(frame, (row) => frame.labels[row] !== 2),
  );
