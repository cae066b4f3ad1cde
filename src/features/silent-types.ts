import type { CatalogueFeature, EventExpression, Measure } from '../domain/catalogue.ts';
import type { EventType } from '../domain/event.ts';
import { sources } from './sources.ts';

/**
 * Types of events that a feature measures and takes for 0 where none came: only where a book receives them does that say
 * anything. A feed's silence makes the feature missing, so that it tells by itself.
 */
export const silentTypes = ({ numerator, denominator }: CatalogueFeature): readonly EventType[] => [
  ...new Set(
    [numerator, denominator ?? 1].flatMap(measuresOf).flatMap(({ of }) => {
      const { isFeed, type, toldBy = type } = sources[of];
      return isFeed || toldBy === null ? [] : [toldBy];
    }),
  ),
];

const measuresOf = (expression: EventExpression): readonly Measure[] => {
  if (typeof expression === 'number') return [];
  if ('measure' in expression) return [expression.measure];
  if ('measures' in expression) return [expression.measures];
  return (Object.values(expression) as EventExpression[]).flat().flatMap(measuresOf);
};
