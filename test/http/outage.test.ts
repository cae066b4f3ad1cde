import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { type FailingService, runFailingService } from '../support/outage.ts';
import { bodyOf, post } from '../support/run-service.ts';

let service: FailingService;
beforeAll(async () => {
  service = await runFailingService();
});
afterAll(() => service.stop());

describe('a service under load whose database goes away and comes back', () => {
  it('answers 503 and when to ask again, recovers by itself, and has stored what it answered', async () => {
    const answered: string[] = [];
    const refused = new Map<string, number>();
    let isOver = false;
    let asked = 0;
    const ask = async (): Promise<void> => {
      while (!isOver) {
        const response = await post(
          `${service.url}/v1/predict`,
          bodyOf(`C-${asked % 40}`, asked++, { purpose: 'monitoring' }),
        );
        const answer = (await response.json()) as { decisionId: string; code: string };
        if (response.status === 200) answered.push(answer.decisionId);
        else {
          const key = `${response.status} ${answer.code} ${response.headers.get('retry-after')}`;
          refused.set(key, (refused.get(key) ?? 0) + 1);
          await delay(20);
        }
      }
    };
    const load = Array.from({ length: 8 }, ask);
    const more = async (count: number): Promise<void> => {
      for (const enough = answered.length + count; answered.length < enough; ) await delay(10);
    };
    for (let outage = 0; outage < 2; outage++) {
      await more(40);
      await service.takeAway();
      await delay(300);
      const [read, ready, live] = await Promise.all(
        [`/v1/decisions/${answered[0]}`, '/readyz', '/livez'].map((path) => fetch(service.url + path)),
      );
      expect([read?.status, ready?.status, live?.status]).toEqual([503, 503, 200]);
      await service.giveBack();
      await more(40);
    }
    isOver = true;
    await Promise.all(load);
    expect([...refused.keys()]).toEqual(['503 database_unavailable 1']);
    expect(new Set(answered).size).toBe(answered.length);
    const { prisma, pool } = service.database;
    expect(await prisma.record.count({ where: { decisionId: { in: answered } } })).toBe(answered.length);
    expect(await verifyLedger(service.database)).toMatchObject({ holds: true });
    expect(pool.totalCount).toBeLessThanOrEqual(10);
    await expect.poll(() => [pool.waitingCount, pool.totalCount - pool.idleCount]).toEqual([0, 0]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });
});
