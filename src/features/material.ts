import type { EventContent } from '../domain/event.ts';
import type { DatedEvent } from './dated-event.ts';

/** A dated event of one type. */
export type Dated<Type extends EventContent['type']> = DatedEvent<Extract<EventContent, { type: Type }>>;

/** The events of a history that stand as of a date and that rows are made of, in the order in which they happened. */
export interface Material {
  readonly profile: Dated<'profile'>[];
  readonly facility: Dated<'facility'>[];
  readonly relation: Dated<'relation'>[];
  readonly instalment_due: Dated<'instalment_due'>[];
  readonly repayment: Dated<'repayment'>[];
  readonly statement: Dated<'statement'>[];
  readonly communication: Dated<'communication'>[];
}

/** Material without an event, for those who lay them one by one. */
export const emptyMaterial = (): Material => ({
  profile: [],
  facility: [],
  relation: [],
  instalment_due: [],
  repayment: [],
  statement: [],
  communication: [],
});

/** Lays an event where it belongs; others are no material. */
export const layMaterial = (material: Material, dated: DatedEvent): void => {
  const { type } = dated.event;
  if (type in material) (material[type as keyof Material] as DatedEvent[]).push(dated);
};

export const toMaterial = (standing: readonly DatedEvent[]): Material => {
  const material = emptyMaterial();
  for (const dated of standing) layMaterial(material, dated);
  return material;
};
