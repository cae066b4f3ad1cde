import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { sendBytes } from '../support/raw-request.ts';
import { rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';

const service = useService();
const features = rowOf(0);
const body = { customerId: 'X-1', purpose: 'application', features };
const text = JSON.stringify(body);
const MEGABYTE = 1_048_576;

/** No answer takes longer than this, whatever is sent. */
const MOST_MILLISECONDS = 1_000;
/** A machine that is busy with something else may hold up one answer, but not the same one every time. */
const TRIES = 5;

const answerInTime = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  for (let tries = 1; ; tries++) {
    const from = performance.now();
    const answer = await ask();
    const milliseconds = performance.now() - from;
    if (milliseconds < MOST_MILLISECONDS) return answer;
    if (tries === TRIES) throw new Error(`answered after ${Math.round(milliseconds)} ms, ${TRIES} times`);
  }
};

afterEach(async () => {
  expect((await answerInTime(() => service().post('/v1/predict', body))).status).toBe(200);
});

const send = (sent: string | Buffer, headers: Record<string, string> = {}, path = '/v1/predict') =>
  answerInTime(async () => {
    const answered = await service().request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: sent,
    });
    const { code } = (await answered.json()) as { code?: string };
    return [answered.status, code];
  });

const withField = (value: string): string => text.replace(/"credit_limit":[^,}]+/, `"credit_limit":${value}`);

describe('numbers and types that JSON or a model does not know', () => {
  it.each([
    ['NaN', 400, 'bad_body'],
    ['Infinity', 400, 'bad_body'],
    ['-Infinity', 400, 'bad_body'],
    ['0x10', 400, 'bad_body'],
    ['01', 400, 'bad_body'],
    ['1e400', 422, 'bad_request'],
    ['-1e999999', 422, 'bad_request'],
    ['1e300', 422, 'bad_value'],
    ['9007199254740993', 422, 'bad_value'],
    ['"50000"', 422, 'bad_value'],
    ['true', 422, 'bad_request'],
    ['[50000]', 422, 'bad_request'],
    ['{"value":50000}', 422, 'bad_request'],
    ['""', 422, 'bad_value'],
    ['-1', 422, 'bad_value'],
  ])('%s is answered %i %s', async (value, status, code) => {
    expect(await send(withField(value))).toEqual([status, code]);
  });

  it.each(['null', '[]', '"text"', '7', 'true', '{}', '[[{}]]'])('a body of %s is answered 422', async (sent) => {
    expect(await send(sent)).toEqual([422, 'bad_request']);
  });

  it('a number of a million digits and a text of a whole body are answered like others', async () => {
    expect(await send(withField('9'.repeat(60_000)))).toEqual([422, 'bad_request']);
    expect(await send(withField(JSON.stringify('x'.repeat(60_000))))).toEqual([422, 'bad_value']);
    expect(await send(JSON.stringify({ ...body, customerId: 'x'.repeat(60_000) }))).toEqual([422, 'bad_request']);
  });
});

describe('bodies that are no clean JSON', () => {
  const cases: readonly [string, string | Buffer][] = [
    ['nothing', ''],
    ['half of it', text.slice(0, -5)],
    ['more behind it', `${text} {}`],
    ['comments', `/* */ ${text}`],
    ['a comma too many', text.replace('}}', ',}}')],
    ['single quotes', text.replaceAll('"', "'")],
    ['a byte order mark', `\ufeff${text}`],
    ['zero bytes', `${text}\0`],
    ['a zero character', text.replace('X-1', 'X\\u0000')],
    ['half a character, escaped', text.replace('X-1', '\\ud800')],
    ['the halves of a character swapped', text.replace('X-1', '\\udc00\\ud800')],
    ['half a character in a key', text.replace('"customerId"', '"\\udfff":1,"customerId"')],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from(text.slice(0, 16)), Buffer.from([0xff, 0xfe]), Buffer.from(text.slice(16))]),
    ],
    ['overlong UTF-8', Buffer.concat([Buffer.from('{"customerId":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])],
    ['surrogates in UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['a key twice', text.replace('"purpose"', '"customerId":"X-2","purpose"')],
    ['a field twice', text.replace('"features":{', '"features":{"credit_limit":1,')],
    ['a key twice, once escaped', text.replace('"purpose"', '"customer\\u0049d":"X-2","purpose"')],
    ['a prototype', text.replace('"purpose"', '"__proto__":{"purpose":"x"},"purpose"')],
    ['a prototype among the features', text.replace('"features":{', '"features":{"__proto__":{"admin":1},')],
    ['a constructor', text.replace('"features":{', '"features":{"constructor":{"prototype":{}},')],
    ['lists in lists', '['.repeat(30_000)],
    ['closed lists in lists', `${'['.repeat(15_000)}${']'.repeat(15_000)}`],
    ['objects in objects', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ];
  it.each(cases)('%s: 400', async (_, sent) => {
    expect(await send(sent)).toEqual([400, 'bad_body']);
  });

  it('and a text that looks like a key twice is none', async () => {
    const answered = await send(text.replace('X-1', '\\"a\\":1,\\"a\\":2 \\\\'));
    expect(answered).toEqual([200, undefined]);
    expect({}).not.toHaveProperty('admin');
  });
});

describe('bodies of other types and sizes', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json; charset=utf-16',
    'application/json; charset=gbk',
    'application/x-ndjson',
    'nonsense',
    ';;;',
  ])('sent as %s: 415', async (media) => {
    expect(await send(text, { 'Content-Type': media })).toEqual([415, 'media_type_unsupported']);
  });

  it.each(['application/json; charset=UTF-8', 'APPLICATION/JSON', 'application/json;charset="utf-8"'])(
    'sent as %s: taken',
    async (media) => {
      expect(await send(text, { 'Content-Type': media })).toEqual([200, undefined]);
    },
  );

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('packed by %s it is taken; a bomb, a broken one and a false one are not', async (name, pack) => {
    const headers = { 'Content-Encoding': name };
    expect(await send(pack(text), headers)).toEqual([200, undefined]);
    const bomb = pack(Buffer.alloc(64 * MEGABYTE, ' '));
    expect(bomb.length).toBeLessThan(MEGABYTE);
    expect(await send(bomb, headers)).toEqual([413, 'body_too_large']);
    expect(await send(bomb, headers, '/v1/predict/batch')).toEqual([413, 'body_too_large']);
    expect(await send(pack(text).subarray(0, 40), headers)).toEqual([400, 'bad_body']);
    expect(await send(text, headers)).toEqual([400, 'bad_body']);
  });

  it.each(['compress', 'gzip, gzip', 'zstd', 'x'])('packed by %s: 415', async (name) => {
    expect(await send(text, { 'Content-Encoding': name })).toEqual([415, 'media_type_unsupported']);
  });

  it('too large by what it says, by what it is, and in pieces: 413', async () => {
    const large = text.replace('X-1', 'x'.repeat(80_000));
    expect(await send(large)).toEqual([413, 'body_too_large']);
    const head = `POST /v1/predict HTTP/1.1\r\nHost: localhost:${service().port}\r\nContent-Type: application/json\r\n`;
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const pieces = await sendBytes(service(), [
      `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
      piece,
      piece,
      '0\r\n\r\n',
    ]);
    expect(pieces).toMatchObject({ text: expect.stringMatching(/^HTTP\/1.1 413/), isClosed: true });
  });

  it('a batch whose every value is wrong is refused as fast as others, and names no more than fifty faults', async () => {
    const fields = (count: number, value: string) =>
      `{${Array.from({ length: count }, (_, index) => `"${index}":${value}`).join(',')}}`;
    const batch = (rows: number, sent: string) =>
      `{"requests":[${Array(rows).fill(`{"customerId":"X","purpose":"application","features":${sent}}`).join(',')}]}`;
    const inference = (tensors: number, sent: string) =>
      `{"inputs":[${Array(tensors).fill(`{"name":"a","datatype":"FP64",${sent}}`).join(',')}]}`;
    const list = (count: number, value: string) => `[${Array(count).fill(value).join(',')}]`;
    const tensors = '/v2/models/taiwan-card/infer';
    for (const [path, sent, status] of [
      ['/v1/predict/batch', batch(1, fields(300_000, '[]')), 400],
      ['/v1/predict/batch', `{"requests":${list(3_000_000, '1')}}`, 400],
      ['/v1/predict/batch', `{"requests":${list(2_000, '1')}}`, 422],
      ['/v1/predict/batch', batch(1_500, fields(400, '[]')), 422],
      ['/v1/predict/batch', batch(500, fields(1_500, '1')), 422],
      [tensors, inference(1, `"shape":${list(2_000_000, '0')},"data":[1]`), 400],
      [tensors, inference(1_900, `"shape":${list(1_900, '0')},"data":[1]`), 422],
      [tensors, inference(1_900, `"shape":[1],"data":${list(1_000, '{}')}`), 422],
      [tensors, inference(900, `"shape":[1],"data":[1],"parameters":${fields(800, '{}')}`), 422],
    ] as const) {
      expect(sent.length).toBeLessThan(8 * MEGABYTE);
      expect((await send(sent, {}, path))[0]).toBe(status);
    }
    const many = JSON.stringify({ requests: Array.from({ length: 1_000 }, () => ({ ...body, features: {} })) });
    const answered = await service().post('/v1/predict/batch', many);
    expect(answered.status).toBe(422);
    expect(((await answered.json()) as { errors: unknown[] }).errors).toHaveLength(50);
  });
});

describe('requests that are no clean HTTP', () => {
  const own = () => `Host: localhost:${service().port}\r\n`;
  const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\n${own()}${headers}Connection: close\r\n\r\n`;
  const post = (headers: string, sent: string) =>
    `POST /v1/predict HTTP/1.1\r\n${own()}Content-Type: application/json\r\nConnection: close\r\n${headers}\r\n${sent}`;
  const first = (answer: string) => answer.split('\r\n')[0] ?? '';

  const cases: readonly [string, () => string, RegExp][] = [
    ['no HTTP at all', () => 'hello\r\n\r\n', /400/],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /400/],
    ['a version that is not', () => `GET /livez HTTP/9.9\r\n${own()}\r\n`, /400/],
    ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /400/],
    ['a method that is not', () => `BREW / HTTP/1.1\r\n${own()}\r\n`, /400/],
    ['a header without a name', () => get('/v1/models', ': x\r\n'), /400/],
    ['a header with a line feed alone', () => get('/v1/models', 'X: a\nY: b\r\n'), /400|200/],
    ['a header with a zero', () => get('/v1/models', 'X: a\0b\r\n'), /400/],
    ['folded headers', () => get('/v1/models', 'X: a\r\n b\r\n'), /400|200/],
    ['one header too long', () => get('/v1/models', `X: ${'x'.repeat(20_000)}\r\n`), /431/],
    ['many headers', () => get('/v1/models', 'X: y\r\n'.repeat(10_000)), /431/],
    [
      'very many small headers',
      () => get('/v1/models', Array.from({ length: 1_900 }, (_, i) => `a${i}:\r\n`).join('')),
      /200|431/,
    ],
    ['a path too long', () => get(`/${'x'.repeat(20_000)}`), /431/],
    ['two lengths', () => post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), /400/],
    ['a length and pieces', () => post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), /400/],
    ['a negative length', () => post('Content-Length: -2\r\n', '{}'), /400/],
    ['a length that is none', () => post('Content-Length: two\r\n', '{}'), /400/],
    ['a length beyond numbers', () => post('Content-Length: 99999999999999999999999\r\n', '{}'), /400/],
    ['pieces of no size', () => post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n'), /400/],
    [
      'pieces of a size beyond numbers',
      () => post('Transfer-Encoding: chunked\r\n', 'fffffffffffffffff\r\n{}\r\n'),
      /400/,
    ],
    ['pieces inside pieces', () => post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), /400|415|422/],
    ['packed pieces', () => post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), /400|415/],
    ['an expectation that is none', () => post('Expect: miracles\r\nContent-Length: 2\r\n', '{}'), /417/],
    ['an upgrade', () => get('/v1/models', 'Upgrade: websocket\r\n'), /200/],
    ['a tunnel', () => `CONNECT evil.example:443 HTTP/1.1\r\n${own()}\r\n`, /^$/],
    ['all of it', () => `OPTIONS * HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`, /404/],
    [
      'a proxied address',
      () => `GET http://localhost:${service().port}/v1/models HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`,
      /200|404/,
    ],
    ['an address that is none', () => `GET http://[ HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`, /400|404/],
    ['an address of another kind', () => `GET file:///etc/passwd HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`, /404/],
  ];
  it.each(cases)('%s', async (_, request, expected) => {
    const { text: answer, isClosed } = await sendBytes(service(), request());
    expect(isClosed).toBe(true);
    expect(first(answer)).toMatch(expected);
    expect(first(answer)).not.toMatch(/ 5\d\d /);
  });

  it.each([
    ['/%00', 404],
    ['/%ff', 404],
    ['/v1/decisions/%ff', 400],
    ['/v1/decisions/%', 400],
    ['/v1/decisions/%00', 422],
    ['/v1/decisions/..%2f..%2fetc', 404],
    [`/v1/decisions/${'x'.repeat(5_000)}`, 422],
    ['/v1/decisions?customerId=%00', 422],
    ['/v1/decisions?customerId=%0a', 422],
    ['/v1/decisions?customerId=%ff', 200],
    ['/v1/decisions?customerId=a&customerId=b', 422],
    ['/v1/decisions?customerId[a]=b', 422],
    ['/v1/decisions?__proto__=1&customerId=a', 422],
    [`/v1/decisions?${'a=1&'.repeat(1_500)}`, 422],
    ['/v1/decisions?customerId=a&before=99999999999999999999', 422],
    ['/v1/decisions?customerId=a&before=999999999999999999', 200],
    ['/v1/models/__proto__/versions/constructor', 422],
    ['/v1/policies/current?model=__proto__', 422],
    ['//v1/models', 404],
    ['/v1//models', 404],
    ['/v1/models/../../etc/passwd', 404],
    ['/V1/models', 404],
    ['/docs/..%2f..%2f..%2fpackage.json', 404],
    ['/docs/../../package.json', 404],
    ['/docs/%00', 404],
    ['/docs/nothing', 404],
    ['/?/v1/models', 404],
    ['/v1/models;a=b', 404],
    ['/v1/models#x', 200],
  ])('GET %s is answered %i', async (path, status) => {
    const { text: answer } = await sendBytes(service(), get(path));
    expect(first(answer)).toContain(`HTTP/1.1 ${status} `);
  });

  it.each([
    ['HEAD', '/v1/models', 200],
    ['HEAD', '/openapi.json', 200],
    ['HEAD', '/v1/predict', 405],
    ['HEAD', '/nowhere', 404],
    ['OPTIONS', '/v1/predict', 405],
    ['TRACE', '/v1/predict', 405],
    ['PATCH', '/v2/models/taiwan-card/infer', 405],
  ])('%s %s is answered %i without a body for HEAD', async (method, path, status) => {
    const request = `${method} ${path} HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`;
    const { text: answer } = await sendBytes(service(), request);
    expect(first(answer)).toContain(`HTTP/1.1 ${status} `);
    if (method === 'HEAD') expect(answer.split('\r\n\r\n')[1]).toBe('');
  });

  it('requests sent one behind the other without waiting are answered in their order', async () => {
    const piece = (path: string) => `GET ${path} HTTP/1.1\r\n${own()}\r\n`;
    const sent = `${piece('/v1/policies/current')}${piece('/nowhere')}${piece('/v1/models')}${get('/v1/decisions/%ff')}`;
    const { text: answer } = await sendBytes(service(), sent);
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  });

  it('what lies behind a refused body is not taken for a request', async () => {
    const hidden = `GET /v1/models HTTP/1.1\r\n${own()}\r\n`;
    const { text: answer } = await sendBytes(
      service(),
      `POST /v1/predict HTTP/1.1\r\n${own()}Content-Type: text/plain\r\nContent-Length: ${hidden.length}\r\nConnection: close\r\n\r\n${hidden}`,
    );
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 415']);
  });

  it('callers that hang up in the middle of a body leave nothing behind', async () => {
    const before = await service().service.database.prisma.record.count();
    for (const part of [0, 1, 100, text.length - 1]) {
      const socket = connect(service().port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(post(`Content-Length: ${text.length}\r\n`, text.slice(0, part)));
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.resetAndDestroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await service().service.database.prisma.record.count()).toBe(before);
    expect(service().log()).not.toContain('internal');
  });
});
