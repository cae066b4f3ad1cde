import { z } from 'zod';
import { Monitoring } from '../domain/monitoring.ts';
import { ModelPin } from './predict.ts';

export const MonitoringQuery = z.strictObject({
  model: ModelPin.optional().meta({
    description: 'Name of a promoted model, or name@version of any; default: every promoted version.',
  }),
  windowDays: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .optional()
    .meta({ description: "The performance window in civil days; default: that of the model's target." }),
  silence: Monitoring.shape.silence.default('unknown').meta({
    description:
      'What it means that nobody told of a customer once the window has passed; good where only defaults are reported.',
  }),
  from: z.iso.date().optional().meta({ description: 'Only decisions of this civil day or later.' }),
});

export const MonitoringAnswer = z.strictObject({ reports: z.array(Monitoring) }).meta({ id: 'MonitoringReports' });
