import { expect } from 'vitest';
import { inferenceOperations } from '../../src/contract/inference-operations.ts';
import { createDocument } from '../../src/contract/openapi.ts';
import { type Operation, operations } from '../../src/contract/operations.ts';
import { Problem } from '../../src/contract/problem.ts';
import { statuses } from '../../src/http/problem.ts';

/** Every operation of the contract, the Open Inference Protocol's among them. */
export const allOperations: Readonly<Record<string, Operation>> = { ...operations, ...inferenceOperations };

const { paths } = createDocument({ version: 'test', features: {}, statuses }) as {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
};

/** The statuses each operation documents, by its name. */
export const documentedStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId, responses }) => [operationId, Object.keys(responses).map(Number)]),
);

/** The operation a request is for; null where it is for none. */
export const findOperation = (method: string, path: string): { name: string; operation: Operation } | null => {
  const [bare = ''] = path.split('?');
  const found = Object.entries(allOperations).find(
    ([, operation]) =>
      operation.method === method.toLowerCase() &&
      new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare),
  );
  return found ? { name: found[0], operation: found[1] } : null;
};

/** Statuses that operations answered in this test file, by name. */
export const answeredStatuses = new Map<string, Set<number>>();

/** Holds an answer against the contract: its status is documented, and its body is of the documented shape to the letter. */
export const holdToContract = async (method: string, path: string, response: Response): Promise<void> => {
  const found = findOperation(method, path);
  if (!found) return;
  const { name, operation } = found;
  expect(documentedStatuses.get(name), `${name} answered ${response.status}`).toContain(response.status);
  answeredStatuses.set(name, (answeredStatuses.get(name) ?? new Set()).add(response.status));
  const media = response.headers.get('Content-Type') ?? '';
  if (response.status !== 200) {
    expect(media).toBe('application/problem+json; charset=utf-8');
    const problem = await response.json();
    expect((operation.problem ?? Problem).parse(problem)).toEqual(problem);
    expect(problem).toMatchObject({ status: response.status, instance: response.headers.get('X-Request-Id') });
    return;
  }
  if (media === 'application/octet-stream') return;
  expect(media.startsWith(operation.media)).toBe(true);
  const text = await response.text();
  const bodies = operation.media === 'application/json' ? [text] : text.trim().split('\n');
  for (const body of bodies) expect(operation.answer.parse(JSON.parse(body))).toEqual(JSON.parse(body));
};
