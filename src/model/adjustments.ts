import type { Adjustment, AdjustmentTable } from '../domain/adjustment.ts';
import type { Model, Term } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { fingerprint } from '../fingerprint.ts';
import { countBins } from './bins.ts';
import { areUnique } from './faults.ts';
import { type MonotoneProof, proveMonotone } from './proof.ts';

/** Closes an adjustment: its fingerprint is that of everything else in it. */
export const sealAdjustment = (adjustment: Omit<Adjustment, 'fingerprint'>): Adjustment => ({
  ...adjustment,
  fingerprint: fingerprint(adjustment),
});

/** Whether an adjustment's fingerprint is that of its content. */
export const isSealedAdjustment = ({ fingerprint: claimed, ...content }: Adjustment): boolean =>
  fingerprint(content) === claimed;

/** Whether it touches the decisions of a segment; null = of no segment. */
export const reachesSegment = ({ segments }: Pick<Adjustment, 'segments'>, segment: string | null): boolean =>
  segments === null || (segment !== null && segments.includes(segment));

type Placed = Pick<Model, 'inputs'>;

const placesOf = ({ inputs }: Placed, table: AdjustmentTable): number[] =>
  table.inputs.map((wanted) => inputs.findIndex(({ name }) => name === wanted));

/** What keeps an adjustment from sitting on a model, but the monotone proof: the model is another, the tables do not fit its bins, there is nothing in it. */
export const findAdjustmentFaults = (model: Model, { model: ref, tables, segments, from, to }: Adjustment): Text[] => [
  ...(ref.fingerprint === model.fingerprint && ref.name === model.name && ref.version === model.version
    ? []
    : [{ zh: '它属于另一个模型或版本', en: 'it is of another model or version' }]),
  ...(from < to ? [] : [{ zh: '没有任何一天有效', en: 'it would hold on no day at all' }]),
  ...(areUnique(segments ?? []) ? [] : [{ zh: '分群重复', en: 'it names a segment twice' }]),
  ...tables.flatMap((table, place) => tableFaults(model, table, place + 1)),
  ...(areUnique(tables.map(({ inputs }) => [...inputs].sort().join(' ')))
    ? []
    : [{ zh: '两张表引用同样的输入，应合并', en: 'two tables are over the same inputs; add them up' }]),
  ...(tables.some(({ microLogits }) => microLogits.some((cell) => cell !== 0))
    ? []
    : [{ zh: '每个单元都是 0，什么也不改变', en: 'every cell is 0, so that it changes nothing' }]),
];

const tableFaults = (model: Placed, table: AdjustmentTable, number: number): Text[] => {
  const places = placesOf(model, table);
  const unknown = table.inputs.find((_, axis) => (places[axis] as number) < 0);
  if (unknown !== undefined) {
    return [{ zh: `模型没有名为 ${unknown} 的输入`, en: `the model has no input ${unknown}` }];
  }
  if (!areUnique(places)) {
    return [{ zh: `表 ${number} 重复引用同一输入`, en: `table ${number} names an input twice` }];
  }
  const cells = shapeOf(model, places).reduce((product, length) => product * length, 1);
  if (table.microLogits.length === cells) return [];
  return [{ zh: `表 ${number} 必须有 ${cells} 个单元`, en: `table ${number} must have ${cells} cells` }];
};

const shapeOf = ({ inputs }: Placed, places: readonly number[]): number[] =>
  places.map((place) => countBins(inputs[place] as Model['inputs'][number]));

/** An adjustment's tables as terms of the model, without standard error; one over no input has a single cell and no axis. */
export const toAdjustmentTerms = (model: Placed, { tables }: Pick<Adjustment, 'tables'>): Term[] =>
  tables.map((table) => {
    const inputs = placesOf(model, table);
    const { microLogits } = table;
    return { inputs, shape: shapeOf(model, inputs), microLogits, se: microLogits.map(() => 0) };
  });

/** A step in the direction of risk on which the score would fall, and the other adjustments it was found with. */
export interface AdjustmentFall {
  readonly proof: MonotoneProof;
  readonly beside: readonly string[];
}

/**
 * Proves that model and adjustment together never fall in the direction of risk (DEFINITIONS 3), jointly with whatever of
 * the others may be in force with it on one day for one segment. Each of these may be withdrawn at any time, so the
 * proof holds for every choice of them: a step that only another adjustment makes up for is refused. It is sound, and exact
 * but where another one has several tables over the input: of these each counts for itself.
 * @param others adjustments of the same model that are approved and not withdrawn
 * @returns the first fall; null where there is none
 */
export const findAdjustmentFall = (
  model: Model,
  adjustment: Adjustment,
  others: readonly Adjustment[],
): AdjustmentFall | null => {
  const own = [...model.terms, ...toAdjustmentTerms(model, adjustment)];
  for (const company of listCompanies(adjustment, others)) {
    const further = company.flatMap((other) => toAdjustmentTerms(model, other));
    const terms = [...own, ...further];
    const revocable = new Set(further.map((_, place) => own.length + place));
    const proof = proveMonotone({ inputs: model.inputs, terms, revocable }).find(({ leastStep }) => leastStep < 0);
    if (proof) return { proof, beside: company.map(({ name }) => name) };
  }
  return null;
};

/**
 * The largest sets of other adjustments that are in force together with one: those of each segment on the day on which
 * the last of them begins. Alone it stands first.
 */
const listCompanies = (own: Adjustment, others: readonly Adjustment[]): (readonly Adjustment[])[] => {
  const meeting = others.filter(({ from, to }) => from < own.to && own.from < to);
  const days = [own.from, ...meeting.map(({ from }) => from).filter((from) => own.from < from)];
  const named = [own, ...meeting].flatMap(({ segments }) => segments ?? []);
  const segments = [null, ...new Set(named)].filter((segment) => reachesSegment(own, segment));
  const found = new Map<string, readonly Adjustment[]>([['', []]]);
  for (const day of new Set(days)) {
    for (const segment of segments) {
      const company = meeting.filter((other) => other.from <= day && day < other.to && reachesSegment(other, segment));
      found.set(company.map(({ fingerprint: print }) => print).join(' '), company);
    }
  }
  return [...found.values()];
};
