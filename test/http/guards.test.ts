import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { startService } from '../../src/main.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { sendBytes, sendRaw } from '../support/raw-request.ts';
import { rowOf } from '../support/rows.ts';
import { problemOf, startTestService, useService } from '../support/service.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a service without keys', () => {
  const service = useService();
  const path = '/v1/policies/current';
  const ask = async (headers: Record<string, string>) => {
    const answered = await sendRaw(service(), { path, headers: { Host: `localhost:${service().port}`, ...headers } });
    return { status: answered.status, code: ((await answered.json()) as { code?: string }).code };
  };

  it.each(['localhost', '127.0.0.1', '[::1]', 'LocalHost'])('answers to %s with its port', async (name) => {
    expect(await ask({ Host: `${name}:${service().port}` })).toMatchObject({ status: 200 });
  });

  it.each([
    ['another name (DNS rebinding)', () => `rebound.example:${service().port}`],
    ['no port', () => 'localhost'],
    ['another port', () => `localhost:${service().port + 1}`],
    ['another address of the machine', () => `192.0.2.7:${service().port}`],
    ['a name that begins alike', () => `localhost.example:${service().port}`],
    ['a user before the name', () => `x@localhost:${service().port}`],
    ['a point behind the name', () => `localhost.:${service().port}`],
    ['the wide IPv6 form', () => `[0:0:0:0:0:0:0:1]:${service().port}`],
  ])('answers 421 to a Host of %s', async (_, host) => {
    expect(await ask({ Host: host() })).toEqual({ status: 421, code: 'host_refused' });
  });

  it.each([
    ['no Host', 'HTTP/1.1', [], 400],
    ['no Host in the old protocol', 'HTTP/1.0', [], 421],
    ['an empty Host', 'HTTP/1.1', [''], 421],
    ['a foreign Host before ours', 'HTTP/1.1', ['evil.example', 'localhost:PORT'], 421],
  ])('answers %s', async (_, version, hosts, status) => {
    const lines = hosts.map((host) => `Host: ${host.replace('PORT', String(service().port))}\r\n`).join('');
    const { text } = await sendBytes(service(), `GET ${path} ${version}\r\n${lines}Connection: close\r\n\r\n`);
    expect(text.split('\r\n')[0]).toContain(`HTTP/1.1 ${status}`);
  });

  it('answers 421 where the request line and Host name another host', async () => {
    const { text } = await sendBytes(
      service(),
      `GET http://evil.example${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1.1 421/);
  });

  it.each(['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'x-forwarded-anything'])(
    'answers 403 to %s',
    async (name) => {
      expect(await ask({ [name]: 'for=127.0.0.1' })).toEqual({ status: 403, code: 'forwarded_refused' });
    },
  );

  it.each(['http://localhost', 'http://127.0.0.1', 'http://[::1]'])(
    'takes pages of %s with its port',
    async (origin) => {
      expect(await ask({ Origin: `${origin}:${service().port}` })).toMatchObject({ status: 200 });
    },
  );

  it.each([
    'http://localhost:PORT://evil.example',
    'https://evil.example',
    'null',
    'http://localhost',
    'https://localhost:PORT',
    'http://localhost:1',
    '',
  ])('answers 403 to pages of "%s"', async (origin) => {
    const asked = await ask({ Origin: origin.replace('PORT', String(service().port)) });
    expect(asked).toEqual({ status: 403, code: 'origin_refused' });
  });

  it('answers its probes to anybody, and they tell nothing but whether it lives and is ready, and which models are not', async () => {
    for (const probe of ['/livez', '/readyz', '/v2/health/live', '/v2/health/ready']) {
      const answered = await sendRaw(service(), {
        path: probe,
        headers: { Host: 'probe.example', Forwarded: 'for=x' },
      });
      expect(answered.status).toBe(200);
      const told = Object.keys((await answered.json()) as object);
      expect(['status', 'live', 'ready', 'database', 'durable', 'faults']).toEqual(expect.arrayContaining(told));
    }
  });

  it('grants no page of another site anything', async () => {
    const answered = await service().request('/v1/models');
    expect([...answered.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    const asked = await service().request('/v1/predict', { method: 'OPTIONS' });
    expect(asked.status).toBe(405);
  });
});

describe('where a service listens', () => {
  const folder = useFolder();
  const start = (env: Record<string, string>) =>
    startService({
      config: readConfig({ VIGIL_HOME: folder.folder(), VIGIL_PORT: '0', ...env }),
      modelFolders: [],
      version: 'test',
      logger: createLogger('silent'),
    });

  it.each(['0.0.0.0', '::', '192.0.2.7', 'vigil.example', '127.0.0.1.example', '::ffff:127.0.0.1'])(
    'refuses to start on %s without keys',
    async (host) => {
      const fault = await faultOf(() => start({ VIGIL_HOST: host }));
      expect(fault).toMatchObject({ code: 'keys_needed', values: { host } });
    },
  );

  it('is the loopback of IPv6 too, with the same guards', async () => {
    const service = await startTestService(folder.folder(), { env: { VIGIL_HOST: '::1' }, models: [] });
    try {
      expect((await service.request('/v1/models')).status).toBe(200);
      const { port } = service;
      for (const [host, status] of [
        [`[::1]:${port}`, 200],
        [`localhost:${port}`, 200],
        [`[::2]:${port}`, 421],
        [`evil.example:${port}`, 421],
      ] as const) {
        expect((await sendRaw(service, { path: '/v1/models', headers: { Host: host } })).status).toBe(status);
      }
    } finally {
      await service.service.stop();
    }
  });

  it.each(['desk', 'desk:', `:${sha256('a')}`, 'desk:abc', `de sk:${sha256('a')}`])(
    'refuses the key list "%s"',
    (listed) => {
      expect(() => readConfig({ VIGIL_API_KEYS: listed })).toThrow('VIGIL_API_KEYS');
    },
  );
});

describe('a service with keys', () => {
  const keys = `desk:${sha256('desk-secret')}, branch:${sha256('branch-secret').toUpperCase()}`;
  const service = useService(() => ({ env: { VIGIL_API_KEYS: keys, VIGIL_HOST: '0.0.0.0' } }));
  const body = { customerId: 'K-1', purpose: 'application' as const, features: rowOf(0) };
  const ask = async (headers: Record<string, string>) =>
    (await sendRaw(service(), { path: '/v1/models', headers: { Host: 'vigil.example', ...headers } })).status;

  it('takes either key, as a bearer or by name, from any host, forwarded or not', async () => {
    expect(await ask({ Authorization: 'Bearer desk-secret' })).toBe(200);
    expect(await ask({ Authorization: 'bearer branch-secret' })).toBe(200);
    expect(await ask({ 'X-API-Key': 'desk-secret', 'X-Forwarded-For': '192.0.2.7', Origin: 'https://a.example' })).toBe(
      200,
    );
  });

  it.each([
    ['none', {}],
    ['another', { Authorization: 'Bearer desk-secret2' }],
    ['the hash of one', { Authorization: `Bearer ${sha256('desk-secret')}` }],
    ['the name of one', { Authorization: 'Bearer desk' }],
    ['another scheme', { Authorization: `Basic ${Buffer.from('desk:desk-secret').toString('base64')}` }],
    ['an empty one', { Authorization: 'Bearer ' }],
    ['a wrong bearer beside a right key by name', { Authorization: 'Bearer x', 'X-API-Key': 'desk-secret' }],
  ])('answers 401 to %s', async (_, headers) => {
    expect(await ask(headers as Record<string, string>)).toBe(401);
  });

  it('lets neither documents nor figures be read without a key', async () => {
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui.css', '/metrics', '/nowhere', '/v2']) {
      expect((await service().request(path)).status).toBe(401);
    }
  });

  it('keeps the same Idempotency-Key of two callers apart', async () => {
    const [desk, branch] = ['desk-secret', 'branch-secret'].map((key) => service().client({ key }));
    const first = await desk?.predict(body, { idempotencyKey: 'same' });
    const second = await branch?.predict({ ...body, customerId: 'K-2' }, { idempotencyKey: 'same' });
    expect(second?.decisionId).not.toBe(first?.decisionId);
  });

  it('logs the name of a caller and never its key', async () => {
    await service().client({ key: 'desk-secret' }).listModels();
    await problemOf(service().client({ key: 'desk-secret-wrong' }).listModels());
    expect(service().log()).toContain('"principal":"desk"');
    for (const secret of ['desk-secret', 'branch-secret', sha256('desk-secret')]) {
      expect(service().log()).not.toContain(secret);
    }
  });
});
