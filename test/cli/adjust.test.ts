import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdjustmentFile } from '../../src/domain/adjustment.ts';
import { createAdjustmentContent } from '../factories/adjustment.ts';
import { createInput } from '../factories/model.ts';
import { runVigil } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { useFolder } from '../support/folder.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { tiny, writeTinyModels } from '../support/tiny-models.ts';

const files = useFolder();
const cwd = files.path;
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

let database: TestDatabase;
let service: TestService;
let models: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const directed = createInput({ counts: [1, 1, 0], direction: 'increasing' });
  models = writeTinyModels(files.folder(), [[tiny({ inputs: [directed] }), 'passed']]);
  const env = {
    VIGIL_API_KEYS: `trainer:${hashOf('trainer')},officer:${hashOf('officer')}`,
    ...(database.url === undefined ? {} : { DATABASE_URL: database.url }),
  };
  service = await startTestService(files.folder(), { env, models: [models] });
});
afterAll(async () => {
  await service.service.stop();
  await database.drop();
});

/** Runs a command on the database itself, beside the service. */
const here = (...args: string[]) => runVigil(args, { cwd, env: service.env });
/** Runs a command that asks the service, by a key. */
const there = (key: string, ...args: string[]) =>
  runVigil([...args, '--url', service.url], { cwd, env: { VIGIL_API_KEY: key } });
const why = ['--reason', 'a test'];
const words = ['--owner', 'head of risk', '--reason-zh', '利率上升', '--reason-en', 'Rates have risen'];
const days = ['--from', '2000-01-01', '--to', '2999-01-01'];
const on = () => ['--model', 'tiny@1', '--models', models];
const add = ['--micro-logits', '250000'];
const named = (name: string) => ['--name', name, ...words, ...days, ...on()];

describe('vigil adjust', () => {
  it('drafts a bin, a range of bins, a value and a constant into a file, which explain tries', async () => {
    const out = join(cwd, 'draft.json');
    const draft = async (...args: string[]) => {
      const ran = await here('adjust', 'draft', ...named('late'), ...add, ...args, '--out', out);
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      return AdjustmentFile.parse(JSON.parse(readFileSync(out, 'utf8'))).adjustment;
    };
    expect((await draft()).tables).toEqual([{ inputs: [], microLogits: [250_000] }]);
    expect(await draft('--segment', 'a, b')).toMatchObject({ segments: ['a', 'b'] });
    for (const place of [
      ['--bin', '1'],
      ['--value', '3'],
    ]) {
      expect((await draft('--input', 'input_0', ...place)).tables).toEqual([
        { inputs: ['input_0'], microLogits: [0, 250_000, 0] },
      ]);
    }
    expect((await draft('--input', 'input_0', '--bin', '0-1')).tables[0]?.microLogits).toEqual([250_000, 250_000, 0]);
    const row = files.write('row.json', '{"column_0": 1}');
    const ran = await here('explain', '--in', row, ...on().slice(0, 4), '--adjustment', out);
    expect(ran.stdout).toMatch(
      /\+250000 .*Adjustment: Rates have risen \(late, owner head of risk, until 2999-01-01\)/,
    );
    expect(ran.stdout).toMatch(/1250000 .*Score/);
  });

  it('refuses what it cannot read or what falls, and proposes nothing', async () => {
    const bad = await Promise.all([
      here('adjust', 'propose', ...named('late')),
      here('adjust', 'propose', ...named('late'), ...add, '--bin', '1'),
      here('adjust', 'propose', ...named('late'), ...add, '--input', 'input_0'),
      here('adjust', 'propose', ...named('late'), ...add, '--input', 'input_0', '--bin', '9'),
      here('adjust', 'propose', ...named('late'), ...add, '--input', 'nothing', '--bin', '1'),
      here('adjust', 'propose', ...named('late'), '--micro-logits', '9000000'),
      here('adjust', 'approve', 'tiny@1', 'late', '--reason', ' '),
    ]);
    for (const ran of bad) {
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/^vigil: .*\(bad_arguments\)\n$/) });
    }
    const falling = ['--micro-logits', '2500000', '--input', 'input_0', '--bin', '0'];
    expect(await here('adjust', 'propose', ...named('late'), ...falling)).toMatchObject({
      code: 3,
      stderr:
        'vigil: With adjustment late input input_0 falls by 500000 micro-logits at bin 0, against its direction of risk. (adjustment_not_monotone)\n',
    });
    const backward = ['--from', '2026-02-01', '--to', '2026-01-01'];
    expect(await here('adjust', 'propose', '--name', 'late', ...words, ...add, ...on(), ...backward)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('it would hold on no day at all. (adjustment_unfit)'),
    });
    const zh = await here('adjust', 'propose', ...named('late'), ...falling, '--locale', 'zh');
    expect(zh.stderr).toContain('输入 input_0 在第 0 箱处违反风险方向，下降 500000 微对数几率');
    expect((await here('adjust', 'list', 'tiny@1')).stdout).toBe('There is no adjustment.\n');
    expect(await here('adjust', 'show', 'tiny@1', 'late')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('(adjustment_missing)'),
    });
  });

  it('proposes here or through the service, with the effect measured on a file; approves by another key only', async () => {
    const rows = files.write(
      'rows.csv',
      ['COLUMN_0', ...Array.from({ length: 20 }, (_, row) => String(row - 10))].join('\n'),
    );
    const proposed = await here('adjust', 'propose', ...named('late'), ...add, '--rows', rows, '--actor', 'trainer');
    expect(proposed).toMatchObject({ code: 0, stderr: expect.not.stringContaining('vigil:') });
    expect(proposed.stdout).toMatch(/Effect: 20 rows of rows\.csv, policy .*; touched 20\n {2}no outcome is known/);
    expect(proposed.stdout).toMatch(/Effect: 0 decisions made by the version/);
    const hand = files.write('hand.json', JSON.stringify(createAdjustmentContent({ name: 'hand', to: '2999-01-01' })));
    const remote = await there('trainer', 'adjust', 'propose', hand, ...on(), '--rows', rows, '--json');
    expect(JSON.parse(remote.stdout)).toMatchObject({
      name: 'hand',
      proposedBy: 'trainer',
      effects: [{ source: { kind: 'file', name: 'rows.csv' }, rows: 20 }, { source: { kind: 'decisions' } }],
    });
    expect(await here('adjust', 'approve', 'tiny@1', 'late', ...why)).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/local cannot vouch for model tiny@1 \(late\).*--url.*\(approval_refused\)/),
    });
    for (const name of ['late', 'hand']) {
      expect(await there('trainer', 'adjust', 'approve', 'tiny@1', name, ...why)).toMatchObject({
        code: 5,
        stderr: expect.stringContaining('(approval_refused)'),
      });
    }
    const approved = await there('officer', 'adjust', 'approve', 'tiny@1', 'late', ...why, '--evidence', 'minutes');
    expect(approved).toMatchObject({
      code: 0,
      stdout: 'late on tiny@1 is approved; running services follow within a second (minutes). By officer.\n',
    });
    const decided = await service
      .client({ key: 'trainer' })
      .predict({ customerId: 'X', purpose: 'application', features: { column_0: 1 }, model: 'tiny@1' });
    expect(decided).toMatchObject({ microLogits: 1_250_000, adjustments: [{ name: 'late', microLogits: 250_000 }] });
  });

  it('lists and shows the same on either way, and measures anew on rows of the reader', async () => {
    const told = JSON.parse((await here('adjust', 'list', 'tiny@1', '--json')).stdout);
    expect(JSON.parse((await there('officer', 'adjust', 'list', 'tiny@1', '--json')).stdout)).toEqual(told);
    expect(told.adjustments).toMatchObject([
      { name: 'late', state: 'approved', isInForce: true, proposedBy: 'local (trainer)', approvedBy: 'officer' },
      { name: 'hand', state: 'proposed', isInForce: false, approvedBy: null },
    ]);
    const shown = await here('adjust', 'show', 'tiny@1', 'late', '--json');
    expect(JSON.parse((await there('officer', 'adjust', 'show', 'tiny@1', 'late', '--json')).stdout)).toEqual(
      JSON.parse(shown.stdout),
    );
    const rows = files.write('others.csv', 'COLUMN_0\n1\n-1\n');
    const anew = await there('officer', 'adjust', 'show', 'tiny@1', 'late', '--rows', rows, '--models', models);
    expect(anew.stdout).toMatch(/Effect: 2 rows of others\.csv/);
    const zh = await here('adjust', 'show', 'tiny@1', 'late', '--locale', 'zh');
    expect(zh.stdout).toMatch(
      /late {2}已批准，今日生效 {2}2000-01-01 - 2999-01-01 {2}所有客户 {2}head of risk: 利率上升/,
    );
    expect((await here('history', 'tiny')).stdout).toMatch(/adjustment_approved late {2}officer: a test \[minutes\]/);
  });

  it('withdraws on either way', async () => {
    expect(await here('adjust', 'withdraw', 'tiny@1', 'late', ...why)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^late on tiny@1 is withdrawn; .*\(approved by officer\)\. By local\.\n$/),
    });
    expect(await there('officer', 'adjust', 'withdraw', 'tiny@1', 'hand', ...why)).toMatchObject({ code: 0 });
    expect(await here('adjust', 'withdraw', 'tiny@1', 'late', ...why)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('(adjustment_conflict)'),
    });
  });

  it('signs with --key, and tells a file that was changed', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = files.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const out = join(cwd, 'signed.json');
    await here('adjust', 'draft', ...named('signed'), ...add, '--key', key, '--out', out);
    const drafted = readFileSync(out, 'utf8');
    const proposed = JSON.parse((await here('adjust', 'propose', out, '--models', models, '--json')).stdout);
    expect(proposed).toMatchObject({
      name: 'signed',
      signedBy: AdjustmentFile.parse(JSON.parse(drafted)).signature?.publicKey,
    });
    const changed = files.write('changed.json', drafted.replace('250000', '250001'));
    expect(await here('adjust', 'propose', changed, '--models', models)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(fingerprint_mismatch)'),
    });
  });
});
