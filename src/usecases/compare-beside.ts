import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ArtifactRef } from '../domain/model.ts';
import type { Costs } from '../metrics/cost.ts';
import { readJson } from '../store/json.ts';
import { listModels, type ModelFolder, readModel } from '../store/models.ts';

const Cost = z.number().min(0);
const Judged = z.looseObject({ cost: z.looseObject({ missedBad: Cost, falseAlarm: Cost, review: Cost }).optional() });
const Lineage = z.looseObject({
  data: z.looseObject({ file: z.looseObject({ sha256: z.string() }).optional() }).optional(),
});

/** What mistakes cost in the validation beside a model; null where there is none. @throws bad_json, bad_artifact */
export const readCosts = ({ path }: ModelFolder): Costs | null => {
  const file = join(path, 'validation.json');
  const cost = existsSync(file) ? readJson(file, Judged).cost : undefined;
  return cost ? { missedBad: cost.missedBad, falseAlarm: cost.falseAlarm, review: cost.review } : null;
};

/** The same for a registered version, where a folder of models still holds it. @throws bad_json, bad_artifact */
export const readRegisteredCosts = (ref: ArtifactRef, folders: readonly string[]): Costs | null => {
  const folder = listModels(folders).find(({ name, version }) => name === ref.name && version === ref.version);
  return folder && readModel(folder.path).fingerprint === ref.fingerprint ? readCosts(folder) : null;
};

/** SHA-256 of the file a model was trained on, by its lineage; null where that does not say. @throws bad_json, bad_artifact */
export const readTrainingFile = ({ path }: ModelFolder): string | null => {
  const file = join(path, 'lineage.json');
  return (existsSync(file) ? readJson(file, Lineage).data?.file?.sha256 : undefined) ?? null;
};
