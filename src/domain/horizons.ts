import { z } from 'zod';
import { says } from './issue.ts';

/** How many whole periods something lasts. */
export const PeriodCount = z.int().min(1).max(1200);

/** Horizons in whole periods, nearest first; the last is how far a curve goes. */
export const Horizons = z
  .array(PeriodCount)
  .min(1)
  .refine((horizons) => horizons.every((each, place) => place === 0 || each > (horizons[place - 1] as number)), {
    ...says({ zh: '应由近及远，不得重复', en: 'must rise, none twice' }),
  });
