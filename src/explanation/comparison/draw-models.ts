import { toProbability } from '../../arithmetic.ts';
import type { ComparedInput, Comparison, ModelComparison } from '../../domain/comparison.ts';
import type { Locale, Text } from '../../domain/text.ts';
import { wordOtherwise } from './setting-words.ts';
import { say } from './words.ts';

/** Sentences and effects that are printed; the whole of them is in the JSON. */
const MOST_FINDINGS = 20;
const MOST_EFFECTS = 15;

const list = (items: readonly string[], most: number, more: string): string[] => [
  ...items.slice(0, most).map((item) => `  ${item}`),
  ...(items.length > most ? [`  ... (${items.length - most}, ${more})`] : []),
];

const listNames = (inputs: readonly ComparedInput[], presence: ComparedInput['in']): string[] =>
  inputs.filter((input) => input.in === presence).map(({ name }) => name);

const logOdds = (microLogits: number): string => (microLogits / 1e6).toFixed(3);
const percent = (probability: number): string => `${(100 * probability).toFixed(2)}%`;

/** Two models side by side, as text for a person. */
export const drawModels = ({ models, findings }: Pick<Comparison, 'models' | 'findings'>, locale: Locale): string => {
  const t = (text: Text): string => text[locale];
  const { a, b, level } = models;
  const isSame = a.fingerprint === b.fingerprint;
  const effects = drawEffects(models, t);
  const mean = (score: number) => `${logOdds(score)} (PD ${percent(toProbability(score))})`;
  const lines = [
    `A: ${a.name}@${a.version}, B: ${b.name}@${b.version}`,
    t(isSame ? say.identical : say.sign),
    '',
    `${t(say.level)}: A ${mean(level.a)}, B ${mean(level.b)}, ${logOdds(level.difference)}`,
    ...drawInputs(models, t),
    ...(models.otherwise.length > 0 ? [`${t(say.otherwise)}:`] : []),
    ...models.otherwise.map((each) => `  ${t(wordOtherwise(each))}`),
    '',
    `${t(say.findings)}:`,
    ...list(findings.length === 0 ? [t(say.none)] : findings.map(t), MOST_FINDINGS, t(say.more)),
    '',
    `${t(say.effects)}:`,
    ...list(effects.length === 0 ? [t(say.none)] : effects, MOST_EFFECTS, t(say.more)),
  ];
  return lines.join('\n');
};

const drawInputs = ({ inputs }: ModelComparison, t: (text: Text) => string): string[] => {
  const [shared, onlyA, onlyB] = [listNames(inputs, 'both'), listNames(inputs, 'a'), listNames(inputs, 'b')];
  return [
    `${t(say.inputs)}: ${t(say.both)} ${shared.length}, ${t(say.a)} ${onlyA.length}, ${t(say.b)} ${onlyB.length}`,
    ...(onlyA.length > 0 ? [`  ${t(say.a)}: ${onlyA.join(', ')}`] : []),
    ...(onlyB.length > 0 ? [`  ${t(say.b)}: ${onlyB.join(', ')}`] : []),
  ];
};

const drawEffects = ({ inputs, terms }: ModelComparison, t: (text: Text) => string): string[] =>
  terms
    .filter(({ meanDistance }) => meanDistance > 0)
    .map((term) => {
      const names = term.inputs.map((place) => inputs[place]?.name ?? '').join(' x ');
      return `${logOdds(term.meanDistance)}  ${names} (${t(say[term.in])})`;
    });
