import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { benchSoak } from './soak.ts';

describe('a service that is killed under load and started again', () => {
  it('has every answered decision once, makes none twice of what is sent again, and its chain holds', async () => {
    const { url, drop } = await createTestDatabase();
    const found = await benchSoak({ kills: 3, databaseUrl: url });
    expect(found.faults).toEqual({ lost: 0, doubled: 0, changed: 0, broken_chain: 0 });
    expect(found.requests).toBeGreaterThan(10);
    await drop();
  }, 300_000);
});
