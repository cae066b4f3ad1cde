import type { Otherwise } from '../domain/comparison.ts';
import type { Direction } from '../domain/dictionary.ts';
import type { Model } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import type { PairedModels } from './compare-models.ts';
import type { PairedInput } from './paired-inputs.ts';

/** What two models have differently beside their tables: what they predict, where they come from, how they are read. */
export const listOtherwise = ({ a, b, inputs }: Pick<PairedModels, 'a' | 'b' | 'inputs'>): Otherwise[] => {
  const compare = (what: Otherwise['what'], read: (model: Model) => Text | null, name: string | null = null) => {
    const value = { a: read(a), b: read(b) };
    return toCanonicalJson(value.a) === toCanonicalJson(value.b) ? [] : [{ what, name, value }];
  };
  const calibrations = [...new Set([...a.calibrations, ...b.calibrations].map(({ name }) => name))];
  return [
    ...compare('target', describeTarget),
    ...compare('dictionary', ({ dictionary }) => same(`${dictionary.name} ${dictionary.fingerprint.slice(0, 16)}`)),
    ...compare('learner', ({ learner }) => same(learner)),
    ...compare('rows', ({ references }) => same(String(references.reduce((sum, { rows }) => sum + rows, 0)))),
    ...compare('scale', ({ scale }) => same(`${scale.offsetMilli / 1000} / ${scale.factorMilli / 1000}`)),
    ...calibrations.flatMap((name) => compare('calibration', (model) => describeCalibration(model, name), name)),
    ...inputs.flatMap(({ input }) => listInput(input)),
  ];
};

const same = (words: string): Text => ({ zh: words, en: words });

const describeTarget = ({ target: { event, horizonDays } }: Model): Text => ({
  zh: `${event.zh}（${horizonDays === null ? '表现期未知' : `${horizonDays} 天`}）`,
  en: `${event.en} (${horizonDays === null ? 'horizon not known' : `${horizonDays} days`})`,
});

const describeCalibration = ({ calibrations }: Model, name: string): Text | null => {
  const found = calibrations.find((calibration) => calibration.name === name);
  if (!found) return null;
  const { purpose, slopeMillionths, interceptMicroLogits } = found;
  const line = `${slopeMillionths / 1e6} x + ${interceptMicroLogits / 1e6}`;
  return { zh: `${purpose.zh}，${line}`, en: `${purpose.en}, ${line}` };
};

const directions: Readonly<Record<Direction, Text>> = {
  increasing: { zh: '越高风险越大', en: 'higher = riskier' },
  decreasing: { zh: '越高风险越小', en: 'higher = safer' },
};

const listInput = (input: PairedInput['input']): Otherwise[] => {
  const { name, direction } = input;
  if (input.readDifferently && input.in === 'a') return [{ what: 'reading', name, value: { a: null, b: null } }];
  if (input.in !== 'both' || direction.a === direction.b) return [];
  const word = (kept: Direction | null) => kept && directions[kept];
  return [{ what: 'direction', name, value: { a: word(direction.a), b: word(direction.b) } }];
};
