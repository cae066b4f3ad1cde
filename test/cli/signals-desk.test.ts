import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { daysAgo, loanOf } from '../factories/loan.ts';
import { createPolicy, createRule } from '../factories/policy.ts';
import { linesOf, type Ran, runVigil } from '../support/cli.ts';
import { useFolder } from '../support/folder.ts';
import { holdHome } from '../support/home.ts';

const files = useFolder();
holdHome(join(files.path, '.vigil'));
const vigil = (...args: string[]): Promise<Ran> => runVigil(args, { cwd: files.path });
const asked = async (...args: string[]) => JSON.parse((await vigil(...args, '--json')).stdout);
const shipped = fileURLToPath(new URL('../../data/signals/early-warning/1.json', import.meta.url));
const writeJson = (name: string, content: unknown): string => files.write(name, JSON.stringify(content));

/** A policy of signals with one detector, of arrears, under another name of its kind. */
const onlyArrears = () => {
  const policy = JSON.parse(readFileSync(shipped, 'utf8'));
  const [late] = policy.detectors;
  return { ...policy, name: 'own', detectors: [{ ...late, kind: 'own-arrears', level: 'red', isSnoozable: true }] };
};

beforeAll(async () => {
  const past = (customerId: string, paid: readonly number[]) =>
    loanOf(customerId, [100, 70, 40, 10], paid).map((event) => ({ ...event, knownAt: event.occurredAt }));
  const events = [...past('good', [100, 70, 40, 10]), ...past('late', [100, 70, 40])];
  const file = files.write('events.ndjson', events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  expect(await vigil('events', file)).toMatchObject({ code: 0 });
});

describe('vigil signals', () => {
  it('watches the whole book once a day, lists what was raised and shows it', async () => {
    expect(await asked('signals', 'watch')).toEqual({ watched: 2, raised: 1 });
    expect(await asked('signals', 'watch')).toEqual({ watched: 0, raised: 0 });
    const listed = await vigil('signals', 'list', '--customer', 'late');
    expect(listed.stdout).toMatch(/^\S+ {2}orange {2}late {2}Late or irregular repayment {2}raised, to be handled by /);
    const [{ signalId }] = (await asked('signals', 'list')).signals;
    const shown = linesOf((await vigil('--locale', 'zh', 'signals', 'show', signalId)).stdout);
    expect(shown[0]).toContain('橙  late  还款逾期或不规律  待处理');
    expect(shown.at(-1)).toMatch(/raised {2}vigil$/);
    expect((await vigil('signals', 'list', '--customer', 'good')).stdout).toBe('There are no signals.\n');
    expect((await vigil('signals', 'list', '--overdue')).stdout).toBe('There are no signals.\n');
  });

  it('says of every detector what it finds, and of what it sees nothing that it is not observed', async () => {
    const { stdout } = await vigil('signals', 'findings', 'good');
    expect(stdout).toMatch(/late-repayment {2}clear/);
    expect(stdout).toMatch(/industry-downturn {2}not observed/);
  });

  it('confirms, treats and clears, each by whom and why; refuses what cannot be', async () => {
    const [{ signalId }] = (await asked('signals', 'list')).signals;
    const by = ['--actor', 'ann', '--reason', 'called'];
    const until = daysAgo(-3);
    expect(await vigil('signals', 'snooze', signalId, '--until', until, ...by)).toMatchObject({ code: 5 });
    expect(await vigil('signals', 'treat', signalId, ...by)).toMatchObject({ code: 3 });
    expect(await vigil('signals', 'confirm', 'nothing', ...by)).toMatchObject({ code: 4 });
    expect((await vigil('signals', 'clear', signalId, '--cause', 'luck', ...by)).stderr).toContain('--cause');
    for (const step of [['confirm'], ['treat'], ['clear', '--cause', 'resolved']]) {
      const [name = '', ...more] = step;
      expect(await vigil('signals', name, signalId, ...more, ...by)).toMatchObject({ code: 0 });
    }
    const { state, history } = await asked('signals', 'show', signalId);
    expect(state).toBe('cleared');
    expect(history.map(({ event, actor }: { event: string; actor: string }) => `${event} ${actor}`)).toEqual([
      'raised vigil',
      'confirmed local (ann)',
      'treated local (ann)',
      'cleared local (ann)',
    ]);
  });

  it('follows the policy put in use, and lets rules name no signal that it does not have', async () => {
    const own = writeJson('own.json', onlyArrears());
    const rule = createRule({ id: 'own-arrears', when: { '>=': [{ var: 'signals.own-arrears' }, 'blue'] } });
    const policy = writeJson(
      'policy.json',
      createPolicy({ models: { default: 'behaviour', segments: {} }, rules: [rule] }),
    );
    const refused = await vigil('policy', 'use', policy, '--reason', 'a test');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('early-warning@2 has no signal own-arrears');
    expect(await asked('signals', 'use', own, '--reason', 'ours')).toMatchObject({ policy: { name: 'own' } });
    expect((await vigil('signals', 'findings', 'late')).stdout).toMatch(/own-arrears {2}would be raised/);
    expect(await vigil('policy', 'use', policy, '--reason', 'a test')).toMatchObject({ code: 0 });
    const broken = writeJson('broken.json', { ...onlyArrears(), detectors: [] });
    expect(await vigil('signals', 'use', broken, '--reason', 'ours')).toMatchObject({ code: 2 });
    expect(await vigil('verify')).toMatchObject({ code: 0 });
  });
});
