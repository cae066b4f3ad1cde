import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChainPosition,
  chainRecords,
  chainStart,
  GENESIS,
  type StoredRecord,
  verifyLinks,
  verifyRecord,
} from '../../src/ledger/chain.ts';
import { merklePath, merkleRoot, verifyMerklePath } from '../../src/ledger/merkle.ts';

const records = fc.array(fc.record({ kind: fc.string(), value: fc.jsonValue() }), { minLength: 1, maxLength: 12 });

const store = (values: readonly unknown[]): StoredRecord[] =>
  chainRecords(GENESIS, values).map((record, index) => ({ ...record, seq: BigInt(index + 1) }));

/** The position after some records, or the first broken link. */
const verifyRecords = (from: ChainPosition, stored: readonly StoredRecord[]): ReturnType<typeof verifyRecord> =>
  stored.reduce<ReturnType<typeof verifyRecord>>(
    (position, record) => ('problem' in position ? position : verifyRecord(position, record)),
    from,
  );

describe('the hash chain', () => {
  it('is SHA-256(0x01 || previous || SHA-256(0x00 || text)), from 32 zero bytes', () => {
    const [first, second] = chainRecords(GENESIS, [{ b: 1, a: 'x' }, { c: null }]);
    const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
    const entry = sha(Buffer.of(0), Buffer.from('{"a":"x","b":1}'));
    expect(first?.text).toBe('{"a":"x","b":1}');
    expect(Buffer.from(first?.entry ?? [])).toEqual(entry);
    const hash = sha(Buffer.of(1), Buffer.alloc(32), entry);
    expect(Buffer.from(first?.hash ?? [])).toEqual(hash);
    expect(Buffer.from(second?.hash ?? [])).toEqual(sha(Buffer.of(1), hash, Buffer.from(second?.entry ?? [])));
  });

  it('verifies whole and in pieces, and to the same head', () => {
    fc.assert(
      fc.property(records, fc.nat(), (values, at) => {
        const stored = store(values);
        const whole = verifyRecords(chainStart, stored);
        const cut = at % (stored.length + 1);
        const half = verifyRecords(chainStart, stored.slice(0, cut));
        if (!('hash' in half)) throw new Error('broken');
        expect(verifyRecords(half, stored.slice(cut))).toEqual(whole);
        expect(whole).toMatchObject({ seq: BigInt(values.length) });
        expect(verifyLinks(chainStart, stored)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it('names the first link that was changed, removed or swapped', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.constantFrom('text', 'entry', 'hash', 'removed'), (values, which, how) => {
        const stored = store(values);
        const index = which % stored.length;
        const victim = stored[index] as StoredRecord;
        const other = Uint8Array.from(victim.hash, (byte) => byte ^ 1);
        const changed = {
          text: { text: `${victim.text} ` },
          entry: { entry: other },
          hash: { hash: other },
          removed: {},
        }[how];
        const forged = how === 'removed' ? stored.toSpliced(index, 1) : stored.with(index, { ...victim, ...changed });
        if (how === 'removed' && index === stored.length - 1) return;
        const problem = { text: 'text_changed', entry: 'text_changed', hash: 'hash_changed', removed: 'missing' }[how];
        expect(verifyRecords(chainStart, forged)).toEqual({ seq: victim.seq, problem });
      }),
      { numRuns: 300 },
    );
  });
});

describe('the Merkle tree of RFC 6962', () => {
  const entries = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 40 });

  it('proves every entry by a path to the root, and no other', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, which) => {
        const index = which % list.length;
        const proof = { entry: list[index] as Uint8Array, index, size: list.length, path: merklePath(list, index) };
        const root = merkleRoot(list);
        expect(verifyMerklePath(proof, root)).toBe(true);
        expect(verifyMerklePath({ ...proof, entry: proof.entry.map((byte) => byte ^ 1) }, root)).toBe(false);
        expect(verifyMerklePath({ ...proof, path: [...proof.path, root] }, root)).toBe(false);
        expect(verifyMerklePath({ ...proof, index: list.length }, root)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
