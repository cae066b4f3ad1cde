import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import helmet from 'helmet';
import { createDocument, type DocumentInputs, type JsonSchema } from '../contract/openapi.ts';
import { probes } from '../contract/probes.ts';
import { isContained } from '../errors.ts';
import type { ColumnDefinition } from '../features/column.ts';
import { modelsNamed } from '../policy/models-named.ts';
import type { Live } from '../usecases/live.ts';
import { contextOf } from './context.ts';
import { refuseOtherMethods } from './methods.ts';
import { statuses } from './problem.ts';
import { openCallable } from './registry.ts';
import type { ServiceParts } from './service.ts';

const swaggerFolder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Vigil API</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n`;

/** Plain HTTP on loopback is how it is first met: nothing may send a browser to HTTPS there. */
const pageHeaders: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  strictTransportSecurity: false,
};

/** The contract as a document, as a page, and the figures for Prometheus. */
export const createDocs = ({ live, version, metrics }: ServiceParts): Router => {
  const router = Router();
  router.use(['/openapi.json', '/docs', probes.metrics.path], (_, res, next) => {
    contextOf(res).operation = 'docs';
    next();
  });
  router.get('/openapi.json', async (_, res) => {
    res.json(createDocument({ version, ...(await describeFeatures(live)), statuses }));
  });
  router.use('/docs', helmet(pageHeaders));
  router.get('/docs', (_, res) => void res.type('html').send(page));
  router.get('/docs/start.js', (_, res) => void res.type('js').send(start));
  router.use('/docs', express.static(swaggerFolder, { index: false }));
  router.get(probes.metrics.path, async (_, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  refuseOtherMethods(router, { metrics: probes.metrics });
  return router;
};

/** A schema of the raw columns of each model that can be called. */
const describeFeatures = async (live: Live): Promise<Pick<DocumentInputs, 'features' | 'usual'>> => {
  const chosen = await namedByPolicy(live);
  const named = await Promise.all(
    (await live.models()).map(async (model) => {
      const opened = await openCallable(live, model);
      const { name, version } = model.ref;
      if (!opened) return [];
      const schema = describeColumns(opened.plan.features.columns);
      return [{ name: `Features-${name}-${version}`, schema, isUsual: chosen.includes(name) }];
    }),
  );
  return {
    features: Object.fromEntries(named.flat().map(({ name, schema }) => [name, schema])),
    usual: named.flat().flatMap(({ name, isUsual }) => (isUsual ? [name] : [])),
  };
};

/** The models that decide where a request names none. */
const namedByPolicy = async (live: Live): Promise<readonly string[]> => {
  try {
    const { models } = (await live.policyFor(undefined)).stored.policy;
    return modelsNamed(models);
  } catch (fault) {
    if (isContained(fault)) return [];
    throw fault;
  }
};

const describeColumns = (columns: readonly ColumnDefinition[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(columns.map((column) => [column.name, describeColumn(column)])),
  required: columns.map(({ name }) => name),
  additionalProperties: false,
});

const describeColumn = ({ source, categories, minimum, maximum, decimals, codes }: ColumnDefinition): JsonSchema => {
  const natural = (value: number) => value / 10 ** decimals;
  if (categories) {
    return {
      description: `${source}; others than the examples count as unknown`,
      type: ['string', 'number', 'null'],
      examples: [...categories],
    };
  }
  const ordinary = {
    type: 'number',
    ...(minimum === null ? {} : { minimum: natural(minimum) }),
    ...(maximum === null ? {} : { maximum: natural(maximum) }),
  };
  const special = codes.map(({ value }) => natural(value));
  return {
    description: source,
    anyOf: [ordinary, ...(special.length > 0 ? [{ enum: special }] : []), { type: 'null' }],
  };
};
