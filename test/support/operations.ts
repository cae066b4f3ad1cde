import { inferenceOperations } from '../../src/contract/inference-operations.ts';
import { createDocument } from '../../src/contract/openapi.ts';
import { type Operation, operations } from '../../src/contract/operations.ts';
import { statuses } from '../../src/http/problem.ts';

/** Every operation of the contract, the Open Inference Protocol's among them. */
export const allOperations: Readonly<Record<string, Operation>> = { ...operations, ...inferenceOperations };

const { paths } = createDocument({ version: 'test', features: {}, usual: [], statuses }) as {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
};

/** The statuses each operation documents, by its name. */
export const documentedStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId, responses }) => [operationId, Object.keys(responses).map(Number)]),
);

const matchers = Object.entries(allOperations).map(([name, operation]) => ({
  name,
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The operation a request is for; null where it is for none. */
export const findOperation = (method: string, path: string): { name: string; operation: Operation } | null => {
  const [bare = ''] = path.split('?');
  return (
    matchers.find(({ operation, pattern }) => operation.method === method.toLowerCase() && pattern.test(bare)) ?? null
  );
};
