import type { CatalogueFeature } from '../domain/catalogue.ts';
import type { SeenValue } from '../domain/signal.ts';
import type { Locale } from '../domain/text.ts';

/** A value that a detector looked at, in the natural unit of its feature and in a language; null = not known. */
export const describeSeen = (
  { feature: name, value }: SeenValue,
  catalogue: readonly CatalogueFeature[],
  locale: Locale,
) => {
  const feature = catalogue.find((each) => each.name === name);
  return {
    feature: name,
    label: feature?.label[locale] ?? name,
    value: value === null ? null : value / 10 ** (feature?.decimals ?? 0),
    unit: feature?.unit ?? null,
  };
};
