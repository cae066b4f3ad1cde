import type { ExportLayout } from './layout.ts';
import { basePoints, listBins, listCells } from './table.ts';

/** The whole table as JSON: what the score needs from raw columns to tier, with every bin in words and every cell in points. */
export const toJson = (layout: ExportLayout): string => {
  const { model, policy, policyFingerprint, cutOffs } = layout;
  const { name, version, fingerprint } = model;
  const document = {
    schema: 1,
    kind: 'scorecard',
    model: { name, version, fingerprint },
    policy: { name: policy.name, version: policy.version, fingerprint: policyFingerprint },
    enterMicroLogits: cutOffs,
    scale: model.scale,
    interceptMicroLogits: model.intercept.microLogits,
    basePoints: basePoints(model),
    groups: model.groups,
    columns: model.columns.map(({ name: column, source, label, unit, decimals, codes, categories }) => ({
      name: column,
      source,
      label,
      unit,
      decimals,
      codes,
      categories: categories?.map(({ value }) => value) ?? null,
    })),
    inputs: model.inputs.map((input) => ({
      name: input.name,
      label: input.label,
      unit: input.unit,
      decimals: input.decimals,
      source: input.source,
      reason: input.reason,
      reasonCode: model.groups.find(({ name: group }) => group === input.group)?.code,
      direction: input.direction,
      edges: input.edges,
      bins: listBins(input).map(({ input: _, ...bin }) => bin),
    })),
    terms: model.terms.map(({ inputs }, place) => ({
      term: place + 1,
      inputs: inputs.map((input) => model.inputs[input]?.name),
    })),
    cells: listCells(layout).map(({ term, bins, microLogits, points, reasonCodes }) => ({
      term,
      bins: bins.map(({ bin }) => bin),
      microLogits,
      points,
      reasonCodes,
    })),
  };
  const lines = Object.entries(document).map(([key, value]) => `  ${JSON.stringify(key)}: ${toLines(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
};

/** Lists of objects with a line for each, so that a change can be read. */
const toLines = (value: unknown): string => {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
};
