import type { IRouter } from 'express';
import type { Operation } from '../contract/operations.ts';
import { appError } from '../errors.ts';

/** A path of the contract as Express writes it: `{name}` is `:name`. */
export const toRoute = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** What of an operation or a probe is routed. */
type Routed = Pick<Operation, 'method' | 'path'>;

/** Refuses the methods that the paths of a table of operations do not take; to be called once all are routed. */
export const refuseOtherMethods = (
  router: Pick<IRouter, 'all'>,
  operations: Readonly<Record<string, Routed>>,
): void => {
  const allowed = new Map<string, string[]>();
  for (const { path, method } of Object.values(operations)) {
    const methods = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
    allowed.set(path, [...(allowed.get(path) ?? []), ...methods]);
  }
  for (const [path, methods] of allowed) {
    router.all(toRoute(path), (req) => {
      throw appError('method_unsupported', { path: req.path, method: req.method, allowed: methods.join(', ') });
    });
  }
};
