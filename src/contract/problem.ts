import { z } from 'zod';

/** What is wrong with a request (RFC 9457). */
export const Problem = z
  .strictObject({
    type: z.string().meta({ description: 'urn:vigil:problem: and the code.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().meta({ description: 'Stable; listed in the README.' }),
    detail: z.string().meta({ description: 'What is wrong and what to do, in the language asked for.' }),
    instance: z.string().meta({ description: 'The id of the request, as it stands in the log.' }),
    errors: z
      .array(z.strictObject({ field: z.string().nullable(), code: z.string(), detail: z.string() }))
      .meta({ description: 'Each fault found, with the field it is in.' }),
    /** At the end of a stream that was cut: lines stored until then. */
    stored: z.int().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
