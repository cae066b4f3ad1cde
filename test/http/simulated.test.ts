import { beforeAll, describe, expect, it } from 'vitest';
import { daysAgo, enforcementOf, loanOf } from '../factories/loan.ts';
import { runVigil } from '../support/cli.ts';
import { rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';

const get = useService();
const client = () => get().client({ locale: 'en' });
const MADE_UP = 'made-up';
const REAL = 'real';

const eventsOf = (customerId: string) => [...loanOf(customerId, [40, 10], [40]), enforcementOf(customerId)];
const ask = (customerId: string) =>
  client().predict({ customerId, purpose: 'monitoring', features: rowOf(0), model: 'taiwan-card' });

/** Whether each answer about a customer says that it is simulated. */
const marksOf = async (customerId: string) => {
  const decided = await ask(customerId);
  const batch = await client().predictBatch({
    requests: [{ customerId, purpose: 'application', features: rowOf(1), model: 'taiwan-card' }],
  });
  const { signals } = await client().listSignals({ customerId });
  const answers = {
    decided,
    batch: batch.answers[0],
    again: await client().readDecision({ id: decided.decisionId }),
    listed: (await client().listDecisions({ customerId })).decisions[0],
    customer: await client().readCustomer({ customerId }),
    timeline: await client().readTimeline({ customerId }),
    signals: signals[0],
    signal: await client().readSignal({ signalId: signals[0]?.signalId ?? '' }),
    findings: await client().readFindings({ customerId }),
  };
  expect(await client().replayDecision({ id: decided.decisionId })).toMatchObject({ outcome: 'same' });
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [name, (answer as { readonly simulated?: true }).simulated]),
  );
};

const names = ['decided', 'batch', 'again', 'listed', 'customer', 'timeline', 'signals', 'signal', 'findings'];

describe('answers about a customer', () => {
  beforeAll(async () => {
    const known = eventsOf(MADE_UP).map((event) => `${JSON.stringify({ ...event, knownAt: event.occurredAt })}\n`);
    const file = get.folder.write('made-up.ndjson', known.join(''));
    const vigil = (...args: string[]) => runVigil(args, { cwd: get.folder.folder(), env: get().env });
    expect((await vigil('events', file, '--simulated')).code).toBe(0);
    await client().recordEvents({ events: eventsOf(REAL) });
    expect((await vigil('signals', 'watch')).code).toBe(0);
  });

  it('say that it is simulated, whoever sent its features', async () => {
    expect(await marksOf(MADE_UP)).toEqual(Object.fromEntries(names.map((name) => [name, true])));
  });

  it('say nothing of it for one who is not', async () => {
    expect(await marksOf(REAL)).toEqual(Object.fromEntries(names.map((name) => [name, undefined])));
  });

  it('are counted apart where versions are monitored', async () => {
    await ask(MADE_UP);
    await ask(REAL);
    const { reports } = await client().readMonitoring({ model: 'taiwan-card', from: daysAgo(1).slice(0, 10) });
    expect(reports[0]).toMatchObject({ decisions: 2, simulated: 1 });
    const told = await runVigil(['monitor', 'taiwan-card', '--locale', 'en'], {
      cwd: get.folder.folder(),
      env: get().env,
    });
    expect(told.stdout).toContain('of simulated customers: 1');
  });
});
