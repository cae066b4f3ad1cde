import type { Otherwise } from '../domain/comparison.ts';
import type { Input, Model } from '../domain/model.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import type { PairedModels } from './compare-models.ts';

/** What two models have differently beside their tables: what they predict, where they come from, how they are read. */
export const listOtherwise = ({ a, b, inputs }: Pick<PairedModels, 'a' | 'b' | 'inputs'>): Otherwise[] => {
  const calibrations = [...new Set([...a.calibrations, ...b.calibrations].map(({ name }) => name))];
  const of = (what: Otherwise['what'], name: string | null, read: (model: Model) => string | null): Otherwise => ({
    what,
    name,
    value: { a: read(a), b: read(b) },
  });
  return [
    of('target', null, ({ target: { event, kind, horizonDays } }) => toCanonicalJson({ event, kind, horizonDays })),
    of('dictionary', null, ({ dictionary }) => `${dictionary.name} ${dictionary.fingerprint.slice(0, 16)}`),
    of('learner', null, ({ learner }) => learner),
    of('rows', null, (model) => String(countRows(model))),
    of('scale', null, ({ scale }) => toCanonicalJson(scale)),
    ...calibrations.map((name) => of('calibration', name, (model) => readCalibration(model, name))),
    ...inputs.flatMap(({ input, places }) => {
      const inputOf = (model: Model) => model.inputs[(model === a ? places.a : places.b) ?? -1];
      return input.in === 'both' ? [of('direction', input.name, (model) => inputOf(model)?.direction ?? null)] : [];
    }),
    ...inputs.flatMap(({ input }) =>
      input.readDifferently && input.in === 'a'
        ? [of('reading', input.name, (model) => describeReading(model.inputs.find(({ name }) => name === input.name)))]
        : [],
    ),
  ].filter(({ what, value }) => what === 'reading' || value.a !== value.b);
};

const countRows = ({ references }: Model): number => references.reduce((sum, { rows }) => sum + rows, 0);

const readCalibration = ({ calibrations }: Model, name: string): string | null => {
  const found = calibrations.find((calibration) => calibration.name === name);
  return found ? toCanonicalJson(found) : null;
};

const describeReading = (input: Input | undefined): string | null =>
  input ? toCanonicalJson({ source: input.source, decimals: input.decimals }) : null;
