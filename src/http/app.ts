import { randomUUID } from 'node:crypto';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { createAdmission } from './admission.ts';
import { contextOf, localeOf, openContext } from './context.ts';
import { createDocs } from './docs.ts';
import { identify } from './guards.ts';
import { createHealth, openPaths } from './health.ts';
import { createInference, isInference, toInferenceProblem } from './inference.ts';
import { RETRY_SECONDS, statuses, toAppError, toProblem } from './problem.ts';
import { addRoutes } from './routes.ts';
import type { ServiceParts } from './service.ts';

/** The service as an Express application. */
export const createApp = (parts: ServiceParts): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.enable('case sensitive routing');
  app.use(receive(parts));
  const admitLarge = createAdmission();
  addRoutes(app, parts, admitLarge);
  app.use(createHealth(parts));
  app.use(createInference(parts, admitLarge));
  app.use(createDocs(parts));
  app.use((req) => {
    throw appError('route_missing', { path: req.path });
  });
  app.use(answerFault(parts));
  return app;
};

/** Of every answer: it is data, kept nowhere, shown in no frame and used by no other site; pages set their own. */
const answerHeaders: readonly (readonly [string, string])[] = [
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
];

/** What is done with every request before anything is done for it. */
const receive = (parts: ServiceParts): RequestHandler => {
  const follow = followRequest(parts);
  const guard = createGuard(parts);
  return (req, res, next) => {
    follow(res);
    guard(req, res);
    next();
  };
};

/** Names the request, and logs and counts it once it is answered: no path, no address, nothing personal. */
const followRequest =
  ({ logger, metrics }: ServiceParts) =>
  (res: Response): void => {
    const context = {
      id: randomUUID(),
      startedAt: performance.now(),
      principal: null,
      operation: 'other',
      fault: null,
    };
    openContext(res, context);
    for (const [name, value] of answerHeaders) res.setHeader(name, value);
    res.setHeader('X-Request-Id', context.id);
    res.once('close', () => {
      const { id, principal, operation, fault, startedAt } = contextOf(res);
      const milliseconds = performance.now() - startedAt;
      const status = res.writableFinished ? res.statusCode : 499;
      metrics.answered(operation, status, milliseconds / 1_000);
      logger.info(
        { request: id, principal, operation, status, fault, ms: Math.round(milliseconds * 10) / 10 },
        'answered',
      );
    });
  };

/** Lets nobody pass who may not, and nobody once the service stops; probes pass always. */
const createGuard =
  ({ keys, port, isStopping }: ServiceParts) =>
  (req: Request, res: Response): void => {
    if (openPaths.includes(req.path)) return;
    contextOf(res).principal = identify(req.headers, keys, port());
    if (isStopping()) throw appError('stopping');
  };

const brokenPath: Text = { zh: '转义字符有误', en: 'its escapes are broken' };

/** The one place where a fault becomes an answer. */
const answerFault =
  ({ locale, logger }: ServiceParts): ErrorRequestHandler =>
  (fault, req, res, _next) => {
    const error = toAppError(fault instanceof URIError ? appError('bad_path', { problem: brokenPath }) : fault);
    const context = contextOf(res);
    context.fault = error.code;
    if (error.code === 'internal') logger.error({ request: context.id, err: error.cause }, 'internal fault');
    if (res.headersSent) return void res.destroy();
    const problem = toProblem(error, { locale: localeOf(req, locale), instance: context.id });
    if (error.kind === 'unavailable' || error.kind === 'limited') res.setHeader('Retry-After', String(RETRY_SECONDS));
    if (error.kind === 'unauthenticated') res.setHeader('WWW-Authenticate', 'Bearer');
    if (error.code === 'method_unsupported') res.setHeader('Allow', String(error.values.allowed));
    const text = JSON.stringify(isInference(req) ? toInferenceProblem(problem) : problem);
    res.status(statuses[error.kind]).setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    res.setHeader('Content-Length', Buffer.byteLength(text));
    if (error.kind === 'slow' || error.code === 'stopping') res.setHeader('Connection', 'close');
    if (error.kind === 'slow' || req.complete || req.destroyed) return void res.end(text);
    res.write(text);
    discardRest(req, () => res.end());
  };

/** How long the rest of a refused body is read and forgotten. */
const DISCARD_MILLISECONDS = 10_000;

/** Reads on what still comes: a caller whose connection is closed while it sends never reads its answer. Not for ever. */
const discardRest = (req: Request, done: () => void): void => {
  const cut = setTimeout(() => req.socket.destroy(), DISCARD_MILLISECONDS);
  req.once('close', () => {
    clearTimeout(cut);
    done();
  });
  req.resume();
};
