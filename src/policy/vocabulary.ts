import type { Code } from '../domain/model.ts';
import { Tier } from '../domain/ordered.ts';
import { SignalLevel } from '../domain/signal.ts';

/** What a condition may look at: one row's features and what the model made of them. NaN = not known. */
export interface Facts {
  /** Feature values in the plan's order: scaled integers, a category's index. */
  readonly features: Float64Array;
  microLogits: number;
  lowerMicroLogits: number;
  upperMicroLogits: number;
  /** Rank of the model tier, 0 = low. */
  modelTier: number;
  /** Rank of each kind of signal that the rules name, in the plan's order: 0 = not up, then by level. */
  readonly signals: Float64Array;
}

/** A number field: its unit and scale decide which constants fit it. */
export interface NumberField {
  readonly kind: 'number';
  readonly name: string;
  readonly decimals: number;
  /** Null = a plain number, which may be compared with any. */
  readonly unit: string | null;
  readonly codes: readonly Code[];
  /** The scaled integer, special codes as they stand. */
  readonly read: (facts: Facts) => number;
}

/** A field that takes one of some texts; `values[read(facts)]` is the text, -1 a text that is not among them. */
export interface ChoiceField {
  readonly kind: 'choice';
  readonly name: string;
  readonly values: readonly string[];
  /** Whether the order of `values` means something, so that < and > may be asked. */
  readonly ordered: boolean;
  readonly read: (facts: Facts) => number;
}

/** The probability, which may only be compared with a constant; compared as micro-logits. */
export interface ProbabilityField {
  readonly kind: 'probability';
  readonly name: string;
  readonly read: (facts: Facts) => number;
}

export type Field = NumberField | ChoiceField | ProbabilityField;

/** The fields a policy's conditions may name, by name: `features.*`, `signals.*`, `score.*`, `tier.model`. */
export type Vocabulary = ReadonlyMap<string, Field>;

/** What may be asked of a kind of signal, mildest first. */
const signalLevels = ['none', ...SignalLevel.options] as const;

/** Rank of a level among what may be asked, 0 = not up. */
export const signalLevelRank = (level: (typeof signalLevels)[number]): number => signalLevels.indexOf(level);

/** The field of a kind of signal: the level at which it is open, `none` where it was looked for and is not up. */
export const signalField = (kind: string, place: number): ChoiceField => ({
  kind: 'choice',
  name: `signals.${kind}`,
  values: signalLevels,
  ordered: true,
  read: (facts) => facts.signals[place] as number,
});

const scoreField = (name: string, read: NumberField['read']): NumberField => ({
  kind: 'number',
  name,
  decimals: 0,
  unit: 'micro-logit',
  codes: [],
  read,
});

/** The fields of the score, which every policy may name. */
export const scoreFields: readonly Field[] = [
  scoreField('score.microLogits', (facts) => facts.microLogits),
  scoreField('score.lowerMicroLogits', (facts) => facts.lowerMicroLogits),
  scoreField('score.upperMicroLogits', (facts) => facts.upperMicroLogits),
  { kind: 'probability', name: 'score.probability', read: (facts) => facts.microLogits },
  {
    kind: 'choice',
    name: 'tier.model',
    values: Tier.options,
    ordered: true,
    read: (facts) => facts.modelTier,
  },
];
