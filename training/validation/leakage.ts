import { namedColumns } from '../../src/domain/derivation.ts';
import type { Model } from '../../src/domain/model.ts';
import type { Text } from '../../src/domain/text.ts';
import type { Figures } from '../../src/metrics/figures.ts';

/** From here on an AUC on untouched rows is too good to be true of a customer's future. */
const SUSPECT_AUC = 0.995;
/** From here on an information value is; the strongest single column of the public sets has about 1.1. */
const SUSPECT_INFORMATION = 3;

/** A sign that something the model reads was not known yet when the decision was to be made. */
export interface LeakSign {
  readonly measure: 'auc' | 'information';
  readonly value: number;
  /** The input that carries it (of an AUC: the strongest), and the raw columns it reads. */
  readonly input: string;
  readonly columns: readonly string[];
  readonly text: Text;
}

/** What signs of leakage are looked for in. */
export interface LeakEvidence {
  readonly model: Pick<Model, 'inputs'>;
  /** Figures on untouched rows, those of everyone first. */
  readonly figures: readonly { readonly figures: Pick<Figures, 'auc'> }[];
  /** Information value of each input. */
  readonly information: readonly { readonly input: string; readonly value: number }[];
}

/** Looks for signs of leakage, the strongest input first. */
export const findLeakage = ({ model, figures, information }: LeakEvidence): LeakSign[] => {
  const strongest = [...information].sort((a, b) => b.value - a.value);
  const auc = figures[0]?.figures.auc ?? 0;
  const byAuc = strongest.slice(0, auc >= SUSPECT_AUC ? 1 : 0).map(({ input }) => ({ ...wordAuc(auc, input), input }));
  const byInput = strongest
    .filter(({ value }) => value >= SUSPECT_INFORMATION)
    .map(({ input, value }) => ({ ...wordInformation(value, input), input }));
  return [...byAuc, ...byInput].map((sign) => ({ ...sign, columns: listColumns(model, sign.input) }));
};

const listColumns = ({ inputs }: Pick<Model, 'inputs'>, name: string): string[] => {
  const source = inputs.find((input) => input.name === name)?.source;
  if (!source || 'feature' in source) return [];
  return 'column' in source ? [source.column] : namedColumns(source.derivation);
};

const wordAuc = (value: number, input: string) => ({
  measure: 'auc' as const,
  value,
  text: {
    zh: `留出样本的 AUC 为 ${value.toFixed(4)}（不低于 ${SUSPECT_AUC}），最强的特征是 ${input}`,
    en: `AUC ${value.toFixed(4)} on untouched rows (${SUSPECT_AUC} or more); the strongest input is ${input}`,
  },
});

const wordInformation = (value: number, input: string) => ({
  measure: 'information' as const,
  value,
  text: {
    zh: `特征 ${input} 的信息值为 ${value.toFixed(2)}（不低于 ${SUSPECT_INFORMATION}）`,
    en: `input ${input} has information value ${value.toFixed(2)} (${SUSPECT_INFORMATION} or more)`,
  },
});
