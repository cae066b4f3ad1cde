import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Dictionary } from '../../src/domain/dictionary.ts';
import { catalogueColumns, findFeature } from '../../src/features/catalogue/dictionary.ts';
import { resolveFeatures } from '../../src/features/definition.ts';

const dictionary = Dictionary.parse(
  JSON.parse(readFileSync(new URL('../../data/behaviour/dictionary.json', import.meta.url), 'utf8')),
);

describe('the dictionary of behaviour', () => {
  it('has the columns and groups of the catalogue, which alone says them', () => {
    const { groups, columns } = catalogueColumns();
    expect(dictionary.groups).toEqual(groups);
    expect(dictionary.columns.filter(({ role }) => role === 'feature')).toEqual(columns);
    expect(columns.map(({ source, name }) => findFeature(source)?.name === name)).not.toContain(false);
  });

  it('is sound, and says that its data are simulated', () => {
    expect(resolveFeatures(dictionary).features.length).toBe(catalogueColumns().columns.length);
    expect(dictionary.source.synthetic).toBe(true);
  });
});
