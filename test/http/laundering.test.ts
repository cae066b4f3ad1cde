import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import { launderingFeatures } from '../../src/features/catalogue/laundering.ts';
import { createCivilClock, toCivilDate } from '../../src/features/civil-clock.ts';
import { findSignalPolicy } from '../../src/store/signal-policies.ts';
import type { LaunderingReport } from '../../src/usecases/laundering.ts';
import { transactionOf } from '../factories/event.ts';
import { daysAgo, enforcementOf, loanOf } from '../factories/loan.ts';
import { runVigil } from '../support/cli.ts';
import { useService } from '../support/service.ts';
import { until } from '../support/until.ts';

const get = useService();
const client = () => get().client({ locale: 'en' });
const vigil = async (...args: string[]): Promise<string> => {
  const ran = await runVigil(args, { cwd: get.folder.path, env: get().env });
  expect(ran).toMatchObject({ code: 0 });
  return ran.stdout;
};

const LAUNDERER = 'launderer';

const moved = (days: number, amountMinor: number, payload: Partial<ReturnType<typeof transactionOf>['payload']>) =>
  transactionOf({
    customerId: LAUNDERER,
    eventId: `moved-${days}-${amountMinor}`,
    occurredAt: daysAgo(days),
    amountMinor,
    payload: { direction: 'in', counterparty: 'salary', channel: 'online', category: 'salary', ...payload },
  });

/** Cash paid in just below the limit of reporting, a large sum that came and left, and much from many and to many. */
const planted: readonly EventItem[] = [
  moved(100, 800_000, {}),
  moved(70, 800_000, {}),
  moved(40, 800_000, {}),
  ...[2, 3, 4, 5].map((day) =>
    moved(day, 4_900_000 + day, { channel: 'branch', category: 'cash', counterparty: null }),
  ),
  ...Array.from({ length: 20 }, (_, place) => moved(6, 2_000_000 + place, { counterparty: `from-${place}` })),
  ...Array.from({ length: 20 }, (_, place) =>
    moved(1, 2_900_000 + place, { direction: 'out', counterparty: `to-${place}`, category: 'transfer' }),
  ),
];

const policy = findSignalPolicy('laundering');

/** Today by the clock of the book, in which everything recorded so far lies. */
const today = toCivilDate(createCivilClock('Asia/Shanghai').dayOf(Date.now()));

/** Every word that only the watch on laundering uses. */
const words = [
  'laundering',
  '洗钱',
  ...launderingFeatures.flatMap(({ name, label }) => [name, label.zh, label.en]),
  ...policy.detectors.flatMap(({ kind, label, message }) => [kind, label.zh, label.en, message.zh, message.en]),
];
const wordsIn = (text: string): string[] => words.filter((word) => text.includes(word));

beforeAll(async () => {
  await vigil('policy', 'use', 'behaviour', '--reason', 'a test');
  await until(async () => (await client().readPolicy({})).policy.name === 'behaviour');
  const loan = loanOf(LAUNDERER, [100, 70, 40, 10], [100, 70, 40]);
  await client().recordEvents({ events: [...loan, enforcementOf(LAUNDERER), ...planted] });
  await until(async () => (await client().listSignals({})).signals.length > 0);
  await vigil('reviews', 'run');
});

describe('patterns of laundering', () => {
  it('are found by the command that is for them, and nothing of it is stored', async () => {
    const count = () => get().service.database.prisma.record.count();
    const before = await count();
    const report = JSON.parse(await vigil('laundering', '--as-of', today, '--json')) as LaunderingReport;
    const kinds = report.findings.map(({ customerId, kind }) => `${customerId} ${kind}`);
    expect(new Set(kinds)).toEqual(new Set(policy.detectors.map(({ kind }) => `${LAUNDERER} ${kind}`)));
    expect(wordsIn(JSON.stringify(report)).length).toBeGreaterThan(policy.detectors.length * 4);
    expect(wordsIn(await vigil('laundering', '--as-of', today, '--locale', 'zh'))).toContain('拆分现金交易');
    expect(await count()).toBe(before);
  });

  it('come from a catalogue of their own: neither takes a policy of the other', async () => {
    const run = (...args: string[]) => runVigil(args, { cwd: get.folder.path, env: get().env });
    const credit = await run('laundering', '--as-of', '2026-01-31', '--policy', 'early-warning');
    expect([credit.code, credit.stderr.includes('(bad_signals)')]).toEqual([2, true]);
    const own = await run('signals', 'use', 'laundering', '--reason', 'a test');
    expect([own.code, own.stderr.includes('(bad_signals)')]).toEqual([2, true]);
  });

  it('are in no row of the database', async () => {
    const { pool } = get().service.database;
    const { rows: tables } = await pool.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`,
    );
    const names = tables.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['public.records', 'public.personal_parts', 'public.signals']));
    for (const name of names) {
      const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      expect({ name, words: wordsIn(rows.map(({ row }) => row).join('\n')) }).toEqual({ name, words: [] });
    }
  });

  it.each(['zh', 'en'] as const)('are in no answer of the service (%s)', async (locale) => {
    const asked = get().client({ locale });
    const { decisionId } = await asked.predict({ customerId: LAUNDERER, purpose: 'application', explain: 'full' });
    const { reviews } = await asked.listReviews({ customerId: LAUNDERER });
    expect(reviews.length).toBeGreaterThan(0);
    const { signals } = await asked.listSignals({});
    const answers = [
      await asked.readDecision({ id: decisionId }),
      await asked.replayDecision({ id: decisionId }),
      await asked.listDecisions({ customerId: LAUNDERER }),
      signals,
      await Promise.all(signals.map(({ signalId }) => asked.readSignal({ signalId }))),
      await asked.readFindings({ customerId: LAUNDERER }),
      await Promise.all(reviews.map(({ reviewId }) => asked.readReview({ reviewId }))),
      await asked.readTimeline({ customerId: LAUNDERER }),
      await asked.readPolicy({}),
      await asked.listModels({}),
    ];
    for (const answer of answers) expect(wordsIn(JSON.stringify(answer))).toEqual([]);
    for (const path of ['/openapi.json', '/metrics']) {
      const response = await get().request(path, { headers: { 'accept-language': locale } });
      expect({ path, words: wordsIn(await response.text()) }).toEqual({ path, words: [] });
    }
  });

  it('are in no feature, finding, explanation or log of credit', async () => {
    await vigil('features', '--as-of', today, '--out', 'features.csv');
    const features = readFileSync(join(get.folder.path, 'features.csv'), 'utf8');
    expect(features).toContain(LAUNDERER);
    expect(wordsIn(features)).toEqual([]);
    expect(wordsIn(await vigil('signals', 'findings', LAUNDERER, '--json'))).toEqual([]);
    expect(wordsIn(await vigil('models', 'show', 'behaviour', '--json'))).toEqual([]);
    expect(wordsIn(get().log())).toEqual([]);
  });
});
