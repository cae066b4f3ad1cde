import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client.ts';
import type { EventItem } from '../../src/domain/event.ts';
import { profileOf, transactionOf } from '../factories/event.ts';
import { type FailingService, runFailingService } from '../support/outage.ts';
import { type RunningService, runService } from '../support/run-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await runService();
});
afterAll(() => service.stop());

const stream = async ({ url }: { readonly url: string }, lines: Iterable<object> | AsyncIterable<object>) => {
  const answers = [];
  const client = createClient({ baseUrl: url });
  for await (const answer of client.recordEventsStream(lines as Iterable<EventItem>)) answers.push(answer);
  return answers;
};
const linesOf = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => transactionOf({ eventId: `${name}-${index}` }));

describe('a stream of events', () => {
  it('answers every line in its order, what waits being stored together', async () => {
    const lines = [profileOf(), ...linesOf(2_000, 'line')];
    const answers = await stream(service, lines);
    expect(answers).toEqual(lines.map(({ eventId }) => ({ eventId, state: 'recorded' })));
    const { pool } = service.database;
    const { rows } = await pool.query("SELECT count(*)::int AS records FROM records WHERE kind = 'events'");
    expect(rows[0]?.records).toBeLessThan(lines.length / 4);
    expect(await service.database.prisma.event.count()).toBe(lines.length);
    const again = await stream(service, lines.slice(1));
    expect(new Set(again.map(({ state }) => state))).toEqual(new Set(['unchanged']));
  });

  it('answers what is refused by a problem in its place, and goes on', async () => {
    const answers = await stream(service, [
      transactionOf({ eventId: 'line-0', amountMinor: 7 }),
      { eventId: 'odd', type: 'unheard-of' },
      transactionOf({ eventId: 'long', payload: { ...transactionOf().payload, counterparty: 'x'.repeat(70_000) } }),
      transactionOf({ eventId: 'nobody', customerId: 'nobody' }),
      transactionOf({ eventId: 'good' }),
    ]);
    expect(answers).toMatchObject([
      { eventId: 'line-0', state: 'refused', problem: { code: 'event_conflict', status: 409 } },
      { eventId: 'odd', problem: { code: 'bad_request', errors: [{ field: 'type' }] } },
      { eventId: null, problem: { code: 'line_too_long' } },
      { eventId: 'nobody', problem: { code: 'customer_missing' } },
      { eventId: 'good', state: 'recorded' },
    ]);
  });

  it('ends with a problem that counts what was stored where the database is taken away, and the count is true', async () => {
    const failing: FailingService = await runFailingService();
    let answered = 0;
    let isAway = false;
    const lines = async function* () {
      yield profileOf();
      for (const line of linesOf(39, 'kept')) yield line;
      while (answered < 40) await new Promise((resolve) => setTimeout(resolve, 10));
      await failing.takeAway();
      isAway = true;
      for (const line of linesOf(10, 'lost')) yield line;
    };
    const client = createClient({ baseUrl: failing.url });
    let last:
      | { readonly eventId: string | null; readonly state: string; readonly problem?: object | undefined }
      | undefined;
    for await (const answer of client.recordEventsStream(lines())) {
      expect(answer.state).toBe(isAway ? 'refused' : 'recorded');
      answered++;
      last = answer;
    }
    expect(last).toMatchObject({ eventId: null, problem: { code: 'database_unavailable', status: 503, stored: 40 } });
    await failing.giveBack();
    for (;;) {
      const [again] = await stream(failing, [transactionOf({ eventId: 'again' })]);
      if (again?.state === 'recorded') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await failing.database.prisma.event.count()).toBe(41);
    await failing.stop();
  });
});
