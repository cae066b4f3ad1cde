import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/domain/model.ts';
import type { RegistryEvent } from '../../src/domain/registry.ts';
import { sealModel } from '../../src/model/seal.ts';
import { findModel, listModels, readModel, toModelText, writeModel } from '../../src/store/models.ts';
import { readRegistry, requireModelsFolder } from '../../src/store/registry.ts';
import { createTerm, createWholeModel } from '../factories/model.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { tiny, writeTinyModels } from '../support/tiny-models.ts';

const files = useFolder();
const place = { name: 'model', version: 'v1' };
const filesOf = (model: Model) => ({ 'model.json': toModelText(model), 'card.md': 'card' });

const reseal = ({ fingerprint: _, ...content }: Model): Model => sealModel(content);

const listAll = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

describe('writeModel', () => {
  it('writes a whole model with what lies beside it, once', () => {
    const folder = files.folder();
    const model = createWholeModel();
    expect(writeModel(folder, place, filesOf(model))).toBe(true);
    expect(writeModel(folder, place, filesOf(model))).toBe(false);
    expect(readModel(join(folder, 'model', 'v1'))).toEqual(model);
    expect(listAll(folder)).toEqual(['model', 'model/v1', 'model/v1/card.md', 'model/v1/model.json']);
  });

  const falling = () => {
    const model = createWholeModel();
    return reseal({ ...model, terms: [createTerm({ microLogits: [0, -1, 0, 0, 0] }), ...model.terms.slice(1)] });
  };
  it.each<[string, string, () => string]>([
    ['that is no JSON', 'bad_json', () => '{'],
    ['of another shape', 'bad_artifact', () => '{}'],
    ['of another name', 'bad_artifact', () => toModelText(createWholeModel({ name: 'other' }))],
    ['of another version', 'bad_artifact', () => toModelText(createWholeModel({ version: 'v2' }))],
    ['with a fault', 'bad_artifact', () => toModelText(createWholeModel({ terms: [] }))],
    ['that was changed', 'fingerprint_mismatch', () => toModelText({ ...createWholeModel(), intervalMilli: 1 })],
    ['that falls', 'not_monotone', () => toModelText(falling())],
  ])('refuses a model %s (%s) and writes nothing', async (_, code, text) => {
    const folder = files.folder();
    const fault = await faultOf(() => writeModel(folder, place, { 'model.json': text(), 'card.md': 'card' }));
    expect({ code: fault.code, left: listAll(folder) }).toEqual({ code, left: [] });
    expect(fault.message).toContain('model');
  });

  it('never changes what is there, be it another model or none', async () => {
    const folder = files.folder();
    mkdirSync(join(folder, 'model', 'v1'), { recursive: true });
    const write = () => writeModel(folder, place, filesOf(createWholeModel()));
    expect((await faultOf(write)).code).toBe('version_exists');
    writeFileSync(join(folder, 'model', 'v1', 'model.json'), 'other');
    expect((await faultOf(write)).code).toBe('version_exists');
    expect(listAll(folder)).toEqual(['model', 'model/v1', 'model/v1/model.json']);
  });

  it('leaves nothing behind where it cannot write', async () => {
    const folder = files.folder();
    writeFileSync(join(folder, 'model'), '');
    const fault = await faultOf(() => writeModel(folder, place, filesOf(createWholeModel())));
    expect({ code: fault.code, left: listAll(folder) }).toEqual({ code: 'file_unwritable', left: ['model'] });
  });
});

describe('readModel', () => {
  const moved = (to: string): string => {
    const folder = files.folder();
    writeModel(folder, place, filesOf(createWholeModel()));
    const path = join(folder, to);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(join(folder, 'model', 'v1'), path);
    return path;
  };

  it.each([
    ['other/v1', 'name', 'it says model, but it lies where other belongs'],
    ['model/v2', 'version', 'it says v1, but it lies where v2 belongs'],
  ])('refuses a model moved to %s', async (to, where, problem) => {
    const path = moved(to);
    const { code, values } = await faultOf(() => readModel(path));
    expect({ code, values }).toEqual({
      code: 'bad_artifact',
      values: { file: join(path, 'model.json'), place: where, problem: { zh: expect.any(String), en: problem } },
    });
  });
});

describe('findModel', () => {
  it('finds a good model beside bad ones, and a bad one only fails where it is read', async () => {
    const folder = files.folder();
    writeModel(folder, place, filesOf(createWholeModel()));
    mkdirSync(join(folder, 'bad', '1'), { recursive: true });
    writeFileSync(join(folder, 'bad', '1', 'model.json'), '{');
    writeFileSync(join(folder, 'a file'), '');
    expect(listModels([folder, join(folder, 'a file')]).map(({ name }) => name)).toEqual(['bad', 'model']);
    expect(readModel(findModel('model', [folder]).path).name).toBe('model');
    expect((await faultOf(() => readModel(findModel('bad', [folder]).path))).message).toContain('bad/1/model.json');
  });

  it('does not guess the version promoted last from a registry that cannot be read, but takes the one named', async () => {
    const folder = files.folder();
    writeModel(folder, place, filesOf(createWholeModel()));
    writeFileSync(join(folder, 'registry.jsonl'), '\n{}\n');
    const fault = await faultOf(() => findModel('model', [folder]));
    expect(fault.values).toMatchObject({ file: join(folder, 'registry.jsonl'), place: { en: 'line 1' } });
    expect(findModel('model@v1', [folder]).version).toBe('v1');
    expect((await faultOf(() => readRegistry([folder]))).code).toBe('bad_artifact');
  });

  it('by its name calls the version that the registry beside it lets decide, after a rollback too', () => {
    const folder = writeTinyModels(
      files.folder(),
      ['1', '2', '3'].map((version) => [tiny({ version }), null] as const),
    );
    const chosen = (...events: readonly (readonly [event: RegistryEvent['event'], version: string])[]) => {
      const lines = events.map(([event, version]) => {
        const { name, fingerprint } = tiny({ version });
        const model = { name, version, fingerprint };
        return JSON.stringify({
          schema: 1,
          event,
          model,
          actor: 'a',
          at: '2026-01-01T00:00:00Z',
          reason: 'r',
          evidence: null,
        });
      });
      writeFileSync(join(folder, 'registry.jsonl'), lines.join('\n'));
      return findModel('tiny', [folder]).version;
    };
    expect(chosen()).toBe('3');
    expect(chosen(['promoted', '1'], ['promoted', '2'])).toBe('2');
    expect(chosen(['promoted', '1'], ['promoted', '2'], ['rolled_back', '1'])).toBe('1');
  });
});

describe('requireModelsFolder', () => {
  it('accepts a folder that is there or can be made, and leaves nothing behind', () => {
    const folder = files.folder();
    writeFileSync(join(folder, 'registry.jsonl'), 'as it was');
    requireModelsFolder(folder);
    requireModelsFolder(join(folder, 'not', 'yet'));
    expect(listAll(folder)).toEqual(['registry.jsonl']);
    expect(existsSync(join(folder, 'not'))).toBe(false);
  });

  it('refuses what is no folder, and a registry that takes no events', async () => {
    const folder = files.folder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const place of [file, join(file, 'below'), '/dev/null']) {
      expect((await faultOf(() => requireModelsFolder(place))).code).toBe('file_unwritable');
    }
    mkdirSync(join(folder, 'registry.jsonl'));
    expect((await faultOf(() => requireModelsFolder(folder))).values.file).toBe(join(folder, 'registry.jsonl'));
  });
});
