import { z } from 'zod';
import { says } from '../domain/issue.ts';
import { Outcome } from '../domain/outcome.ts';
import { CallerId, matching } from '../domain/text.ts';
import { DecisionsQuery } from './decisions.ts';
import { CustomerId } from './predict.ts';

/** Most outcomes of one request. */
export const MOST_OUTCOMES = 1_000;

const OutcomeId = CallerId.meta({
  description: "The outcome's id at the caller. Sent again as it was it changes nothing; otherwise it is a correction.",
});

const CustomerRef = matching(/^[0-9a-f]{32}$/, {
  zh: '应为决策中的 customerRef（32 位十六进制数）',
  en: 'must be the customerRef of a decision (32 hexadecimal digits)',
}).meta({ description: 'What stands for the customer in decisions; in place of customerId.' });

const { observedOn, defaulted, loss } = Outcome.shape;

/** What became of one customer, who is named in one of two ways. */
export const OutcomeItem = z
  .strictObject({
    outcomeId: OutcomeId,
    customerId: CustomerId.optional(),
    customerRef: CustomerRef.optional(),
    observedOn: observedOn.meta({
      description: 'Of a default the civil day it happened on, else the day until which none had; not in the future.',
    }),
    defaulted,
    loss: loss.optional().meta({ description: 'What the default cost, where it is known by now.' }),
  })
  .refine(({ customerId, customerRef }) => (customerId === undefined) !== (customerRef === undefined), {
    ...says({ zh: '须有 customerId 或 customerRef 之一', en: 'takes either customerId or customerRef' }),
    path: ['customerId'],
  })
  .refine((item) => item.defaulted || (item.loss ?? null) === null, {
    ...says({ zh: '没有违约就没有损失', en: 'there is no loss without a default' }),
    path: ['loss'],
  })
  .meta({
    id: 'OutcomeItem',
    oneOf: [{ required: ['customerId'] }, { required: ['customerRef'] }],
    if: { properties: { defaulted: { const: false } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { loss: { type: 'null' } } },
  });
export type OutcomeItem = z.infer<typeof OutcomeItem>;

export const OutcomesBody = z
  .strictObject({ outcomes: z.array(OutcomeItem).min(1).max(MOST_OUTCOMES) })
  .meta({ id: 'OutcomesRequest', description: 'Up to 1,000 outcomes, each once, stored all or none.' });

export const OutcomesAnswer = z
  .strictObject({
    outcomes: z.array(
      z.strictObject({
        outcomeId: z.string(),
        customerRef: z.string(),
        state: z.enum(['recorded', 'corrected', 'unchanged']).meta({
          description: 'Corrected: it was known otherwise before, which stays in the history.',
        }),
      }),
    ),
  })
  .meta({ id: 'OutcomesRecorded' });
export type OutcomesAnswer = z.infer<typeof OutcomesAnswer>;

export const OutcomesQuery = DecisionsQuery.omit({ locale: true });

export const OutcomesPage = z
  .strictObject({
    outcomes: z.array(
      z.strictObject({
        outcomeId: z.string(),
        customerRef: z.string(),
        observedOn,
        defaulted,
        loss,
        actor: z.string().meta({ description: 'Whose key reported it.' }),
        recordedAt: z.iso.datetime(),
        isCurrent: z.boolean().meta({ description: 'False where a later correction stands in its place.' }),
      }),
    ),
    nextBefore: z.string().nullable().meta({ description: 'Pass it as before for the next page; null at the end.' }),
  })
  .meta({ id: 'Outcomes', description: 'What became of a customer, newest record first, corrections and all.' });
