import { z } from 'zod';
import { matching } from './text.ts';

/** A currency by its code in ISO 4217. */
export const Currency = matching(/^[A-Z]{3}$/, {
  zh: '应为三个大写字母的币种代码，例如 CNY',
  en: 'must be the three capital letters of a currency, such as CNY',
});

/** Money in minor units (cents, fen) of a currency of ISO 4217. */
export const Money = z.strictObject({
  amountMinor: z.int().min(0),
  currency: Currency,
});

export type Money = z.infer<typeof Money>;

/** What became of a customer, as somebody observed it on a civil day. */
export const Outcome = z.strictObject({
  /** The civil day of which it is told: of a default the day it happened on, else the day until which none had. */
  observedOn: z.iso.date(),
  defaulted: z.boolean(),
  /** What the default cost, where it is known by now; null without a default. */
  loss: Money.nullable(),
});
export type Outcome = z.infer<typeof Outcome>;
