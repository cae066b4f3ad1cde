import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/model/transitions.ts';
import type { Database } from '../../src/store/database.ts';
import { readHead } from '../../src/store/records.ts';
import {
  approveModel,
  type Desk,
  promoteModel,
  registerModel,
  retireModel,
  rollBackModel,
  shadowModel,
  waiveGate,
} from '../../src/usecases/desk.ts';
import { readEvents, readHistory } from '../../src/usecases/history.ts';
import { verifyLedger } from '../../src/usecases/ledger.ts';
import { type Live, openLive } from '../../src/usecases/live.ts';
import { databaseKinds, useDatabases } from '../support/databases.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { gateOf, tiny, writeFolder, writeTinyModels, writeValidation } from '../support/tiny-models.ts';

const files = useFolder();
const databases = useDatabases(files);
const ann: Actor = { name: 'ann', isAuthenticated: true };
const bob: Actor = { name: 'bob', isAuthenticated: true };
const local: Actor = { name: 'local (ann)', isAuthenticated: false };

describe.each(databaseKinds)('the registry on %s', (kind) => {
  let database: Database;
  let desk: Desk;
  let live: Live;
  let folder: string;
  let clock = Date.parse('2026-01-01T00:00:00Z');
  /** Every act a minute after the last. */
  const now = () => {
    clock += 60_000;
    return new Date(clock);
  };
  const act = (version: string, actor: Actor = ann) => ({ name: 'tiny', version, actor, reason: 'a test', now });
  const register = (version: string, actor: Actor = ann) =>
    registerModel(desk, { ...act(version, actor), modelFolders: [folder] });
  const approve = (version: string, actor: Actor = bob) =>
    approveModel(desk, { ...act(version, actor), evidence: null });
  const deciding = async () => {
    await live.refresh();
    return live.find('tiny').ref.version;
  };

  beforeAll(async () => {
    database = await databases.open(kind);
    live = await openLive(database, { now, timeZone: 'Asia/Shanghai' });
    desk = { database, live, modelKeys: new Map(), timeZone: 'Asia/Shanghai' };
    folder = writeTinyModels(files.folder(), [
      [tiny(), 'passed'],
      [tiny({ version: '2' }), 'passed'],
      [tiny({ version: '3' }), 'failed'],
      [tiny({ version: '4' }), null],
    ]);
  });

  it('knows nothing it was not told', async () => {
    expect(await faultOf(() => approve('1'))).toMatchObject({ code: 'model_not_live' });
    expect(await faultOf(() => register('99'))).toMatchObject({ code: 'model_missing' });
    expect(await faultOf(() => rollBackModel(desk, act('1')))).toMatchObject({ code: 'model_not_live' });
  });

  it('registers once for the same person and the same files', async () => {
    expect(await register('1')).toMatchObject({ event: 'registered', actor: 'ann', validation: { gates: [{}] } });
    expect(await register('1')).toBeNull();
    for (const version of ['2', '3', '4']) await register(version);
  });

  it('promotes only what a second person approved', async () => {
    expect(await faultOf(() => promoteModel(desk, act('1')))).toMatchObject({ code: 'not_promotable' });
    expect(await faultOf(() => approve('1', ann))).toMatchObject({ code: 'approval_refused' });
    expect(await faultOf(() => approve('1', local))).toMatchObject({ code: 'approval_refused' });
    expect(await approve('1')).toMatchObject({ evidence: expect.stringContaining('validation.json') });
    expect(await faultOf(() => approve('1'))).toMatchObject({ code: 'registry_conflict' });
    const { seq } = await readHead(database.pool);
    expect(await promoteModel(desk, act('1', local))).toMatchObject({ event: 'promoted', evidence: 'approved by bob' });
    expect((await readHead(database.pool)).seq).toBe(seq + 1n);
    expect(await deciding()).toBe('1');
    expect(await faultOf(() => promoteModel(desk, act('1')))).toMatchObject({ code: 'registry_conflict' });
  });

  it('names every gate in the way, and takes a waiver of a second person for it', async () => {
    await approve('3');
    const { others, ...fault } = await faultOf(() => promoteModel(desk, act('3')));
    expect(fault).toMatchObject({
      code: 'not_promotable',
      values: { problem: { en: expect.stringContaining('gate failed failed') } },
    });
    expect(others).toEqual([]);
    const waive = (actor: Actor, gate = 'failed') => waiveGate(desk, { ...act('3', actor), gate });
    expect(await faultOf(() => waive(ann))).toMatchObject({ code: 'approval_refused' });
    expect(await faultOf(() => waive(local))).toMatchObject({ code: 'approval_refused' });
    expect(await faultOf(() => waive(bob, 'nonsense'))).toMatchObject({ code: 'registry_conflict' });
    expect(await waive(bob)).toMatchObject({ event: 'waived', gate: 'failed', evidence: 'failed: failed' });
    expect(await faultOf(() => waive(bob))).toMatchObject({ code: 'registry_conflict' });
    expect(await promoteModel(desk, act('3'))).toMatchObject({ evidence: 'approved by bob; waived: failed by bob' });
    expect(await deciding()).toBe('3');
  });

  it('a model without a validation has one gate, which can be waived', async () => {
    const { others, values } = await faultOf(() => promoteModel(desk, act('4')));
    expect(values.problem).toMatchObject({ en: expect.stringContaining('gate validation') });
    expect(others).toMatchObject([{ values: { problem: { en: expect.stringContaining('approved') } } }]);
    expect(await waiveGate(desk, { ...act('4', bob), gate: 'validation' })).toMatchObject({ event: 'waived' });
  });

  it('another validation voids what was approved and waived before', async () => {
    const model = tiny({ version: '4' });
    writeValidation(join(folder, 'tiny', '4'), model, [gateOf('insufficient'), gateOf('passed')]);
    await approve('4');
    expect(await register('4')).toMatchObject({
      validation: { gates: [{ name: 'insufficient' }, { name: 'passed' }] },
    });
    const { values, others } = await faultOf(() => promoteModel(desk, act('4')));
    expect([values, ...others.map((other) => other.values)]).toMatchObject([
      { problem: { en: expect.stringContaining('gate insufficient') } },
      { problem: { en: expect.stringContaining('approved') } },
    ]);
  });

  it('rolls back to the version before, one at a time, as an event of its own', async () => {
    await approve('2');
    await promoteModel(desk, act('2'));
    expect(await rollBackModel(desk, act('2', local))).toMatchObject({
      event: 'rolled_back',
      model: { version: '3' },
      evidence: 'in place of tiny@2',
    });
    expect(await deciding()).toBe('3');
    await rollBackModel(desk, act('3'));
    expect(await deciding()).toBe('1');
    expect(await faultOf(() => rollBackModel(desk, act('1')))).toMatchObject({ code: 'registry_conflict' });
  });

  it('a version in shadow decides nothing; one that is retired is called no more, by its pin either', async () => {
    expect(await shadowModel(desk, act('2'))).toMatchObject({ event: 'shadowed' });
    expect(await faultOf(() => shadowModel(desk, act('2')))).toMatchObject({ code: 'registry_conflict' });
    expect(await faultOf(() => shadowModel(desk, act('1')))).toMatchObject({ code: 'registry_conflict' });
    expect(await deciding()).toBe('1');
    expect(await faultOf(() => retireModel(desk, act('1')))).toMatchObject({ code: 'registry_conflict' });
    const { ref } = live.find('tiny@3');
    expect(ref.version).toBe('3');
    await retireModel(desk, { ...act('3'), reason: 'it was worse' });
    await live.refresh();
    const gone = await faultOf(() => live.find('tiny@3'));
    expect(gone).toMatchObject({ code: 'model_retired', kind: 'gone', values: { reason: 'it was worse' } });
    for (const again of [register, approve]) {
      expect(await faultOf(() => again('3'))).toMatchObject({ code: 'model_retired' });
    }
  });

  it('says what was live, in shadow and approved at any moment', async () => {
    const events = await readEvents(database);
    const at = async (event: (typeof events)[number]) => {
      const standings = await readHistory(database, { at: new Date(event.at), name: 'tiny' });
      return Object.fromEntries(standings.map(({ ref, state }) => [ref.version, state]));
    };
    const [promoted, ...later] = events.filter(({ event }) => event === 'promoted' || event === 'rolled_back');
    if (!promoted) throw new Error('nothing was promoted');
    expect(await at(promoted)).toEqual({ 1: 'promoted', 2: 'registered', 3: 'registered', 4: 'registered' });
    for (const event of later) expect(await at(event)).toMatchObject({ [event.model.version]: 'promoted' });
    const [last] = events.slice(-1);
    if (!last) throw new Error('nothing happened');
    expect(await at(last)).toEqual({ 1: 'promoted', 2: 'shadowed', 3: 'retired', 4: 'registered' });
    const [standing] = await readHistory(database, { at: new Date(last.at), name: 'tiny', version: '3' });
    expect(standing).toMatchObject({ since: last.at, gates: [{ waiver: { actor: 'bob' } }] });
    expect(await readHistory(database, { at: new Date('2025-01-01T00:00:00Z') })).toEqual([]);
  });

  it('stands on the one chain, which holds', async () => {
    expect(await verifyLedger(database)).toMatchObject({ holds: true });
  });

  it('refuses a folder whose validation is of another model, or names a gate twice', async () => {
    const other = tiny({ version: '5' });
    const path = writeFolder(folder, other);
    writeValidation(path, tiny(), [gateOf('passed')]);
    expect(await faultOf(() => register('5'))).toMatchObject({
      code: 'bad_artifact',
      values: { place: 'model.version' },
    });
    writeValidation(path, other, [gateOf('passed'), gateOf('passed')]);
    expect(await faultOf(() => register('5'))).toMatchObject({
      code: 'bad_artifact',
      values: { place: 'gates.1.name' },
    });
    writeFileSync(join(path, 'validation.json'), '{');
    expect(await faultOf(() => register('5'))).toMatchObject({ code: 'bad_json' });
  });

  it('a promoted version whose content was changed in the database gives way to the last good one', async () => {
    await approve('4');
    await waiveGate(desk, { ...act('4', bob), gate: 'insufficient' });
    await promoteModel(desk, act('4'));
    await database.pool.query(
      `UPDATE artifacts SET content = replace(content, '-1000000', '-1000001') WHERE name = 'tiny' AND version = '4' AND kind = 'model'`,
    );
    const fresh = await openLive(database, { now, timeZone: 'Asia/Shanghai' });
    expect(fresh.find('tiny').ref.version).toBe('1');
    expect(fresh.faults()).toMatchObject([{ model: 'tiny@4', fault: { code: 'model_untrusted' } }]);
    expect((await fresh.resolve({ model: 'tiny', segment: null })).live.plan.model.version).toBe('1');
    expect((await fresh.models()).map(({ ref }) => ref.version)).toEqual(['1', '2', '3']);
    await rollBackModel({ ...desk, live: fresh }, act('4'));
    expect(fresh.find('tiny').ref.version).toBe('1');
    await fresh.refresh();
    expect(fresh.faults()).toEqual([]);
    expect(await faultOf(() => promoteModel({ ...desk, live: fresh }, act('4')))).toMatchObject({
      code: 'model_untrusted',
    });
  });
});
