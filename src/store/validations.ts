import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../domain/model.ts';
import type { ValidationSeen } from '../domain/registry.ts';
import { Judgement } from '../domain/validation.ts';
import { appError } from '../errors.ts';
import { parseArtifact, readText } from './json.ts';

const VALIDATION = 'validation.json';

/**
 * Reads the validation beside a model; null where there is none.
 * @throws file_unreadable, bad_json, bad_artifact where it is of another model or names a gate twice
 */
export const readValidation = (path: string, model: Model): ValidationSeen | null => {
  const file = join(path, VALIDATION);
  if (!existsSync(file)) return null;
  const text = readText(file);
  const validation = parseArtifact(text, file, Judgement);
  for (const part of ['name', 'version', 'fingerprint'] as const) {
    if (validation.model[part] === model[part]) continue;
    const problem = {
      zh: `它验证的是另一个模型：${validation.model[part]}，而不是 ${model[part]}`,
      en: `it is of another model: ${validation.model[part]}, not ${model[part]}`,
    };
    throw appError('bad_artifact', { file, place: `model.${part}`, problem });
  }
  const names = validation.gates.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) {
    const problem = { zh: `关卡 ${names[twice]} 重复`, en: `gate ${names[twice]} comes twice` };
    throw appError('bad_artifact', { file, place: `gates.${twice}.name`, problem });
  }
  return { digest: createHash('sha256').update(text).digest('hex'), gates: validation.gates };
};
