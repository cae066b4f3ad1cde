import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hazard } from '../../src/domain/hazard.ts';
import type { Model } from '../../src/domain/model.ts';
import type { Gate, Verdict } from '../../src/domain/validation.ts';
import { sealModel } from '../../src/model/seal.ts';
import { writeHazard } from '../../src/store/hazards.ts';
import { toModelText, writeModel } from '../../src/store/models.ts';
import { createHazard } from '../factories/hazard.ts';
import { createInput, createModel, createModelColumn, createTerm } from '../factories/model.ts';

/** A model of one number whose score is -1 or +1 log-odds, by its sign; versions differ in their intercept's error. */
export const tiny = (change: Partial<Model> = {}): Model => {
  const { fingerprint: _, ...model } = createModel({
    name: 'tiny',
    version: '1',
    columns: [createModelColumn()],
    inputs: [createInput({ counts: [1, 1, 0] })],
    scoreHistogram: { edges: [0], counts: [1, 1] },
    terms: [createTerm({ microLogits: [-1_000_000, 1_000_000, 0] })],
    references: [
      { rows: 1, microLogits: [-1_000_000] },
      { rows: 1, microLogits: [1_000_000] },
    ],
    ...change,
  });
  return sealModel(model);
};

/** A gate with a verdict, named after it unless told. */
export const gateOf = (verdict: Verdict, name: string = verdict): Gate => ({
  name,
  verdict,
  value: 0.7,
  limit: 0.6,
  message: { zh: '区分度', en: 'discrimination' },
});

/** Writes a model's folder as training leaves it, but for the dictionary. */
export const writeFolder = (folder: string, model: Model): string => {
  writeModel(folder, model, {
    'model.json': toModelText(model),
    'lineage.json': '{"schema":1}\n',
    'golden.jsonl': '{"made":"up"}\n',
  });
  return join(folder, model.name, model.version);
};

/** What a tiny hazard joins. */
interface TinyHazard {
  readonly name: string;
  readonly tables: { readonly default: Model; readonly payoff: Model };
  readonly tiers?: Model;
}

/** Writes a hazard in quarters over tiny models, whose column counts the periods; it goes as far as four of them. */
export const writeTinyHazard = (folder: string, { name, tables, tiers }: TinyHazard): Hazard => {
  const refOf = ({ name: model, version, fingerprint }: Model) => ({ name: model, version, fingerprint });
  const hazard = createHazard({
    name,
    period: { column: 'column_0', days: 90 },
    tables: { default: refOf(tables.default), payoff: refOf(tables.payoff) },
    tiers: tiers ? { periods: 4, table: refOf(tiers) } : null,
  });
  writeHazard(folder, hazard, {});
  return hazard;
};

/** Writes the validation of a model beside it. */
export const writeValidation = (path: string, { name, version, fingerprint }: Model, gates: readonly Gate[]): void => {
  const validation = { schema: 1, model: { name, version, fingerprint }, seed: 1, gates };
  writeFileSync(join(path, 'validation.json'), JSON.stringify(validation));
};

/** Writes several models, each with a validation whose one gate says so; null = without one. */
export const writeTinyModels = (
  folder: string,
  models: readonly (readonly [model: Model, verdict: Verdict | null])[],
): string => {
  for (const [model, verdict] of models) {
    const path = writeFolder(folder, model);
    if (verdict) writeValidation(path, model, [gateOf(verdict)]);
  }
  return folder;
};
