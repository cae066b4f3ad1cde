import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { probes } from '../../src/contract/probes.ts';
import { allOperations } from '../support/operations.ts';
import { champion, goldenRows, rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';

const service = useService();

type Schema = Readonly<Record<string, unknown>>;

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { operationId: string; summary: string; responses: Schema }>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const readDocument = async (): Promise<Document> =>
  (await (await service().request('/openapi.json')).json()) as Document;

const refsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === '$ref' ? [String(item)] : refsIn(item)));
};

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1, by a validator that finds what is not', async () => {
    const document = await readDocument();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
    const faulty = { ...document, paths: { '/livez': { get: { responses: 'none' } } } };
    expect(await new Validator().validate(faulty)).toMatchObject({ valid: false });
  });

  it('has every operation under its own name, and components that are all named and all used', async () => {
    const document = await readDocument();
    const listed = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(listed.map(({ operationId }) => operationId).sort()).toEqual(
      Object.keys({ ...allOperations, ...probes }).sort(),
    );
    const names = Object.keys(document.components.schemas);
    const used = new Set(refsIn(document).map((ref) => ref.replace('#/components/schemas/', '')));
    expect([...used].filter((name) => !names.includes(name))).toEqual([]);
    const isOfModel = (name: string) => name.startsWith('Features-');
    expect(names.filter((name) => !used.has(name) && !isOfModel(name))).toEqual([]);
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z]+(-[a-z0-9_.-]+)?$/);
  });

  it('names for every refusal the codes that come with it', async () => {
    const { paths } = await readDocument();
    const responses = paths['/v1/predict']?.post?.responses as Record<string, { description: string }>;
    expect(responses['422']?.description).toContain('`field_missing`');
    expect(responses['409']?.description).toContain('`idempotency_conflict`');
    expect(Object.keys(responses)).not.toContain('500');
  });

  it('has a schema of the raw columns of each live model, which its golden rows fit', async () => {
    const { components } = await readDocument();
    const { properties, required, additionalProperties } = components.schemas['Features-taiwan-card-1'] as {
      properties: Record<string, Schema>;
      required: string[];
      additionalProperties: boolean;
    };
    expect(required).toEqual(champion.plan.features.columns.map(({ name }) => name));
    expect(Object.keys(properties)).toEqual(required);
    expect(additionalProperties).toBe(false);
    for (const row of goldenRows) {
      for (const [name, value] of Object.entries(row)) {
        const { anyOf } = properties[name] as {
          anyOf: { type?: string; minimum?: number; maximum?: number; enum?: unknown[] }[];
        };
        const fits = anyOf.some(
          ({ type, minimum, maximum, enum: listed }) =>
            listed?.includes(value) ||
            (type === 'null' && value === null) ||
            (type === 'number' &&
              typeof value === 'number' &&
              value >= (minimum ?? value) &&
              value <= (maximum ?? value)),
        );
        expect(fits, `${name} = ${value}`).toBe(true);
      }
    }
    expect(components.schemas['Features-behaviour-1']).toMatchObject({ type: 'object' });
    expect(components.schemas.Features).toMatchObject({
      anyOf: ['1', '2'].map((version) => ({ $ref: `#/components/schemas/Features-taiwan-card-${version}` })),
    });
  });
});

describe('what watches the service', () => {
  it.each(Object.entries(probes))('%s is answered as documented, and by no other method', async (name, probe) => {
    const answered = await service().request(probe.path);
    expect(answered.status).toBe(200);
    expect(answered.headers.get('Content-Type')).toContain(probe.media);
    const body = probe.media === 'application/json' ? await answered.json() : await answered.text();
    expect(probe.answer.parse(body), name).toEqual(body);
    const refused = await service().request(probe.path, { method: 'POST' });
    expect([refused.status, refused.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('/docs', () => {
  it('is a page whose parts are all there, and none of them from elsewhere', async () => {
    const page = await (await service().request('/docs')).text();
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part ?? '');
    expect(parts.length).toBeGreaterThanOrEqual(3);
    for (const part of parts) {
      expect(part).toMatch(/^\/docs\//);
      expect((await service().request(part)).status).toBe(200);
    }
  });
});

describe('/metrics', () => {
  it('counts answers by operation and status, decisions by tier and action, and rules that fired', async () => {
    const late = { ...rowOf(0), repayment_status_1: 3 };
    const made = await service().client().predict({ customerId: 'C-1', purpose: 'application', features: late });
    await service().post('/v1/predict', {});
    const text = await (await service().request('/metrics')).text();
    const { tier, action } = made;
    expect(text).toContain('vigil_http_request_duration_seconds_count{operation="predict",status="422"} 1');
    expect(text).toMatch(
      new RegExp(
        `vigil_decisions_total\\{model="taiwan-card",purpose="application",tier="${tier.final}",action="${action}"\\} 1`,
      ),
    );
    expect(text).toContain('vigil_rule_hits_total{policy="taiwan-card",rule="two-months-behind"} 1');
    expect(text).toMatch(/^vigil_queue_rows \d+$/m);
  });

  it('names counters as counters and nothing else so, as Prometheus wants it', async () => {
    const text = await (await service().request('/metrics')).text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
    expect(types.length).toBeGreaterThan(10);
    for (const { name, type } of types) expect(name.endsWith('_total')).toBe(type === 'counter');
    const helped = new Set([...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name));
    expect(types.filter(({ name }) => !helped.has(name))).toEqual([]);
  });
});
