import { z } from 'zod';
import { ArtifactRef } from '../domain/model.ts';
import { Action, Tier } from '../domain/ordered.ts';
import { Detector, SignalLevel } from '../domain/signal.ts';
import { CallerId, Locale, Slug } from '../domain/text.ts';
import { DecisionsQuery, MOST_PAGE_ROWS } from './decisions.ts';
import { Reason } from './model-event.ts';
import { CustomerId } from './predict.ts';
import { simulatedCustomer } from './simulated.ts';

export const SignalPath = z.strictObject({ signalId: CallerId });

const State = z.enum(['raised', 'confirmed', 'treated', 'cleared']);

export const SignalsQuery = z.strictObject({
  customerId: CustomerId.optional(),
  state: z
    .enum(['open', ...State.options])
    .optional()
    .meta({ description: 'open: every state but cleared.' }),
  level: SignalLevel.optional(),
  kind: Slug.max(100).optional(),
  overdue: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: only those that should have been confirmed or cleared by now, and were not.' }),
  locale: Locale.optional(),
  limit: z.coerce.number().int().min(1).max(MOST_PAGE_ROWS).default(20),
  before: DecisionsQuery.shape.before,
});

export const SignalQuery = z.strictObject({ locale: Locale.optional() });

const SeenFeature = z
  .strictObject({
    feature: z.string(),
    label: z.string(),
    value: z.number().nullable().meta({ description: 'In its natural unit; null = not known.' }),
    unit: z.string().nullable(),
  })
  .meta({ id: 'SeenFeature' });

const HistoryOfSignal = z
  .strictObject({
    event: z.enum(['raised', 'confirmed', 'treated', 'cleared', 'snoozed']),
    actor: z.string(),
    at: z.iso.datetime(),
    text: z.string().nullable().meta({ description: 'The reason, the treatment or the evidence; null where raised.' }),
    cause: z.enum(['resolved', 'explained', 'wrong_data', 'no_risk']).nullable(),
    until: z.iso.datetime().nullable().meta({ description: 'The end of a snooze.' }),
  })
  .meta({ id: 'SignalEvent' });

const Strength = z.int().meta({ description: 'Millionths, 0 to 1,000,000.' });

export const SignalAnswer = z
  .strictObject({
    signalId: z.string(),
    customerId: z.string(),
    simulated: simulatedCustomer,
    kind: z.string(),
    label: z.string(),
    message: z.string(),
    level: SignalLevel.meta({ description: 'red, orange, yellow, blue: the graver, the less time to act.' }),
    state: State,
    raisedAt: z.iso.datetime(),
    asOf: z.iso.datetime().meta({ description: 'The date of knowledge.' }),
    dueAt: z.iso.datetime().meta({ description: 'When it must be confirmed or cleared.' }),
    isOverdue: z.boolean(),
    isSnoozed: z.boolean(),
    isSnoozable: z.boolean(),
    snoozedUntil: z.iso.datetime().nullable(),
    reopened: z.int().meta({ description: 'How often one of its kind had been cleared for the customer before.' }),
    strength: Strength,
    seen: z.array(SeenFeature).meta({ description: 'What it was raised on.' }),
    raises: z
      .strictObject({ tier: Tier.nullable(), action: Action.nullable() })
      .nullable()
      .meta({ description: 'The least outcome of decisions while it is open.' }),
    notify: Detector.shape.notify,
    owner: z.string(),
    policy: ArtifactRef,
    history: z.array(HistoryOfSignal),
  })
  .meta({ id: 'Signal', description: 'An early-warning signal as it stands, and what happened to it.' });
export type SignalAnswer = z.infer<typeof SignalAnswer>;

export const SignalsAnswer = z
  .strictObject({
    signals: z.array(SignalAnswer),
    nextBefore: z.string().nullable().meta({ description: 'Pass it as before for the next page; null at the end.' }),
  })
  .meta({ id: 'Signals', description: 'Signals, newest first.' });

export const FindingsAnswer = z
  .strictObject({
    customerId: z.string(),
    simulated: simulatedCustomer,
    asOf: z.iso.datetime(),
    policy: ArtifactRef,
    findings: z.array(
      z.strictObject({
        kind: z.string(),
        label: z.string(),
        level: SignalLevel,
        finding: z.enum(['raised', 'held', 'pending', 'clear', 'unobserved']).meta({
          description:
            'raised: it would be raised now; held: it is up; pending: not for long enough; clear: seen not to hold; unobserved: what it needs is not known, which is never clear.',
        }),
        strength: Strength,
        seen: z.array(SeenFeature),
        signalId: z.string().nullable().meta({ description: 'The open signal of the kind; null where there is none.' }),
      }),
    ),
  })
  .meta({ id: 'Findings', description: 'What every detector says of a customer now; nothing is stored.' });
export type FindingsAnswer = z.infer<typeof FindingsAnswer>;

export const ConfirmBody = z.strictObject({ reason: Reason });
export const TreatBody = z.strictObject({ treatment: Reason });
export const ClearBody = z.strictObject({
  cause: z.enum(['resolved', 'explained', 'wrong_data', 'no_risk']).meta({
    description: 'resolved: it is raised again at once where it still holds; the others: not for 30 days.',
  }),
  evidence: Reason.meta({ description: 'What shows the cause.' }),
});
export const SnoozeBody = z.strictObject({
  until: z.iso.datetime({ offset: true }).meta({ description: 'At most 30 days from the first snooze.' }),
  reason: Reason,
});
