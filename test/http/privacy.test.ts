import { describe, expect, it } from 'vitest';
import { appError } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import { sendBytes } from '../support/raw-request.ts';
import { rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';
import { toTensorBody } from '../support/tensors.ts';

const service = useService();

/** What would name or describe a person, wherever it is sent. */
const CUSTOMER = 'Zhang-Wei-310104199001011234';
const VALUE = 987_654_321;
const TEXT = 'secret-employer-Ltd';
const personal = [CUSTOMER, encodeURIComponent('王小明'), '王小明', String(VALUE), TEXT];

describe('the log', () => {
  it('holds nothing of a request, answered or refused, but ids, codes and durations', async () => {
    const features = { ...rowOf(0), credit_limit: VALUE };
    const body = { customerId: CUSTOMER, purpose: 'application', features };
    const { post, request } = service();
    const made = (await (await post('/v1/predict', body)).json()) as { decisionId?: string };
    await post('/v1/predict', { ...body, customerId: '王小明' });
    await post('/v1/predict', { ...body, features: { ...features, credit_limit: TEXT } });
    await post('/v1/predict', { ...body, features: { ...features, [TEXT]: VALUE } });
    await post('/v1/predict', { ...body, [TEXT]: TEXT });
    await post('/v1/predict', `{"customerId": "${CUSTOMER}" ${TEXT}`);
    await post('/v1/predict', body, { 'Idempotency-Key': `${TEXT} ${CUSTOMER}` });
    await post('/v1/predict', body, { 'Idempotency-Key': CUSTOMER });
    await post('/v1/predict', body, { Origin: `https://${TEXT}.example` });
    await post('/v1/predict', body, { 'User-Agent': CUSTOMER, 'Accept-Language': TEXT, 'X-Request-Id': CUSTOMER });
    await post('/v1/predict/batch', { requests: [body, { ...body, model: `${TEXT.toLowerCase()}@1` }] });
    await post('/v2/models/taiwan-card/infer', toTensorBody([features], CUSTOMER));
    await request(`/v1/decisions?customerId=${CUSTOMER}`);
    await request(`/v1/decisions?customerId=${encodeURIComponent('王小明')}&${TEXT}=${VALUE}`);
    await request(`/v1/decisions/${CUSTOMER}`);
    await request(`/v1/decisions/${made.decisionId}?explain=full`);
    await request(`/v1/nowhere/${CUSTOMER}?name=${TEXT}`);
    await request(`/v1/models/${TEXT.toLowerCase()}/versions/1`);
    await sendBytes(service(), `GET /${CUSTOMER} HTTP/1.1\r\nbroken header ${TEXT}\r\n\r\n`);
    const line = JSON.stringify({ id: CUSTOMER, ...body });
    const lines = [line, `{"${TEXT}":`, JSON.stringify({ id: TEXT })].join('\n');
    await post('/v1/predict/stream', lines, { 'Content-Type': 'application/x-ndjson' });

    const log = service().log();
    for (const value of personal) expect(log.toLowerCase()).not.toContain(value.toLowerCase());
    const written = log
      .trim()
      .split('\n')
      .map((entry) => JSON.parse(entry));
    expect(written.length).toBeGreaterThan(15);
    for (const entry of written) {
      expect(['level', 'time', 'request', 'principal', 'operation', 'status', 'fault', 'ms', 'msg']).toEqual(
        expect.arrayContaining(Object.keys(entry)),
      );
    }
  });

  it('tells of a fault its name, its code and where it arose, never its words', async () => {
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    const inner = Object.assign(new TypeError(`no ${CUSTOMER}`), { code: '22021', detail: `Key (id)=(${CUSTOMER})` });
    logger.error(
      { err: appError('bad_value', { field: TEXT, value: VALUE, problem: { zh: TEXT, en: TEXT } }, { cause: inner }) },
      'fault',
    );
    logger.error({ err: `text of ${CUSTOMER}` }, 'fault');
    for (const value of personal) expect(lines.join('')).not.toContain(value);
    expect(JSON.parse(lines[0] ?? '').err).toMatchObject({
      type: 'AppError',
      code: 'bad_value',
      at: expect.arrayContaining([expect.stringContaining('privacy.test')]),
      cause: { type: 'TypeError', code: '22021' },
    });
  });

  it('is found by the id that the caller was given', async () => {
    const answered = await service().request('/v1/nowhere');
    const { instance } = (await answered.json()) as { instance: string };
    expect(instance).toBe(answered.headers.get('X-Request-Id'));
    expect(service().log()).toContain(`"request":"${instance}"`);
  });
});
