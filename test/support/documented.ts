import { expect } from 'vitest';
import { Problem } from '../../src/contract/problem.ts';
import { documentedStatuses, findOperation } from './operations.ts';

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
