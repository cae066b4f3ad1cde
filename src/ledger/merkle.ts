import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { equalBytes } from './chain.ts';

const NODE = Uint8Array.of(0x01);

const join = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concatBytes(NODE, left, right));

/** The largest power of two below a size. */
const splitOf = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

/** Merkle tree hash of a list of entry digests (RFC 6962, 2.1); of the empty list SHA-256 of nothing. */
export const merkleRoot = (entries: readonly Uint8Array[]): Uint8Array => {
  const [only] = entries;
  if (!only) return sha256(new Uint8Array());
  if (entries.length === 1) return only;
  const split = splitOf(entries.length);
  return join(merkleRoot(entries.slice(0, split)), merkleRoot(entries.slice(split)));
};

/** Audit path of the entry at an index, nearest sibling first (RFC 6962, 2.1.1). */
export const merklePath = (entries: readonly Uint8Array[], index: number): Uint8Array[] => {
  if (entries.length <= 1) return [];
  const split = splitOf(entries.length);
  return index < split
    ? [...merklePath(entries.slice(0, split), index), merkleRoot(entries.slice(split))]
    : [...merklePath(entries.slice(split), index - split), merkleRoot(entries.slice(0, split))];
};

/** What is needed to check that an entry is in a tree. */
export interface MerkleProof {
  readonly entry: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
}

/** Whether a path leads from an entry to a root (RFC 9162, 2.1.3.2). */
export const verifyMerklePath = ({ entry, index, size, path }: MerkleProof, root: Uint8Array): boolean => {
  if (index < 0 || index >= size) return false;
  let [node, last, hash] = [index, size - 1, entry];
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = join(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else hash = join(hash, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(hash, root);
};
