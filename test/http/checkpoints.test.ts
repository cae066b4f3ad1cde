import { describe, expect, it } from 'vitest';
import { runVigil } from '../support/cli.ts';
import { rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';

const service = useService();

describe('a running service', () => {
  it('signs what it stored, so that a decision can be proved to somebody who sees no other', async () => {
    const features = rowOf(0);
    const { decisionId } = await service().client().predict({ customerId: 'S1', purpose: 'application', features });
    const vigil = (...args: string[]) => runVigil(args, { cwd: service.folder.folder(), env: service().env });
    await expect
      .poll(async () => (await vigil('prove', decisionId, '--out', `${service.folder.path}/proof.json`)).code, {
        timeout: 40_000,
        interval: 2_000,
      })
      .toBe(0);
    expect(await vigil('verify', '--proof', `${service.folder.path}/proof.json`)).toMatchObject({ code: 0 });
  });
});
