import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../src/domain/policy.ts';
import { isInForce } from '../../src/policy/in-force.ts';
import { listDictionaries, readDictionary } from '../../src/store/dictionaries.ts';
import { findPolicy, findPolicyFor } from '../../src/store/policies.ts';
import { createDictionary } from '../factories/frame.ts';
import { createPolicy } from '../factories/policy.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const home = process.cwd();
beforeEach(() => process.chdir(files.folder()));
afterAll(() => process.chdir(home));

const write = (path: string, text: string): string => {
  const file = join('data', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const writePolicy = (policy: Partial<Policy>, path?: string): string => {
  const whole = createPolicy(policy);
  return write(path ?? `policies/${whole.name}/${whole.version}.json`, JSON.stringify(whole));
};
const day = '2026-06-01';

describe('isInForce', () => {
  it('is half-open: the first day counts, the last does not, and no day bounds an open end', () => {
    const days = fc.option(fc.integer({ min: 10, max: 28 }).map((date) => `2026-06-${date}`));
    fc.assert(
      fc.property(days, days, fc.integer({ min: 10, max: 28 }), (from, to, date) => {
        const [first, end] = [from, to].map((bound) => (bound === null ? null : Number(bound.slice(-2))));
        const expected = (first ?? 0) <= date && date < (end ?? 99);
        expect(isInForce({ from, to }, `2026-06-${date}`)).toBe(expected);
      }),
    );
  });
});

describe('a policy picked by its name or for its model', () => {
  const model = 'made';
  const versions: Partial<Policy>[] = [
    { version: '1', from: null, to: '2026-01-01' },
    { version: '2', from: '2026-01-01', to: '2026-09-01' },
    { version: '9', from: '2026-01-01', to: null },
    { version: '10', from: '2026-03-01', to: '2026-07-01' },
    { version: '11', from: '2027-01-01', to: null },
  ];
  const writeAll = () => {
    for (const policy of versions)
      writePolicy({ ...policy, name: 'made-policy', models: { default: model, segments: {} } });
  };

  it.each([
    ['2025-12-31', '1'],
    ['2026-01-01', '9'],
    ['2026-03-01', '10'],
    ['2026-06-30', '10'],
    ['2026-07-01', '9'],
    ['2026-12-31', '9'],
    ['2027-01-01', '11'],
  ])('is on %s the newest version in force: %s', (on, version) => {
    writeAll();
    expect(findPolicyFor(model, on)?.policy.version).toBe(version);
    expect(findPolicy('made-policy', on).policy.version).toBe(version);
  });

  it('is the newest version of all where no day is asked for', () => {
    writeAll();
    expect(findPolicyFor(model, null)?.policy.version).toBe('11');
  });

  it('is refused on a day on which none is in force, and never replaced in silence', async () => {
    writePolicy({ name: 'late', version: '1', models: { default: model, segments: {} }, from: '2026-07-01' });
    for (const find of [findPolicy.bind(null, 'late'), findPolicyFor.bind(null, model)]) {
      const { code, values } = await faultOf(() => find(day));
      expect({ code, values }).toEqual({
        code: 'policy_not_in_force',
        values: { policy: 'late@1', from: '2026-07-01', to: '-', day },
      });
    }
    expect(findPolicyFor('nobody', day)).toBeNull();
  });

  it('is refused by its version and by its file too where that is not in force', async () => {
    writeAll();
    expect(findPolicy('made-policy@2', day).policy.version).toBe('2');
    for (const reference of ['made-policy@11', 'data/policies/made-policy/11.json']) {
      expect((await faultOf(() => findPolicy(reference, day))).code).toBe('policy_not_in_force');
    }
  });

  it('is one that names the model for a segment where none was made for everybody', () => {
    writePolicy({ name: 'of-segments', models: { default: 'another', segments: { sme: model } } });
    expect(findPolicyFor(model, day)?.policy.name).toBe('of-segments');
    writePolicy({ name: 'own', models: { default: model, segments: {} } });
    expect(findPolicyFor(model, day)?.policy.name).toBe('own');
  });

  it('must be named where policies of several names are in force for the model', async () => {
    for (const name of ['one', 'two']) writePolicy({ name, models: { default: model, segments: {} } });
    const fault = await faultOf(() => findPolicyFor(model, day));
    expect(fault.message).toMatch(/one, two/);
    expect(findPolicy('two', day).policy.name).toBe('two');
  });
});

describe('a bad policy file', () => {
  it.each([
    ['broken JSON', '{', 'bad_json'],
    ['another shape', '{}', 'bad_artifact'],
    ['another version', JSON.stringify(createPolicy({ name: 'bad', version: '2' })), 'bad_artifact'],
    ['another name', JSON.stringify(createPolicy({ name: 'other', version: '1' })), 'bad_artifact'],
  ])('(%s) leaves the others alone, and is named where it is asked for', async (_, text, code) => {
    writePolicy({ name: 'good', version: '1', models: { default: 'made', segments: {} } });
    const file = write('policies/bad/1.json', text);
    expect(findPolicy('good', day).policy.name).toBe('good');
    expect(findPolicyFor('made', day)?.policy.name).toBe('good');
    expect(findPolicyFor('taiwan-card', day)?.policy.name).toBe('taiwan-card');
    for (const reference of ['bad', 'bad@1']) {
      const fault = await faultOf(() => findPolicy(reference, day));
      expect(fault.code).toBe(code);
      expect(String(fault.values.file).endsWith(file)).toBe(true);
    }
  });

  it('stands in the way where it may be the newest version of the policy, but not of an older one named', async () => {
    writePolicy({ name: 'made-policy', version: '1', models: { default: 'made', segments: {} } });
    write('policies/made-policy/2.json', '{');
    expect((await faultOf(() => findPolicy('made-policy', day))).code).toBe('bad_json');
    expect((await faultOf(() => findPolicyFor('made', day))).code).toBe('bad_json');
    expect(findPolicy('made-policy@1', day).policy.version).toBe('1');
    write('policies/lonely/1.json', '{');
    expect((await faultOf(() => findPolicyFor('lonely', day))).code).toBe('bad_json');
  });
});

describe('a bad dictionary file', () => {
  it.each([
    ['broken JSON', '{', 'bad_json'],
    ['another shape', '{"schema":1}', 'bad_artifact'],
  ])('(%s) is reported beside the good ones, and named where it is asked for', async (_, text, code) => {
    const good = write('good/dictionary.json', JSON.stringify(createDictionary({ name: 'good', set: 'goods' })));
    const bad = write('bad/dictionary.json', text);
    const { found, faults } = listDictionaries();
    expect(found.filter(({ file }) => file.endsWith(good)).map(({ dictionary }) => dictionary.name)).toEqual(['good']);
    expect(found.map(({ dictionary }) => dictionary.set)).toContain('taiwan');
    expect(faults.map((fault) => [fault.code, String(fault.values.file).endsWith(bad)])).toEqual([[code, true]]);
    expect(readDictionary('goods').name).toBe('good');
    expect((await faultOf(() => readDictionary('bad'))).code).toBe(code);
  });
});
