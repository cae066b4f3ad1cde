import { z } from 'zod';
import { Warning } from '../domain/decision.ts';
import { PeriodCount } from '../domain/horizons.ts';
import { ArtifactRef } from '../domain/model.ts';
import { Tier } from '../domain/ordered.ts';
import { Locale, SnakeName } from '../domain/text.ts';
import { Features, WordedReason } from './predict.ts';

const MOST_HORIZONS = 100;

const Days = z.int().min(1).max(1_000_000);

const HazardContent = z.strictObject({
  fingerprint: z.string(),
  event: z.string(),
  payoff: z.string(),
  period: z
    .strictObject({ column: SnakeName, days: Days })
    .meta({ description: 'The column that counts whole periods since the start, and how long one is.' }),
  horizons: z.array(Days).meta({ description: 'In days, nearest first; a curve goes as far as the last.' }),
  tables: z
    .strictObject({ default: ArtifactRef, payoff: ArtifactRef, tiers: ArtifactRef.nullable() })
    .meta({ description: 'The models it joins; tiers null where no table for them was fitted.' }),
});

export const HazardsAnswer = z
  .strictObject({
    hazards: z.array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        hazard: HazardContent.nullable().meta({ description: 'Null where it cannot be used.' }),
        problem: z.string().nullable().meta({ description: 'Why it cannot be used.' }),
      }),
    ),
  })
  .meta({ id: 'Hazards', description: "Models of time to default that lie in the service's folders." });

export type HazardsAnswer = z.infer<typeof HazardsAnswer>;

export const CurveBody = z
  .strictObject({
    features: Features,
    days: z
      .array(Days)
      .min(1)
      .max(MOST_HORIZONS)
      .optional()
      .meta({ description: 'Horizons in days, whole periods; default: those it was trained for.' }),
    locale: Locale.optional(),
  })
  .meta({ id: 'CurveRequest' });

const Chance = z.number().min(0).max(1);
const Chances = z.strictObject({ default: Chance, payoff: Chance, survival: Chance }).meta({ id: 'PeriodChances' });
const MicroLogits = z.int();

const ScoreFromTypical = z
  .strictObject({
    typicalMicroLogits: MicroLogits,
    microLogits: MicroLogits,
    groups: z.array(z.strictObject({ code: z.string(), label: z.string(), microLogits: MicroLogits })),
    reasons: z.array(WordedReason),
    mitigating: z.array(WordedReason),
  })
  .meta({
    id: 'ScoreFromTypical',
    description:
      'A score against surviving the period, taken apart from the typical row: the groups add up to the difference.',
  });

export const CurveAnswer = z
  .strictObject({
    hazard: ArtifactRef,
    horizons: z.array(z.strictObject({ days: Days, probability: Chance })),
    periods: z.array(
      z.strictObject({
        period: PeriodCount,
        untilDays: Days,
        chances: Chances.meta({ description: 'In the period, of who is there at its start.' }),
        until: Chances.meta({ description: 'By the end of the period.' }),
        default: ScoreFromTypical,
        payoff: ScoreFromTypical,
      }),
    ),
    tiers: z
      .strictObject({
        days: Days,
        microLogits: MicroLogits,
        probability: Chance,
        tier: Tier,
        gap: z.number().meta({ description: "Its probability minus the curve's at the same horizon." }),
      })
      .nullable()
      .meta({ description: 'What the table for tiers says of the same customer; null where there is none.' }),
    simulated: z.literal(true).optional().meta({
      description: 'It was trained on simulated customers: its figures say nothing about real ones. Absent otherwise.',
    }),
    warnings: z.array(Warning),
  })
  .meta({
    id: 'Curve',
    description:
      'When a customer defaults or pays off, if ever, period by period. Nothing is stored, and adjustments are not in it: to decide, call predict with the table for tiers.',
  });
export type CurveAnswer = z.infer<typeof CurveAnswer>;
