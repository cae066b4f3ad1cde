import { z } from 'zod';
import {
  AppliedAdjustment,
  Boundary,
  NearestRule,
  NotEvaluable,
  Purpose,
  Reason,
  RuleHit,
  Warning,
} from '../domain/decision.ts';
import { says } from '../domain/issue.ts';
import { ArtifactRef } from '../domain/model.ts';
import { Action, Tier } from '../domain/ordered.ts';
import { CallerId, Locale, matching, Slug } from '../domain/text.ts';
import { type CheckedFault, checked, isRecord, isScalar, notObject } from './checked.ts';
import { Problem } from './problem.ts';

/** A customer's id at the caller. */
export const CustomerId = CallerId.meta({ description: "The customer's id at the caller." });

/** Wrong values of one row that are named. */
const MOST_NAMED = 20;

const neither = { zh: '应为数字、文本或 null', en: 'neither a number nor a text nor null' };

const findWrongFeatures = (value: unknown): CheckedFault[] => {
  if (!isRecord(value)) return [{ path: [], problem: notObject }];
  const faults: CheckedFault[] = [];
  for (const name in value) {
    if (isScalar(value[name])) continue;
    faults.push({ path: [name], problem: neither });
    if (faults.length === MOST_NAMED) break;
  }
  return faults;
};

/** Raw columns by our name or the source's, in natural units; null = not known, and absent is a fault. */
export const Features = checked<Readonly<Record<string, number | string | null>>>(findWrongFeatures, {
  id: 'Features',
  description: 'Raw columns of the model by our name or the source name, in natural units; null where not known.',
  type: 'object',
  additionalProperties: { type: ['number', 'string', 'null'] },
});

/** `name` of a live model, or `name@version`. */
export const ModelPin = matching(/^[a-z0-9][a-z0-9_.-]*(@[a-z0-9][a-z0-9_.-]*)?$/, {
  zh: '应为名称或“名称@版本”',
  en: 'must be name or name@version',
})
  .max(200)
  .meta({
    description: 'Name of a promoted model, or name@version of any registered one; default: the policy names it.',
  });

export const Explain = z.enum(['none', 'reasons', 'full']);
export type Explain = z.infer<typeof Explain>;

const AsOf = z.iso.datetime({ offset: true }).meta({
  description:
    'The date of knowledge where features come from the history; default: the book date. Only without features.',
});

/** The same for those who read the document. */
const notBoth = { not: { required: ['features', 'asOf'] } };

export const PredictBody = z
  .strictObject({
    customerId: CustomerId,
    features: Features.optional(),
    asOf: AsOf.optional(),
    purpose: Purpose.meta({
      description: 'Only monitoring moves the tier a customer stands in; simulation is stored like the others.',
    }),
    segment: Slug.max(100).optional(),
    locale: Locale.optional(),
    model: ModelPin.optional(),
    explain: Explain.default('reasons'),
  })
  .refine(({ features, asOf }) => features === undefined || asOf === undefined, {
    ...says({ zh: '给出 features 时不能有 asOf', en: 'goes without features only' }),
    path: ['asOf'],
  })
  .meta({ id: 'PredictRequest', ...notBoth });
export type PredictBody = z.infer<typeof PredictBody>;

/** A text of the answer's language. */
const Wording = z.string();

/** A reason in the answer's language. */
export const WordedReason = Reason.extend({ text: Wording }).meta({ id: 'Reason' });

/** One term's part of the score, against the reference. */
const Contribution = z
  .strictObject({
    inputs: z.array(
      z.strictObject({
        name: z.string(),
        label: Wording,
        /** In natural units; null = missing. */
        value: z.union([z.number(), z.string(), z.null()]),
        bin: Wording,
      }),
    ),
    microLogits: z.int(),
    referenceMicroLogits: z.int(),
  })
  .meta({ id: 'Contribution', description: "A term's cell minus the reference's part of the term." });

const SingleFlip = z
  .strictObject({
    field: z.string(),
    from: z.union([z.number(), z.string(), z.null()]),
    to: z.union([z.number(), z.string(), z.null()]),
    change: z.number().nullable(),
    tier: Tier,
    share: z.number(),
  })
  .meta({
    id: 'Flip',
    description: 'The smallest change of a single input that would give another tier of the score.',
  });

const Explanation = z
  .strictObject({
    referenceMicroLogits: z.int(),
    contributions: z.array(Contribution),
    sumMicroLogits: z
      .int()
      .meta({ description: 'Of the contributions and adjustments; reference + sum = score, exactly.' }),
    flip: SingleFlip.nullable(),
  })
  .meta({ id: 'Explanation' });

/** One stored decision as the caller reads it. */
export const PredictAnswer = z
  .strictObject({
    decisionId: z.string(),
    customerRef: z.string().meta({ description: 'Stands for the customer in records; names nobody.' }),
    decidedAt: z.iso.datetime(),
    asOf: z.iso.datetime().meta({ description: 'The date of knowledge.' }),
    state: z.enum(['scored', 'defaulted', 'degraded']).meta({
      description: 'Without a score: already in default, or no model could be used; the policy says what is done then.',
    }),
    purpose: Purpose,
    segment: z.string().nullable(),
    model: ArtifactRef.nullable(),
    policy: ArtifactRef,
    probability: z
      .number()
      .nullable()
      .meta({ description: 'Of default as the model defines it; for display, no decision rests on it.' }),
    interval: z
      .strictObject({ lower: z.number(), upper: z.number() })
      .nullable()
      .meta({ description: 'Interval of 90% around the probability.' }),
    microLogits: z.int().nullable().meta({ description: 'The score: millionths of log-odds of default.' }),
    points: z.int().nullable().meta({ description: 'Higher is safer.' }),
    tier: z.strictObject({ model: Tier.nullable(), final: Tier }),
    action: Action,
    rules: z.strictObject({
      hits: z.array(RuleHit.extend({ message: Wording })),
      notEvaluable: z.array(NotEvaluable.extend({ message: Wording })),
      nearest: NearestRule.extend({ message: Wording }).nullable(),
    }),
    reasons: z.array(WordedReason).optional().meta({ description: 'At most four; absent with explain none.' }),
    mitigating: z.array(WordedReason).optional(),
    adjustments: z
      .array(AppliedAdjustment.extend({ text: Wording }))
      .optional()
      .meta({
        description:
          'Approved adjustments in force on top of the model, and what each added to the score; absent where there was none.',
      }),
    edge: z.array(Boundary),
    simulated: z.literal(true).optional().meta({
      description:
        'The customer is simulated, or the model was trained on simulated customers: its figures say nothing about real ones. Absent otherwise.',
    }),
    warnings: z.array(Warning),
    explanation: Explanation.nullable()
      .optional()
      .meta({ description: 'With explain full; null where nothing was scored.' }),
  })
  .meta({ id: 'PredictAnswer' });
export type PredictAnswer = z.infer<typeof PredictAnswer>;

/** Most rows of one batch. */
export const MOST_BATCH_ROWS = 1_000;

export const BatchBody = z
  .strictObject({
    requests: z.array(PredictBody).min(1).max(MOST_BATCH_ROWS),
  })
  .meta({ id: 'BatchRequest', description: 'Up to 1,000 requests, stored all or none.' });

export const BatchAnswer = z.strictObject({ answers: z.array(PredictAnswer) }).meta({ id: 'BatchAnswer' });

/** A line of a stream: a request with the caller's own id of the line. */
export const StreamLine = PredictBody.safeExtend({ id: z.string().min(1).max(128) }).meta({
  id: 'StreamLine',
  ...notBoth,
});

/** A line of a stream's answer: the decision of the line with this id, or the problem that stands in its place. */
export const StreamAnswer = z
  .union([
    PredictAnswer.extend({ id: StreamLine.shape.id }).meta({ id: 'StreamDecision' }),
    z
      .strictObject({
        id: z
          .string()
          .nullable()
          .meta({ description: 'Null where the line has none, and at the end of a cut stream.' }),
        problem: Problem,
      })
      .meta({ id: 'StreamProblem' }),
  ])
  .meta({ id: 'StreamAnswer' });
export type StreamAnswer = z.infer<typeof StreamAnswer>;
