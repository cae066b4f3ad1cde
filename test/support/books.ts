import { cardCatalogueFor } from '../../src/features/catalogue/card-columns.ts';
import { creditCatalogue } from '../../src/features/catalogue/catalogue.ts';
import { launderingFeatures } from '../../src/features/catalogue/laundering.ts';
import { createFeatureComputer } from '../../src/features/compute.ts';
import { standingDated } from '../../src/features/dated-event.ts';
import type { Surroundings } from '../../src/features/made-rows.ts';
import { createPartyStates } from '../../src/features/party-state.ts';
import type { DrawnBook } from './arbitrary-history.ts';

export const TIME_ZONE = 'Asia/Shanghai';

/** Of the columns that a card's statements give, one for each field; the others are the same of other months. */
const cardColumns = ['credit_limit', 'repayment_status_1', 'repayment_status_4', 'bill_amount_2', 'payment_amount_3'];
const cardFeatures = (cardCatalogueFor('CNY') ?? []).filter(({ name }) => cardColumns.includes(name));

/** Every feature of behaviour and of the watch on laundering, and some columns of a card. */
export const everyFeature = [...creditCatalogue, ...launderingFeatures, ...cardFeatures];

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
