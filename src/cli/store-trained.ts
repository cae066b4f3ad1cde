import { arch, availableParallelism, platform } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Trained } from '../../training/train.ts';
import type { Dictionary } from '../domain/dictionary.ts';
import { toLinedText, toModelText, writeModel } from '../store/models.ts';
import { appendRegistry } from '../store/registry.ts';
import type { Console } from './output.ts';

/** Where a trained model lies. */
export interface StoredModel {
  readonly path: string;
  readonly isNew: boolean;
}

/** Writes the model's files together and registers the version. */
export const storeTrained = async (
  console: Console,
  trained: Trained,
  { dictionary, out, started }: { dictionary: Dictionary; out: string; started: Date },
): Promise<StoredModel> => {
  const { model, golden, card, validation, cellRows } = trained;
  const finished = new Date();
  const lineage = {
    ...trained.lineage,
    code: { name: packageJson.name, version: packageJson.version },
    machine: {
      backend: trained.backend,
      platform: platform(),
      arch: arch(),
      cores: availableParallelism(),
      node: process.version,
    },
    times: { started: started.toISOString(), finished: finished.toISOString() },
  };
  const { writeReport } = await import('../../training/report/report.ts');
  const { locale } = console.config;
  const files = {
    'model.json': toModelText(model),
    'lineage.json': `${JSON.stringify(lineage, null, 2)}\n`,
    'golden.jsonl': golden.lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    'card.md': card,
    'validation.json': toLinedText(validation),
    'report.html': await writeReport({ model, validation, cellRows, dictionary, lineage, locale }),
    'dictionary.json': `${JSON.stringify(dictionary, null, 2)}\n`,
  };
  const { name, version, fingerprint } = model;
  const isNew = writeModel(out, { name, version }, files);
  if (isNew) {
    appendRegistry(out, {
      schema: 1,
      event: 'registered',
      model: { name, version, fingerprint },
      actor: 'local',
      at: finished.toISOString(),
      reason: 'trained on the command line',
      evidence: null,
    });
  }
  return { path: join(out, name, version), isNew };
};
