import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Reason } from '../../src/domain/decision.ts';
import type { Model, ModelColumn } from '../../src/domain/model.ts';
import { createAttribution, createAttributor } from '../../src/explanation/attribution.ts';
import { nameScoreReasons } from '../../src/explanation/reasons.ts';
import { createFeaturePlan } from '../../src/features/plan.ts';
import { countBins, createEncodeRow } from '../../src/model/bins.ts';
import { interpolateReference } from '../../src/model/reference.ts';
import { toPoints } from '../../src/model/scale.ts';
import { createScoringTables } from '../../src/model/score.ts';
import { planInputs } from '../validation/score-frame.ts';

/** One made-up input and what the model must make of it, to the last bit. */
export interface GoldenLine {
  /** Raw columns in natural units; null = missing. */
  readonly fields: Readonly<Record<string, number | string | null>>;
  readonly bins: readonly number[];
  readonly microLogits: number;
  readonly points: number;
  /** The cut-off the reasons are measured from: they explain the way from a score one below it. */
  readonly cutOff: number;
  readonly contributions: readonly number[];
  readonly reasons: readonly Reason[];
  readonly mitigating: readonly Reason[];
}

/** The golden lines of a model, and the bins that no made-up input reached. */
export interface Golden {
  readonly lines: readonly GoldenLine[];
  readonly untouched: readonly { readonly input: string; readonly bin: number }[];
}

const LEAST_LINES = 200;
const MOST_TRIES = 60_000;
/** A category that no training row has: it falls into "other". */
const UNSEEN = '(unseen)';

/**
 * Makes up inputs that together touch every bin of every input: values are drawn column by column between training
 * quantiles, at the ends, from the codes and missing, never rows that were seen. Inputs that touch a new bin are kept.
 */
export const makeGolden = (model: Model, seed: number): Golden => {
  const random = xoroshiro128plus(seed);
  const evaluate = createEvaluator(model);
  const open = new Set(model.inputs.flatMap((input, index) => binNames(index, countBins(input))));
  const lines: GoldenLine[] = [];
  const drawn = new Set<string>();
  for (let tries = 0; tries < MOST_TRIES && (open.size > 0 || lines.length < LEAST_LINES); tries++) {
    const row = drawRow(model, random);
    const key = JSON.stringify(row);
    if (drawn.has(key)) continue;
    drawn.add(key);
    const touched = evaluate.bins(row).flatMap((bin, input) => binName(input, bin));
    const touchesNew = touched.some((name) => open.has(name));
    if (!touchesNew && (lines.length >= LEAST_LINES || tries % 3 !== 0)) continue;
    for (const name of touched) open.delete(name);
    lines.push(evaluate.line(row, lines.length));
  }
  const untouched = [...open].map((name) => {
    const [input = 0, bin = 0] = name.split(':').map(Number);
    return { input: model.inputs[input]?.name ?? '', bin };
  });
  return { lines, untouched };
};

const binName = (input: number, bin: number): string => `${input}:${bin}`;
const binNames = (input: number, count: number): string[] =>
  Array.from({ length: count }, (_, bin) => binName(input, bin));

type Row = readonly (number | string | null)[];

/** How a whole row is drawn: mostly by quantiles, sometimes at the ends, so that ratios and counts reach their own ends. */
const drawRow = (model: Model, random: RandomGenerator): Row => {
  const level = uniformInt(random, 0, 100);
  const style = uniformInt(random, 0, 9);
  return model.columns.map((column) => drawValue(column, { level, style, random }));
};

interface Draw {
  readonly level: number;
  readonly style: number;
  readonly random: RandomGenerator;
}

const drawValue = (column: ModelColumn, { level, style, random }: Draw): number | string | null => {
  const chance = uniformInt(random, 0, 99);
  if (chance < (style === 0 ? 30 : 1)) return null;
  if (column.categories) {
    const place = uniformInt(random, -1, column.categories.length - 1);
    return column.categories[place]?.value ?? UNSEEN;
  }
  const code = column.codes[uniformInt(random, 0, Math.max(0, column.codes.length - 1))];
  if (code && (chance < (style === 1 ? 60 : 15) || !column.quantiles)) return code.value;
  const { quantiles } = column;
  if (!quantiles) return null;
  if (style === 2 || style === 3) return quantiles[chance < 50 ? 0 : 100] as number;
  const around = style < 7 ? level + uniformInt(random, -12, 12) : uniformInt(random, 0, 100);
  const place = Math.min(99, Math.max(0, around));
  return uniformInt(random, quantiles[place] as number, quantiles[place + 1] as number);
};

const createEvaluator = (model: Model) => {
  const categories = model.columns.map((column) => column.categories?.map(({ value }) => value) ?? null);
  const definitions = model.columns.map((column, index) => ({
    ...column,
    categories: categories[index] ?? null,
    minimum: null,
    maximum: null,
  }));
  const plan = createFeaturePlan(definitions, planInputs(model));
  const encode = createEncodeRow(
    model.inputs.map((input) => ({
      input,
      categoryValues: 'column' in input.source ? (categories[plan.indexOfColumn(input.source.column)] ?? null) : null,
    })),
  );
  const tables = createScoringTables(model);
  const scores = model.references.map((window) =>
    window.microLogits.reduce((sum, value) => sum + value, model.intercept.microLogits),
  );
  const values = new Float64Array(model.inputs.length);
  const bins = (row: Row): number[] => {
    const numbers = Float64Array.from(row, (value, index) => toCell(value, categories[index] ?? null));
    plan.compute(numbers, values);
    const found = new Int32Array(model.inputs.length);
    encode(values, found);
    return [...found];
  };
  const line = (row: Row, index: number): GoldenLine => {
    const binned = bins(row);
    const cells = new Float64Array(model.terms.length);
    const microLogits = tables.score(Int32Array.from(binned), cells);
    const cutOff = (scores[(index * 37) % scores.length] as number) + (index % 7);
    const attributor = createAttributor(model, interpolateReference(model, cutOff - 1));
    const attribution = createAttribution(model);
    attributor.attribute(cells, attribution);
    return {
      fields: Object.fromEntries(
        model.columns.map((column, place) => [column.name, toNatural(column, row[place] ?? null)]),
      ),
      bins: binned,
      microLogits,
      points: toPoints(microLogits, model.scale),
      cutOff,
      contributions: Array.from(cells, (cell, term) => cell - (attributor.reference.microLogits[term] as number)),
      ...nameScoreReasons(model, attribution),
    };
  };
  return { bins, line };
};

const toCell = (value: number | string | null, categories: readonly string[] | null): number => {
  if (value === null) return Number.NaN;
  return categories ? categories.indexOf(String(value)) : Number(value);
};

const toNatural = ({ decimals }: ModelColumn, value: number | string | null): number | string | null =>
  typeof value === 'number' ? value / 10 ** decimals : value;
