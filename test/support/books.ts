import { cardCatalogueFor } from '../../src/features/catalogue/card-columns.ts';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { launderingFeatures } from '../../src/features/catalogue/laundering.ts';
import { createFeatureComputer } from '../../src/features/compute.ts';
import { standingDated } from '../../src/features/dated-event.ts';
import type { Surroundings } from '../../src/features/made-rows.ts';
import { createPartyStates } from '../../src/features/party-state.ts';
import type { DrawnBook } from './arbitrary-history.ts';

export const TIME_ZONE = 'Asia/Shanghai';

/** Every feature there is: of behaviour, of the watch on laundering, and the columns that a card's statements give. */
export const everyFeature = [...creditCatalogue, ...launderingFeatures, ...(cardCatalogueFor('CNY') ?? [])];

export const computer = createFeatureComputer(everyFeature, TIME_ZONE);
const partyStates = createPartyStates(TIME_ZONE);

/** What is known beside the customers of a book as of a date. */
export const surroundingsOf = ({ customers, industry }: DrawnBook, asOf: string): Surroundings => ({
  industry: standingDated(computer.date(industry), Date.parse(asOf)) as Surroundings['industry'],
  parties: new Map([...customers].map(([id, events]) => [id, partyStates.stateOf(partyStates.date(events), asOf)])),
});

/** Scaled integers by feature; null = missing. */
export const toNamed = (values: Float64Array): Record<string, number | null> =>
  Object.fromEntries(
    everyFeature.map(({ name }, place) => [name, Number.isNaN(values[place]) ? null : (values[place] as number)]),
  );
