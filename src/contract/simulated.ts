import { z } from 'zod';

/** What every answer about a simulated customer says. */
export const simulatedCustomer = z.literal(true).optional().meta({
  description: 'The customer is simulated: nothing here is of a real one. Absent otherwise.',
});
