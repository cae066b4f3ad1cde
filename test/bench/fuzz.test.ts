import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { benchFuzz } from './fuzz.ts';

describe('requests drawn from the OpenAPI document', () => {
  it('are all answered within a second, by a documented status that is no fault of ours, and leave no memory behind', async () => {
    const database = await createTestDatabase();
    try {
      const found = await benchFuzz({ requests: 2_000, seed: 1, connections: 8, databaseUrl: database.url });
      expect(found.faults).toEqual([]);
      const { statuses } = found;
      expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(2_000);
      expect(statuses['200']).toBeGreaterThan(300);
      for (const status of ['400', '404', '422']) expect(statuses[status]).toBeGreaterThan(20);
    } finally {
      await database.drop();
    }
  }, 300_000);
});
