import type { CatalogueFeature } from '../../domain/catalogue.ts';
import type { NumberColumn } from '../../domain/dictionary.ts';
import { creditCatalogue, creditGroups } from './catalogue.ts';

/** What a dictionary's column names as its source: the feature and the version it was computed by. */
export const toFeatureSource = ({ name, version }: Pick<CatalogueFeature, 'name' | 'version'>): string =>
  `${name}@${version}`;

/** The feature a source names; undefined where the catalogue has none of that name and version. */
export const findFeature = (source: string): CatalogueFeature | undefined => bySource.get(source);

const bySource = new Map(creditCatalogue.map((feature) => [toFeatureSource(feature), feature]));

const toColumn = (feature: CatalogueFeature): NumberColumn => ({
  name: feature.name,
  source: toFeatureSource(feature),
  label: feature.label,
  role: 'feature',
  reason: feature.reason,
  group: feature.group,
  type: 'number',
  unit: feature.unit,
  decimals: feature.decimals,
  minimum: null,
  maximum: null,
  codes: [],
  direction: feature.direction,
  protected: false,
  actionable: feature.actionable,
  purposes: ['credit'],
  missing: { allowed: true, mayBeatBest: false },
});

/** The parts of the dictionary of `vigil features` that follow from the catalogue; `data/behaviour` holds them written out. */
export const catalogueColumns = (): {
  readonly groups: typeof creditGroups;
  readonly columns: readonly NumberColumn[];
} => ({
  groups: creditGroups,
  columns: creditCatalogue.map(toColumn),
});
