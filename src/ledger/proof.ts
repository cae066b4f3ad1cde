import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Checkpoint, Proof } from '../domain/checkpoint.ts';
import { digestEntry } from './chain.ts';
import { findSignatureFault } from './checkpoint.ts';
import { merklePath, verifyMerklePath } from './merkle.ts';
import type { Problem } from './problems.ts';

/** A record's seq and text, and what leads from it to a signed checkpoint: all the entries that one covers, in order. */
export interface ProofParts {
  readonly seq: number;
  readonly text: string;
  readonly checkpoint: Checkpoint;
  readonly entries: readonly Uint8Array[];
}

/** Proves one record by its Merkle path to a checkpoint that covers it. */
export const createProof = ({ seq, text, checkpoint, entries }: ProofParts): Proof => ({
  kind: 'proof',
  schema: 1,
  seq,
  text,
  path: merklePath(entries, seq - checkpoint.fromSeq).map(bytesToHex),
  checkpoint,
});

/**
 * Checks a proof by itself: path, root, signature.
 * @param publicKeys keys that may have signed the checkpoint; empty = any, which proves only that somebody signed it
 */
export const findProofFault = (
  { seq, text, path, checkpoint }: Proof,
  publicKeys: readonly string[],
): Problem | null => {
  const index = seq - checkpoint.fromSeq;
  const size = checkpoint.sequence - checkpoint.fromSeq + 1;
  const proof = { entry: digestEntry(text), index, size, path: path.map(hexToBytes) };
  if (!verifyMerklePath(proof, hexToBytes(checkpoint.root))) return 'not_in_tree';
  return findSignatureFault(checkpoint, publicKeys);
};
