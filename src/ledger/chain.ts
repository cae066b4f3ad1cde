import { hash } from 'node:crypto';
import { toCanonicalJson } from '../fingerprint.ts';
import type { Problem } from './problems.ts';

/** What the chain keeps of one record: its canonical text, the digest of that, and the hash that ties it to all before it. */
export interface ChainedRecord {
  readonly text: string;
  readonly entry: Uint8Array;
  readonly hash: Uint8Array;
}

/** The hash before the first record: 32 zero bytes. */
export const GENESIS: Uint8Array = new Uint8Array(32);

const LINK = Uint8Array.of(0x01);

/** Digest of a record's text: `SHA-256(0x00 || text)`, also a leaf of the Merkle tree (RFC 6962, 2.1). */
export const digestEntry = (text: string): Uint8Array => hash('sha256', `\0${text}`, 'buffer');

/** The chain's hash after a record: `SHA-256(0x01 || previous hash || entry)` (DEFINITIONS 7). */
export const linkEntry = (previous: Uint8Array, entry: Uint8Array): Uint8Array =>
  hash('sha256', Buffer.concat([LINK, previous, entry]), 'buffer');

/** Chains records behind a head, in order; their text is RFC 8785 JSON. */
export const chainRecords = (head: Uint8Array, records: readonly unknown[]): ChainedRecord[] => {
  let hash = head;
  return records.map((record) => {
    const text = toCanonicalJson(record);
    const entry = digestEntry(text);
    hash = linkEntry(hash, entry);
    return { text, entry, hash };
  });
};

/** Where a chain first fails, and how. */
export interface BrokenLink {
  readonly seq: bigint;
  readonly problem: Problem;
}

/** A record's place on the chain, without its text. */
export interface ChainLink {
  readonly seq: bigint;
  readonly entry: Uint8Array;
  readonly hash: Uint8Array;
}

/** A stored record as the verifier reads it. */
export interface StoredRecord extends ChainedRecord {
  readonly seq: bigint;
}

/** Where a verifier stands: the sequence and hash of the last record that held. */
export interface ChainPosition {
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

/** Before the first record. */
export const chainStart: ChainPosition = { seq: 0n, hash: GENESIS };

/** Checks that links follow from a position by their entries; answers the new position, or the first broken link. */
export const verifyLinks = (from: ChainPosition, links: Iterable<ChainLink>): ChainPosition | BrokenLink => {
  let { seq, hash } = from;
  for (const link of links) {
    seq += 1n;
    if (link.seq !== seq) return { seq, problem: 'missing' };
    hash = linkEntry(hash, link.entry);
    if (!equalBytes(link.hash, hash)) return { seq, problem: 'hash_changed' };
  }
  return { seq, hash };
};

/** Checks the next record of a chain, its text included; answers the new position, or the broken link. */
export const verifyRecord = (from: ChainPosition, record: StoredRecord): ChainPosition | BrokenLink => {
  if (record.seq === from.seq + 1n && !equalBytes(record.entry, digestEntry(record.text))) {
    return { seq: record.seq, problem: 'text_changed' };
  }
  return verifyLinks(from, [record]);
};

/** Whether two byte strings are equal. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
