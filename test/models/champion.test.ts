import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assessRow, createAssessment } from '../../src/decision/assess.ts';
import { readRow } from '../../src/decision/row.ts';
import { createAttribution, createAttributor } from '../../src/explanation/attribution.ts';
import { nameScoreReasons } from '../../src/explanation/reasons.ts';
import { countBins } from '../../src/model/bins.ts';
import { proveMonotone } from '../../src/model/proof.ts';
import { interpolateReference } from '../../src/model/reference.ts';
import { toPoints } from '../../src/model/scale.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { readText } from '../../src/store/json.ts';
import { findModel, listModels, readModel, toModelText } from '../../src/store/models.ts';
import { readRegistry } from '../../src/store/registry.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { readGoldenLines } from '../support/golden.ts';

const folders = modelFolders(undefined);

describe.each(listModels(folders).map(({ name, version }) => `${name}@${version}`))(
  'the shipped model %s',
  (reference) => {
    const folder = findModel(reference, folders);
    const model = readModel(folder.path);
    const { plan } = openPlan({ model: reference, modelFolders: folders, policy: undefined, day: '2026-06-01' });
    const lines = readGoldenLines(reference);

    it('is written as the code writes it, sealed and proved monotone', () => {
      expect(readText(join(folder.path, 'model.json'))).toBe(toModelText(model));
      for (const { leastStep } of proveMonotone(model)) expect(leastStep).toBeGreaterThanOrEqual(0);
    });

    it('has at least 200 golden lines that touch every bin of every input', () => {
      expect(lines.length).toBeGreaterThanOrEqual(200);
      const touched = new Set(lines.flatMap(({ bins }) => bins.map((bin, input) => `${input}:${bin}`)));
      const all = model.inputs.flatMap((input, index) =>
        Array.from({ length: countBins(input) }, (_, bin) => `${index}:${bin}`),
      );
      expect(all.filter((name) => !touched.has(name))).toEqual([]);
    });

    it('replays every golden line through the code that serves, to the last bit', () => {
      const blank = Object.fromEntries(plan.features.columns.map(({ name }) => [name, null]));
      const assessment = createAssessment(plan);
      const attribution = createAttribution(model);
      for (const line of lines) {
        assessment.row.set(readRow(plan, { ...blank, ...line.fields }, new Set()).row);
        assessRow(plan, assessment, -1);
        const attributor = createAttributor(model, interpolateReference(model, line.cutOff - 1));
        attributor.attribute(assessment.cells, attribution);
        expect({
          bins: [...assessment.bins],
          microLogits: assessment.microLogits,
          points: toPoints(assessment.microLogits, model.scale),
          contributions: Array.from(
            assessment.cells,
            (cell, term) => cell - (attributor.reference.microLogits[term] as number),
          ),
          ...nameScoreReasons(model, attribution),
        }).toEqual({
          bins: line.bins,
          microLogits: line.microLogits,
          points: line.points,
          contributions: line.contributions,
          reasons: line.reasons,
          mitigating: line.mitigating,
        });
      }
    });

    it('has no protected input, and says so with its figures in a card in both languages', () => {
      expect(model.inputs.filter((input) => input.protected)).toEqual([]);
      const card = readText(join(folder.path, 'card.md'));
      expect(card).toContain('模型卡');
      expect(card).toContain('Model card');
      expect(card).toContain('excluded, with everything derived from them');
    });

    it('stands in the registry as seeded by release, without human approval', () => {
      const events = readRegistry(folders).filter((event) => event.model.fingerprint === model.fingerprint);
      expect(events.map(({ event }) => event)).toContain('registered');
      expect(events.every(({ actor, reason }) => actor === 'release' && reason.startsWith('seeded by release'))).toBe(
        true,
      );
      expect(events.filter(({ event }) => event === 'approved')).toEqual([]);
    });
  },
);
