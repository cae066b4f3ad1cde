import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventItem } from '../../src/domain/event.ts';
import { modelFolders } from '../../src/store/folders.ts';
import { eraseCustomer } from '../../src/usecases/ledger.ts';
import { openAllDueReviews } from '../../src/usecases/open-reviews.ts';
import { createFeatureReader } from '../../src/usecases/read-features.ts';
import { showReviews } from '../../src/usecases/reviews.ts';
import { createAdjustmentContent } from '../factories/adjustment.ts';
import { facilityOf, transactionOf } from '../factories/event.ts';
import { daysAgo, loanOf } from '../factories/loan.ts';
import { createTestDatabase } from '../support/database.ts';
import { answeredStatuses, holdToContract } from '../support/documented.ts';
import { useFolder } from '../support/folder.ts';
import { allOperations, documentedStatuses } from '../support/operations.ts';
import { type RawRequest, sendRaw } from '../support/raw-request.ts';
import { rowOf } from '../support/rows.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { toTensorBody } from '../support/tensors.ts';
import { tiny, writeFolder, writeTinyHazard, writeTinyModels } from '../support/tiny-models.ts';
import { until } from '../support/until.ts';

const files = useFolder();
const home = files.folder();
const models = files.folder();
const json = { 'Content-Type': 'application/json' };
const features = rowOf(0);
const predictBody = { customerId: 'S-1', purpose: 'application', features };

/** A body that each operation with one accepts. */
const bodies: Readonly<Record<string, object>> = {
  predict: predictBody,
  predictBatch: { requests: [predictBody] },
  predictStream: { ...predictBody, id: 'line' },
  infer: toTensorBody([features], 'S'),
  inferVersion: toTensorBody([features], 'S'),
  recordOutcomes: {
    outcomes: [{ outcomeId: 'O-1', customerId: 'S-1', observedOn: '2026-01-01', defaulted: false }],
  },
  recordEvents: transactionOf({ eventId: 'S-E', customerId: 'S-1' }),
  recordEventsStream: transactionOf({ eventId: 'S-line', customerId: 'S-1' }),
  concludeReview: { conclusion: 'keep', reason: 'a test' },
  drawCurve: { features: { column_0: -2 } },
  registerModel: { name: 'tiny', version: '1', reason: 'a test' },
  approveModel: { reason: 'a test' },
  waiveGate: { gate: 'failed', reason: 'a test' },
  promoteModel: { reason: 'a test' },
  shadowModel: { reason: 'a test' },
  retireModel: { reason: 'a test' },
  rollBackModel: { reason: 'a test' },
  proposeAdjustment: { adjustment: createAdjustmentContent({ name: 'more', to: '2999-01-01' }) },
  approveAdjustment: { reason: 'a test' },
  withdrawAdjustment: { reason: 'a test' },
  confirmSignal: { reason: 'a test' },
  treatSignal: { treatment: 'a test' },
  clearSignal: { cause: 'explained', evidence: 'a test' },
  snoozeSignal: { until: '2999-01-01T00:00:00Z', reason: 'a test' },
};

/** What is done once, in a test of its own; what changes the registry or a signal one thing after the other, by two people. */
const acts: readonly string[] = [
  'concludeReview',
  'approveModel',
  'waiveGate',
  'promoteModel',
  'shadowModel',
  'retireModel',
  'rollBackModel',
  'proposeAdjustment',
  'approveAdjustment',
  'withdrawAdjustment',
  'readSignal',
  'confirmSignal',
  'treatSignal',
  'clearSignal',
  'snoozeSignal',
];

/** Values for the paths and queries of every operation. */
const place = (path: string, decision: string): string => {
  const [name, version] = ['taiwan-card', '1'];
  const filled = path
    .replace('{id}', decision)
    .replace('{name}', name)
    .replace('{version}', version)
    .replace('{adjustment}', 'overlay')
    .replace('{signalId}', 'nothing')
    .replace('{customerId}', 'S-1')
    .replace('{reviewId}', review);
  return ['/v1/decisions', '/v1/outcomes'].includes(filled) ? `${filled}?customerId=S-1` : filled;
};

const names = Object.keys(allOperations);
const withBody = names.filter((name) => allOperations[name]?.body);
const withJson = withBody.filter((name) => allOperations[name]?.media === 'application/json');
const streams = withBody.filter((name) => !withJson.includes(name));
const idempotent = withJson.filter((name) => allOperations[name]?.isIdempotent);
const steady = names.filter((name) => !acts.includes(name));
const withPath = names.filter((name) => allOperations[name]?.params);

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let service: TestService;
let decision: string;
let review: string;

const start = (env: Readonly<Record<string, string>> = {}) =>
  startTestService(home, {
    env: { ...env, ...(database.url === undefined ? {} : { DATABASE_URL: database.url }) },
    models: [models, ...modelFolders(undefined)],
  });

/** A request an operation accepts, before a test changes what it is about. */
const requestOf = (name: string): RawRequest => {
  const operation = allOperations[name];
  if (!operation) throw new Error(`there is no operation ${name}`);
  const body = bodies[name];
  return {
    method: operation.method.toUpperCase(),
    path: place(operation.path, decision),
    headers: { Host: `localhost:${service.port}`, ...(body ? { 'Content-Type': operation.media } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  };
};

interface Asked {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: unknown;
  readonly headers: Headers;
}

const ask = async (name: string, change: Partial<RawRequest> = {}): Promise<Asked> => {
  const asked = requestOf(name);
  const response = await sendRaw(service, {
    ...asked,
    ...change,
    headers: { ...asked.headers, ...change.headers },
  });
  const isJson = response.headers.get('Content-Type')?.includes('json;') === true;
  const body = isJson ? ((await response.json()) as { code?: string }) : null;
  return { status: response.status, code: body?.code, body, headers: response.headers };
};

beforeAll(async () => {
  writeTinyModels(models, [
    [tiny(), 'passed'],
    [tiny({ version: '2' }), 'failed'],
    [tiny({ version: '3' }), 'passed'],
    [tiny({ version: '4' }), 'passed'],
  ]);
  writeTinyHazard(models, { name: 'taiwan-card', tables: { default: tiny(), payoff: tiny({ version: '2' }) } });
  database = await createTestDatabase();
  service = await start();
  const made = await service.client().predict({ customerId: 'S-1', purpose: 'application', features });
  decision = made.decisionId;
  review = await openReview('S-1');
  const adjustment = createAdjustmentContent({ to: '2999-01-01' });
  await service.client().proposeAdjustment({ name: 'taiwan-card', version: '1', adjustment });
});
afterAll(async () => {
  await service.service.stop();
  await database.drop();
});

describe('every operation', () => {
  it.each(steady)('%s answers 200', async (name) => {
    expect((await ask(name)).status).toBe(200);
  });

  it.each(names)('%s answers 421 to another host and 403 to a foreign page', async (name) => {
    expect(await ask(name, { headers: { Host: 'vigil.example:80' } })).toMatchObject({
      status: 421,
      code: 'host_refused',
    });
    expect(await ask(name, { headers: { Origin: 'https://evil.example' } })).toMatchObject({
      status: 403,
      code: 'origin_refused',
    });
  });

  it.each(names)('%s answers 405 to methods it does not take, and names those it does', async (name) => {
    const { body: _, ...bare } = requestOf(name);
    const answered = await sendRaw(service, { ...bare, method: 'DELETE' });
    expect(await answered.json()).toMatchObject({ status: 405, code: 'method_unsupported' });
    expect(answered.headers.get('Allow')?.split(', ')).toContain(bare.method);
  });

  it.each(withPath)('%s answers 400 to a path that is no text and 422 to one that is no name', async (name) => {
    const path = allOperations[name]?.path ?? '';
    const broken = (value: string) => path.replace(/\{\w+\}/, value).replaceAll(/\{\w+\}/g, '1');
    expect(await ask(name, { path: broken('%ff') })).toMatchObject({ status: 400, code: 'bad_path' });
    expect(await ask(name, { path: broken('a%00b') })).toMatchObject({ status: 422, code: 'bad_request' });
  });
});

describe('operations that name something', () => {
  const missing: Readonly<Record<string, Partial<RawRequest>>> = {
    predict: { body: JSON.stringify({ ...predictBody, model: 'nobody@7' }) },
    predictBatch: { body: JSON.stringify({ requests: [{ ...predictBody, model: 'nobody' }] }) },
    readDecision: { path: `/v1/decisions/${randomUUID()}` },
    replayDecision: { path: `/v1/decisions/${randomUUID()}/replay` },
    listChallengerScores: { path: `/v1/decisions/${randomUUID()}/challengers` },
    recordOutcomes: { body: JSON.stringify(bodies.recordOutcomes).replace('S-1', 'nobody') },
    recordEvents: { body: JSON.stringify(bodies.recordEvents).replace('S-1', 'nobody') },
    readCustomer: { path: '/v1/customers/nobody' },
    readTimeline: { path: '/v1/customers/nobody/timeline' },
    listSignals: { path: '/v1/signals?customerId=nobody' },
    readFindings: { path: '/v1/customers/nobody/signals' },
    readSignal: {},
    confirmSignal: {},
    treatSignal: {},
    clearSignal: {},
    snoozeSignal: {},
    readMonitoring: { path: '/v1/monitoring?model=nobody' },
    readReview: { path: `/v1/reviews/${randomUUID()}` },
    concludeReview: { path: `/v1/reviews/${randomUUID()}/conclude` },
    drawCurve: { path: '/v1/hazards/taiwan-card/versions/999/curve' },
    readModel: { path: '/v1/models/taiwan-card/versions/999' },
    registerModel: { body: JSON.stringify({ name: 'nobody', version: '1', reason: 'a test' }) },
    approveModel: { path: '/v1/models/taiwan-card/versions/999/approve' },
    waiveGate: { path: '/v1/models/taiwan-card/versions/999/waive' },
    promoteModel: { path: '/v1/models/taiwan-card/versions/999/promote' },
    shadowModel: { path: '/v1/models/taiwan-card/versions/999/shadow' },
    retireModel: { path: '/v1/models/taiwan-card/versions/999/retire' },
    rollBackModel: { path: '/v1/models/nobody/rollback' },
    listAdjustments: { path: '/v1/models/taiwan-card/versions/999/adjustments' },
    proposeAdjustment: { path: '/v1/models/taiwan-card/versions/999/adjustments' },
    readAdjustment: { path: '/v1/models/taiwan-card/versions/1/adjustments/nothing' },
    approveAdjustment: { path: '/v1/models/taiwan-card/versions/1/adjustments/nothing/approve' },
    withdrawAdjustment: { path: '/v1/models/taiwan-card/versions/1/adjustments/nothing/withdraw' },
    readPolicy: { path: '/v1/policies/current?model=nobody' },
    inferenceModel: { path: '/v2/models/nobody' },
    inferenceModelVersion: { path: '/v2/models/taiwan-card/versions/999' },
    inferenceModelReady: { path: '/v2/models/nobody/ready' },
    inferenceModelVersionReady: { path: '/v2/models/taiwan-card/versions/999/ready' },
    infer: { path: '/v2/models/nobody/infer' },
    inferVersion: { path: '/v2/models/taiwan-card/versions/999/infer' },
  };
  it.each(Object.entries(missing))('%s answers 404 where it is not there', async (name, change) => {
    expect((await ask(name, change)).status).toBe(404);
  });

  it.each([
    ...['readDecision', 'listDecisions', 'listOutcomes', 'readMonitoring', 'readPolicy', 'readHistory'],
    ...['readCustomer', 'readTimeline', 'listSignals', 'readSignal', 'readFindings', 'listReviews', 'readReview'],
  ])('%s answers 422 to a query it does not know', async (name) => {
    const { path } = requestOf(name);
    const asked = await ask(name, { path: `${path}${path.includes('?') ? '&' : '?'}nonsense=1` });
    expect(asked).toMatchObject({ status: 422, body: { errors: [{ field: 'nonsense', code: 'bad_request' }] } });
  });

  it('a decision whose personal part was erased is answered 410, and its replay says erased', async () => {
    const { decisionId } = await service.client().predict({ customerId: 'S-erased', purpose: 'application', features });
    await eraseCustomer(service.service.database, 'S-erased', new Date());
    const path = `/v1/decisions/${decisionId}`;
    expect(await ask('readDecision', { path })).toMatchObject({ status: 410, code: 'decision_erased' });
    const replayed = await ask('replayDecision', { path: `${path}/replay` });
    expect(replayed).toMatchObject({ status: 200, body: { outcome: 'erased', fields: [] } });
  });
});

describe('operations with a body', () => {
  it.each(withJson)('%s answers 400 to what is no JSON', async (name) => {
    expect(await ask(name, { body: '{"customerId": ' })).toMatchObject({ status: 400, code: 'bad_body' });
  });

  it.each(withBody)('%s answers 415 to another type', async (name) => {
    expect(await ask(name, { headers: { 'Content-Type': 'text/plain' } })).toMatchObject({
      status: 415,
      code: 'media_type_unsupported',
    });
  });

  it.each(withJson)('%s answers 413 to a body that is too large', async (name) => {
    const body = JSON.stringify({ ...bodies[name], padding: 'x'.repeat(8 * 1_024 * 1_024) });
    expect(await ask(name, { body })).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it.each(withJson)('%s answers 422 to JSON that is not what it takes', async (name) => {
    expect(await ask(name, { body: '{"nonsense": 1}' })).toMatchObject({ status: 422, code: 'bad_request' });
  });

  it.each([...idempotent, 'predictStream'])('%s answers 422 to an Idempotency-Key that is none', async (name) => {
    expect(await ask(name, { headers: { 'Idempotency-Key': 'a b' } })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'Idempotency-Key' }] },
    });
  });

  it.each(idempotent)(
    '%s answers 409 to a key that was used for something else, and 410 once it is erased',
    async (name) => {
      const headers = { 'Idempotency-Key': `key-${name}` };
      const other = JSON.stringify(bodies[name]).replaceAll('"S-', '"S-keyed-').replaceAll('"S"', '"S-keyed"');
      expect((await ask(name, { headers, body: other })).status).toBe(200);
      expect(await ask(name, { headers })).toMatchObject({ status: 409, code: 'idempotency_conflict' });
      const { customerId } = await anyCustomer('S-keyed-');
      await eraseCustomer(service.service.database, customerId, new Date());
      expect(await ask(name, { headers, body: other })).toMatchObject({ status: 410, code: 'decision_erased' });
    },
  );

  it('recordOutcomes answers 409 to an id that is of another customer', async () => {
    await service.client().predict({ customerId: 'S-other', purpose: 'application', features });
    const body = JSON.stringify(bodies.recordOutcomes).replace('S-1', 'S-other');
    expect(await ask('recordOutcomes', { body })).toMatchObject({ status: 409, code: 'outcome_conflict' });
  });

  it('recordEvents answers 409 to an id that says something else', async () => {
    const body = JSON.stringify({ ...bodies.recordEvents, amountMinor: 1 });
    expect(await ask('recordEvents', { body })).toMatchObject({ status: 409, code: 'event_conflict' });
  });

  it('concludeReview answers 200 once, then 409; and 422 to a raise that names nothing', async () => {
    const path = `/v1/reviews/${await openReview('S-reviewed')}/conclude`;
    const empty = JSON.stringify({ conclusion: 'raise', reason: 'a test' });
    expect(await ask('concludeReview', { path, body: empty })).toMatchObject({ status: 422, code: 'bad_request' });
    expect(await ask('concludeReview', { path })).toMatchObject({ status: 200, body: { state: 'concluded' } });
    expect(await ask('concludeReview', { path })).toMatchObject({ status: 409, code: 'review_concluded' });
  });

  it('signals are read, confirmed, treated, put to sleep and cleared with 200, and with 409 what was done before', async () => {
    const moved = [9, 5].map(
      (days, place): EventItem => ({
        type: 'contact_change',
        eventId: `S-moved-${place}`,
        customerId: 'S-moved',
        occurredAt: daysAgo(days),
        payload: { field: 'phone' },
      }),
    );
    await service.client().recordEvents({ events: [...loanOf('S-moved', [40], [40]), ...moved] });
    const list = async () => (await service.client().listSignals({ customerId: 'S-moved' })).signals;
    await until(async () => (await list()).length > 0);
    const path = `/v1/signals/${(await list())[0]?.signalId}`;
    const soon = JSON.stringify({ until: daysAgo(-7), reason: 'a test' });
    expect((await ask('readSignal', { path })).status).toBe(200);
    expect((await ask('confirmSignal', { path: `${path}/confirm` })).status).toBe(200);
    expect(await ask('confirmSignal', { path: `${path}/confirm` })).toMatchObject({ status: 409 });
    expect((await ask('snoozeSignal', { path: `${path}/snooze`, body: soon })).status).toBe(200);
    expect(await ask('snoozeSignal', { path: `${path}/snooze` })).toMatchObject({ code: 'signal_refused' });
    expect((await ask('treatSignal', { path: `${path}/treat` })).status).toBe(200);
    expect((await ask('clearSignal', { path: `${path}/clear` })).status).toBe(200);
    for (const [name, act] of Object.entries({ treatSignal: 'treat', clearSignal: 'clear', snoozeSignal: 'snooze' }))
      expect(await ask(name, { path: `${path}/${act}` })).toMatchObject({ status: 409, code: 'signal_conflict' });
  });

  it('all answer 408 to a body that does not arrive within ten seconds', async () => {
    const answers = await Promise.all(
      withJson.map((name) => {
        const { method, path } = requestOf(name);
        return sendSlowly(`${method} ${path}`);
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(withJson.map(() => 408));
  }, 30_000);

  it.each(streams)('%s answers 429 to a ninth stream of the same key', async (name) => {
    const { port } = service;
    const head = [
      `POST ${allOperations[name]?.path} HTTP/1.1`,
      `Host: localhost:${port}`,
      'Content-Type: application/x-ndjson',
      'Transfer-Encoding: chunked',
      '\r\n',
    ].join('\r\n');
    const open = Array.from({ length: 8 }, () => connect(port, '127.0.0.1'));
    for (const socket of open) socket.write(head);
    await Promise.all(open.map((socket) => once(socket, 'data')));
    expect(await ask(name)).toMatchObject({ status: 429, code: 'too_many_streams' });
    for (const socket of open) socket.end('0\r\n\r\n');
    await Promise.all(open.map((socket) => once(socket, 'close')));
    expect((await ask(name)).status).toBe(200);
  });
});

describe('a service that stops or has keys', () => {
  it('every operation answers 503 with Retry-After while it stops', async () => {
    const asked = names.map(requestOf);
    const sockets = asked.map(() => connect(service.port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const [index, socket] of sockets.entries()) {
      socket.write(`${asked[index]?.method} ${asked[index]?.path} HTTP/1.1\r\nHost: localhost:${service.port}\r\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const stopped = service.service.stop();
    for (const [index, socket] of sockets.entries()) {
      const { headers = {}, body = '' } = asked[index] ?? { path: '' };
      const media = headers['Content-Type'] ? `Content-Type: ${headers['Content-Type']}\r\n` : '';
      socket.write(`Connection: close\r\n${media}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }
    const answers = await Promise.all(sockets.map(readAnswer));
    for (const [index, answer] of answers.entries()) {
      const { method = 'GET', path = '' } = asked[index] ?? {};
      await holdToContract(method, path, answer.clone());
      expect(await answer.json()).toMatchObject({ status: 503, code: 'stopping' });
      expect(answer.headers.get('Retry-After')).toBe('1');
    }
    await stopped;
  });

  it.each(names)('%s answers 401 without a key', async (name) => {
    const hash = hashOf('secret');
    if (answeredStatuses.get(names[0] ?? '')?.has(401) !== true)
      service = await start({ VIGIL_API_KEYS: `desk:${hash},officer:${hashOf('officer')}` });
    expect(await ask(name)).toMatchObject({ status: 401, code: 'key_unknown' });
    expect((await ask(name)).headers.get('WWW-Authenticate')).toBe('Bearer');
    if (acts.includes(name)) return;
    expect((await ask(name, { headers: { Authorization: 'Bearer secret' } })).status).toBe(200);
  });
});

describe('what changes the registry, on a service with keys', () => {
  const reason = 'a test';
  const as = (key: string, act: string, version: string | null, body: object = {}) => {
    const place = version === null ? 'tiny' : `tiny/versions/${version}`;
    return service.post(`/v1/models/${place}/${act}`, { reason, ...body }, { Authorization: `Bearer ${key}` });
  };
  const register = (version: string, key = 'secret') =>
    service.post('/v1/models', { name: 'tiny', version, reason }, { Authorization: `Bearer ${key}` });
  const codeOf = async (answered: Promise<Response>) => {
    const { status, code } = (await (await answered).json()) as { status?: number; code?: string };
    return [status, code];
  };
  const standing = async (answered: Promise<Response>) => {
    const answer = await answered;
    expect(answer.status).toBe(200);
    return (await answer.json()) as { state: string; approvedBy: string[]; gates: { waivedBy: string | null }[] };
  };

  it('answers what became of a model, step by step', async () => {
    for (const version of ['1', '2', '3', '4']) expect((await register(version)).status).toBe(200);
    expect(await codeOf(as('secret', 'approve', '1'))).toEqual([403, 'approval_refused']);
    expect(await standing(as('officer', 'approve', '1'))).toMatchObject({ state: 'approved', approvedBy: ['officer'] });
    expect(await codeOf(as('officer', 'approve', '1'))).toEqual([409, 'registry_conflict']);
    expect(await standing(as('secret', 'promote', '1'))).toMatchObject({ state: 'promoted' });
    expect(await codeOf(as('secret', 'promote', '2'))).toEqual([409, 'not_promotable']);
    expect(await codeOf(as('secret', 'shadow', '1'))).toEqual([409, 'registry_conflict']);
    expect(await codeOf(as('secret', 'retire', '1'))).toEqual([409, 'registry_conflict']);
    expect(await codeOf(as('secret', 'rollback', null))).toEqual([409, 'registry_conflict']);
    expect(await codeOf(as('secret', 'waive', '2', { gate: 'failed' }))).toEqual([403, 'approval_refused']);
    expect(await standing(as('officer', 'waive', '2', { gate: 'failed' }))).toMatchObject({
      state: 'registered',
      gates: [{ verdict: 'failed', waivedBy: 'officer' }],
    });
    expect(await codeOf(as('officer', 'waive', '2', { gate: 'failed' }))).toEqual([409, 'registry_conflict']);
    await standing(as('officer', 'approve', '2'));
    expect(await standing(as('secret', 'promote', '2'))).toMatchObject({ state: 'promoted' });
    expect(await standing(as('secret', 'rollback', null))).toMatchObject({ version: '1', state: 'promoted' });
    expect(await standing(as('secret', 'shadow', '3'))).toMatchObject({ state: 'shadowed' });
    expect(await standing(as('secret', 'retire', '2'))).toMatchObject({ state: 'retired' });
  });

  const adjust = (key: string, version: string, path: string, body: object) =>
    service.post(`/v1/models/tiny/versions/${version}/adjustments${path}`, body, { Authorization: `Bearer ${key}` });
  const adjustment = createAdjustmentContent({ to: '2999-01-01' });

  it('answers what became of an adjustment, step by step', async () => {
    const proposed = await adjust('secret', '1', '', { adjustment });
    expect(proposed.status).toBe(200);
    expect(await proposed.json()).toMatchObject({ name: 'overlay', state: 'proposed', proposedBy: 'desk' });
    expect(await codeOf(adjust('officer', '1', '', { adjustment }))).toEqual([409, 'adjustment_conflict']);
    const unfit = { ...adjustment, name: 'unfit', tables: [{ inputs: ['none'], microLogits: [1] }] };
    expect(await codeOf(adjust('secret', '1', '', { adjustment: unfit }))).toEqual([409, 'adjustment_unfit']);
    const reason = { reason: 'a test' };
    expect(await codeOf(adjust('secret', '1', '/overlay/approve', reason))).toEqual([403, 'approval_refused']);
    const approved = await adjust('officer', '1', '/overlay/approve', reason);
    expect(approved.status).toBe(200);
    expect(await approved.json()).toMatchObject({
      adjustments: [{ name: 'overlay', state: 'approved', isInForce: true, approvedBy: 'officer' }],
    });
    expect(await codeOf(adjust('officer', '1', '/overlay/approve', reason))).toEqual([409, 'adjustment_conflict']);
    const withdrawn = await adjust('secret', '1', '/overlay/withdraw', reason);
    expect(withdrawn.status).toBe(200);
    expect(await withdrawn.json()).toMatchObject({ adjustments: [{ state: 'withdrawn', isInForce: false }] });
    expect(await codeOf(adjust('secret', '1', '/overlay/withdraw', reason))).toEqual([409, 'adjustment_conflict']);
  });

  it('answers 410 for a version that is retired', async () => {
    expect(await codeOf(adjust('secret', '2', '', { adjustment }))).toEqual([410, 'model_retired']);
    for (const act of ['approve', 'withdraw']) {
      expect(await codeOf(adjust('officer', '2', `/overlay/${act}`, { reason: 'a test' }))).toEqual([
        410,
        'model_retired',
      ]);
    }
    for (const act of ['approve', 'waive', 'promote', 'shadow', 'retire']) {
      expect(await codeOf(as('officer', act, '2', act === 'waive' ? { gate: 'failed' } : {}))).toEqual([
        410,
        'model_retired',
      ]);
    }
    expect(await codeOf(register('2'))).toEqual([410, 'model_retired']);
    const headers = { Authorization: 'Bearer secret' };
    for (const path of ['/v2/models/tiny/versions/2', '/v2/models/tiny/versions/2/ready']) {
      expect(await codeOf(service.request(path, { headers }))).toEqual([410, 'model_retired']);
    }
    const body = { customerId: 'S-2', purpose: 'application', model: 'tiny@2', features: { column_0: 1 } };
    expect(await codeOf(service.post('/v1/predict', body, headers))).toEqual([410, 'model_retired']);
    const curve = '/v1/hazards/taiwan-card/versions/1/curve';
    expect(await codeOf(service.post(curve, bodies.drawCurve, headers))).toEqual([410, 'model_retired']);
  });

  it('answers 409 to a version that is another in the database', async () => {
    await service.service.database.pool.query(
      "INSERT INTO artifacts (fingerprint, kind, name, version, content, added_at) VALUES ('other', 'model', 'tiny', '5', '{}', now())",
    );
    writeFolder(models, tiny({ version: '5', learner: 'boosted' }));
    expect(await codeOf(register('5'))).toEqual([409, 'version_exists']);
  });

  it('answers 422 to a folder that is damaged, and does not say where it lies', async () => {
    const path = writeFolder(models, tiny({ version: '6' }));
    writeFileSync(join(path, 'model.json'), '{');
    const answer = (await (await register('6')).json()) as { detail: string };
    expect(answer).toMatchObject({
      status: 422,
      code: 'model_unfit',
      detail: expect.stringContaining('tiny/6/model.json'),
    });
    expect(answer.detail).not.toContain(files.path);
  });
});

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

describe('the contract', () => {
  it.each(names)('%s was answered with every status it documents and with no other', (name) => {
    const sorted = (found: Iterable<number> = []) => [...found].sort();
    expect(sorted(answeredStatuses.get(name))).toEqual(sorted(documentedStatuses.get(name)));
  });
});

/** A review of a customer's loan that is due now. */
const openReview = async (customerId: string): Promise<string> => {
  const { database, live } = service.service;
  const [now, timeZone] = [() => new Date(), 'Asia/Shanghai'];
  await service.client().predict({ customerId, purpose: 'application', features });
  await service.client().recordEvents(facilityOf({ customerId, eventId: `${customerId}-loan` }));
  await openAllDueReviews({ database, live, features: createFeatureReader({ database, timeZone }), timeZone, now });
  const wanted = { state: null, customerId, dueBefore: null, limit: 1, after: null };
  const { reviews } = await showReviews(database, wanted, { now: now(), timeZone });
  return reviews[0]?.opened.reviewId ?? '';
};

const anyCustomer = async (prefix: string): Promise<{ customerId: string }> =>
  service.service.database.prisma.customer.findFirstOrThrow({ where: { customerId: { startsWith: prefix } } });

/** Sends the head of a request and the first byte of its body, and waits for the answer. */
const sendSlowly = async (line: string): Promise<Response> => {
  const socket = connect(service.port, '127.0.0.1');
  socket.write(
    `${line} HTTP/1.1\r\nHost: localhost:${service.port}\r\nContent-Type: ${json['Content-Type']}\r\nContent-Length: 100\r\n\r\n{`,
  );
  const answer = await readAnswer(socket);
  const [method = '', path = ''] = line.split(' ');
  await holdToContract(method, path, answer.clone());
  return answer;
};

/** The one answer that comes before the other side closes the connection. */
const readAnswer = async (socket: ReturnType<typeof connect>): Promise<Response> => {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  const [first = '', ...headers] = head.split('\r\n');
  return new Response(rest.join('\r\n\r\n'), {
    status: Number(first.split(' ')[1]),
    headers: headers.map((line): [string, string] => [line.split(': ')[0] ?? '', line.split(': ').slice(1).join(': ')]),
  });
};
