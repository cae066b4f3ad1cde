import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import { type AuditedLedger, type AuditOptions, createAudit } from '../../src/ledger/audit.ts';
import { type BrokenLink, chainRecords, chainStart, GENESIS, verifyLinks } from '../../src/ledger/chain.ts';
import { describeLinks, findSignatureFault, MOST_COVERED, signCheckpoint } from '../../src/ledger/checkpoint.ts';
import type { KeptRecord } from '../../src/ledger/kept-record.ts';
import { digestSection } from '../../src/ledger/personal-part.ts';
import { problems } from '../../src/ledger/problems.ts';
import { createProof, findProofFault } from '../../src/ledger/proof.ts';
import { toSigningKey } from '../../src/ledger/signing.ts';

const newKey = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = toSigningKey(privateKey.export({ type: 'pkcs8', format: 'der' }));
  if (!key) throw new Error('no key');
  return key;
};
const key = newKey();
const otherKey = newKey();

type Item = { readonly record: KeptRecord } | { readonly checkpoint: Checkpoint };

const salt = (seed: number): Uint8Array => new Uint8Array(16).fill(seed);

/** A ledger of made-up decisions, with a checkpoint after each of some records. */
const createItems = (values: readonly string[], cuts: ReadonlySet<number>, signer = key): Item[] => {
  const sections = values.map((value, index) => [
    { section: 'inputs', salt: salt(index), content: JSON.stringify({ value }) },
    { section: 'assessment', salt: salt(index + 100), content: '{}' },
  ]);
  const texts = values.map((_, index) => ({
    kind: 'decision',
    schema: 1,
    decisionId: `d${index}`,
    customerRef: `c${index}`,
    digests: Object.fromEntries(
      (sections[index] ?? []).map((each) => [each.section, digestSection(each.salt, each.content)]),
    ),
  }));
  const records = chainRecords(GENESIS, texts).map((chained, index) => ({
    ...chained,
    seq: BigInt(index + 1),
    kind: 'decision',
    schema: 1,
    decisionId: `d${index}`,
    customerRef: `c${index}`,
    sections: sections[index] ?? [],
  }));
  let from = chainStart;
  return records.flatMap((record, index): Item[] => {
    if (!cuts.has(index)) return [{ record }];
    const links = records.slice(Number(from.seq), index + 1);
    const to = verifyLinks(from, links);
    if ('problem' in to) throw new Error(to.problem);
    const content = describeLinks(from, links, { head: to.hash, time: '2026-01-01T00:00:00.000Z' });
    from = to;
    return [{ record }, { checkpoint: signCheckpoint(content, signer) }];
  });
};

const audit = (items: readonly Item[], options: AuditOptions = {}): BrokenLink | AuditedLedger => {
  const running = createAudit(options);
  for (const item of items) {
    const broken = 'record' in item ? running.takeRecord(item.record) : running.takeCheckpoint(item.checkpoint);
    if (broken) return broken;
  }
  return running.finish();
};

const checkpointsOf = (items: readonly Item[]): Checkpoint[] =>
  items.flatMap((item) => ('checkpoint' in item ? [item.checkpoint] : []));

/** Values, a checkpoint after the last and after some others. */
const ledgers = fc
  .record({ values: fc.array(fc.string(), { minLength: 1, maxLength: 12 }), cuts: fc.array(fc.nat(11)) })
  .map(({ values, cuts }) => createItems(values, new Set([...cuts, values.length - 1])));

/** Every place of a JSON-like value, bytes included, that can be changed. */
const flip = (value: unknown, at: number): unknown => {
  if (typeof value === 'string') {
    if (value === '') return 'x';
    const place = at % value.length;
    return `${value.slice(0, place)}${value[place] === '0' ? '1' : '0'}${value.slice(place + 1)}`;
  }
  if (typeof value === 'number') return value + 1 + (at % 3);
  if (typeof value === 'bigint') return value + 1n + BigInt(at % 3);
  if (value instanceof Uint8Array) return value.map((byte, index) => (index === at % value.length ? byte ^ 1 : byte));
  throw new Error('not a leaf');
};

const leavesOf = (value: unknown, path: readonly string[] = []): string[][] => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [[...path]];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
};

const changeAt = (value: unknown, [name, ...rest]: readonly string[], at: number): unknown => {
  if (name === undefined) return flip(value, at);
  if (Array.isArray(value)) return value.with(Number(name), changeAt(value[Number(name)], rest, at));
  const object = value as Record<string, unknown>;
  return { ...object, [name]: changeAt(object[name], rest, at) };
};

describe('an audit', () => {
  it('holds for what was kept as it was', () => {
    fc.assert(
      fc.property(ledgers, (items) => {
        const records = items.filter((item) => 'record' in item).length;
        const anchors = [undefined, ...checkpointsOf(items)];
        for (const checkpoint of anchors) {
          expect(audit(items, { checkpoint, publicKeys: [key.publicKey] })).toMatchObject({
            records: BigInt(records),
            checkpoints: anchors.length - 1,
            publicKeys: [key.publicKey],
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds any change of any field of a record, its sections or a checkpoint, at that place', () => {
    fc.assert(
      fc.property(ledgers, fc.nat(), fc.nat(), fc.nat(), (items, which, where, at) => {
        const index = which % items.length;
        const item = items[index] as Item;
        const leaves = leavesOf(item);
        const path = leaves[where % leaves.length] as string[];
        const changed = items.with(index, changeAt(item, path, at) as Item);
        const seq = 'record' in item ? item.record.seq : BigInt(item.checkpoint.sequence);
        const found = audit(changed);
        const place = path.at(-1) === 'sequence' ? seq + 1n : seq;
        expect(found, path.join('.')).toEqual({ seq: place, problem: expect.any(String) });
      }),
      { numRuns: 600 },
    );
  });

  it('finds a record, section or checkpoint that was removed, but the last checkpoint', () => {
    fc.assert(
      fc.property(ledgers, fc.nat(), fc.boolean(), (items, which, wholeItem) => {
        const index = which % (items.length - 1);
        const item = items[index] as Item;
        const removed =
          'record' in item && !wholeItem
            ? items.with(index, { record: { ...item.record, sections: item.record.sections.slice(1) } })
            : items.toSpliced(index, 1);
        expect(audit(removed)).toHaveProperty('problem');
      }),
      { numRuns: 200 },
    );
  });

  it('finds a cut tail given a checkpoint over it, and names the first record that is gone', () => {
    fc.assert(
      fc.property(ledgers, fc.nat(), (items, which) => {
        const cut = which % items.length;
        const kept = items.slice(0, cut);
        const records = kept.filter((item) => 'record' in item).length;
        const checkpoint = checkpointsOf(items).at(-1);
        if (checkpoint?.sequence === records) return;
        expect(audit(kept, { checkpoint })).toEqual({ seq: BigInt(records + 1), problem: 'tail_cut' });
        expect(audit([...kept, ...items.slice(cut).filter((item) => 'checkpoint' in item)])).toHaveProperty('problem');
      }),
      { numRuns: 200 },
    );
  });

  it('finds a chain rewritten whole and signed anew: by a checkpoint kept elsewhere, or by the key', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 8 }), fc.nat(), (values, which) => {
        const cuts = new Set([values.length - 1]);
        const index = which % values.length;
        const honest = createItems(values, cuts);
        const forged = createItems(values.with(index, `${values[index]}!`), cuts, otherKey);
        const seq = BigInt(values.length);
        expect(audit(forged)).toHaveProperty('records', seq);
        expect(audit(forged, { checkpoint: checkpointsOf(honest)[0] })).toEqual({ seq, problem: 'checkpoint_head' });
        expect(audit(forged, { publicKeys: [key.publicKey] })).toEqual({ seq, problem: 'checkpoint_key' });
      }),
      { numRuns: 100 },
    );
  });

  it('takes erased sections only where the chain says that their customer was erased', () => {
    const erase = (item: Item): Item =>
      'record' in item
        ? {
            record: {
              ...item.record,
              sections: item.record.sections.map(({ section }) => ({ section, salt: null, content: null })),
            },
          }
        : item;
    const items = createItems(['a', 'b'], new Set());
    const erased = items.map((item, index) => (index === 0 ? erase(item) : item));
    expect(audit(erased)).toEqual({ seq: 1n, problem: 'section_missing' });
    const last = items[1];
    if (!last || !('record' in last)) throw new Error('no record');
    const [chained] = chainRecords(last.record.hash, [{ kind: 'erasure', schema: 1, customerRef: 'c0', digests: {} }]);
    if (!chained) throw new Error('no record');
    const bare = { seq: 3n, kind: 'erasure', schema: 1, decisionId: null, customerRef: 'c0', sections: [] };
    expect(audit([...erased, { record: { ...chained, ...bare } }])).toMatchObject({ records: 3n });
    expect(audit([...items.map(erase), { record: { ...chained, ...bare } }])).toEqual({
      seq: 2n,
      problem: 'section_missing',
    });
  });

  it('takes erased events about nobody only where an erasure that names nobody follows, and nothing else about nobody', () => {
    const section = { section: 'events', salt: salt(1), content: '[]' };
    const digests = { events: digestSection(section.salt, section.content) };
    const ledger = (kind: string, erasedRef: string | null): Item[] => {
      const texts = [
        { kind, schema: 1, customerRef: null, digests },
        { kind: 'erasure', schema: 1, customerRef: erasedRef, digests: {} },
      ];
      return chainRecords(GENESIS, texts).map((chained, index) => {
        const { kind: ofKind, customerRef } = texts[index] as (typeof texts)[number];
        const sections = index === 0 ? [{ section: 'events', salt: null, content: null }] : [];
        return {
          record: {
            ...chained,
            seq: BigInt(index + 1),
            kind: ofKind,
            schema: 1,
            decisionId: null,
            customerRef,
            sections,
          },
        };
      });
    };
    expect(audit(ledger('events', null))).toMatchObject({ records: 2n });
    const missing = { seq: 1n, problem: 'section_missing' };
    expect(audit(ledger('events', null).slice(0, 1))).toEqual(missing);
    expect(audit(ledger('events', 'c0'))).toEqual(missing);
    expect(audit(ledger('policy', null))).toEqual(missing);
  });

  it('refuses a checkpoint over more than 1,024 records', () => {
    const values = Array.from({ length: MOST_COVERED + 1 }, String);
    expect(audit(createItems(values, new Set([MOST_COVERED - 1])))).toMatchObject({ checkpoints: 1 });
    expect(audit(createItems(values, new Set([MOST_COVERED])))).toMatchObject({ problem: 'checkpoint_gap' });
  });

  it('has words for every problem in both languages, on one line', () => {
    for (const { zh, en } of Object.values(problems)) {
      expect(zh).toMatch(/^\P{Cc}*\p{Script=Han}\P{Cc}*$/u);
      expect(en).toMatch(/^[a-z][\x20-\x7e]*[a-z]$/);
    }
  });
});

describe('a proof', () => {
  const proofs = fc
    .record({ values: fc.array(fc.string(), { minLength: 1, maxLength: 20 }), which: fc.nat(), before: fc.nat(5) })
    .map(({ values, which, before }) => {
      const all = [...values, ...Array.from({ length: before }, String)];
      const items = createItems(all, new Set([before - 1, all.length - 1]));
      const checkpoint = checkpointsOf(items).at(-1) as Checkpoint;
      const records = items.flatMap((item) => ('record' in item ? [item.record] : []));
      const covered = records.slice(checkpoint.fromSeq - 1);
      const { seq, text } = covered[which % covered.length] as KeptRecord;
      return createProof({ seq: Number(seq), text, checkpoint, entries: covered.map(({ entry }) => entry) });
    });

  it('holds by itself, by the key that signed and by no other', () => {
    fc.assert(
      fc.property(proofs, (proof) => {
        expect(findProofFault(proof, [])).toBeNull();
        expect(findProofFault(proof, [otherKey.publicKey, key.publicKey])).toBeNull();
        expect(findProofFault(proof, [otherKey.publicKey])).toBe('checkpoint_key');
      }),
      { numRuns: 60 },
    );
  });

  it('fails after any change', () => {
    fc.assert(
      fc.property(proofs, fc.nat(), fc.nat(), (proof, where, at) => {
        const leaves = leavesOf(proof).filter((path) => path.join('.') !== 'kind' && path.join('.') !== 'schema');
        const path = leaves[where % leaves.length] as string[];
        expect(findProofFault(changeAt(proof, path, at) as typeof proof, []), path.join('.')).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a checkpoint', () => {
  it('is signed over its content alone, so that the same content has the same signature', () => {
    const [checkpoint] = checkpointsOf(createItems(['a'], new Set([0])));
    if (!checkpoint) throw new Error('no checkpoint');
    const { publicKey, signature: _, ...content } = checkpoint;
    expect(signCheckpoint(content, key)).toEqual(checkpoint);
    expect(findSignatureFault(checkpoint, [publicKey])).toBeNull();
    expect(findSignatureFault({ ...checkpoint, publicKey: otherKey.publicKey }, [])).toBe('checkpoint_signature');
  });
});
