import { bytesToHex } from '@noble/hashes/utils.js';
import type { Checkpoint, CheckpointContent } from '../domain/checkpoint.ts';
import type { ChainLink, ChainPosition } from './chain.ts';
import { merkleRoot } from './merkle.ts';
import type { Problem } from './problems.ts';
import { isSignedBy, type SigningKey, signJson } from './signing.ts';

/** Records a checkpoint covers at most (DEFINITIONS 7). */
export const MOST_COVERED = 1_024;

/** The content of the checkpoint over some links behind a position; `links` is not empty and at most 1,024 long. */
export const describeLinks = (
  from: ChainPosition,
  links: readonly ChainLink[],
  { head, time }: { head: Uint8Array; time: string },
): CheckpointContent => ({
  kind: 'checkpoint',
  schema: 1,
  fromSeq: Number(from.seq) + 1,
  sequence: Number(from.seq) + links.length,
  head: bytesToHex(head),
  root: bytesToHex(merkleRoot(links.map(({ entry }) => entry))),
  time,
});

/** Signs a checkpoint's content. */
export const signCheckpoint = (content: CheckpointContent, { privateKey, publicKey }: SigningKey): Checkpoint => ({
  ...content,
  publicKey,
  signature: signJson(content, privateKey).toString('hex'),
});

/**
 * Whether a checkpoint was signed as it stands, and by a key that is expected.
 * @param publicKeys keys that may have signed it; empty = any
 */
export const findSignatureFault = (checkpoint: Checkpoint, publicKeys: readonly string[]): Problem | null => {
  if (publicKeys.length > 0 && !publicKeys.includes(checkpoint.publicKey)) return 'checkpoint_key';
  return isSigned(checkpoint) ? null : 'checkpoint_signature';
};

const isSigned = ({ publicKey, signature, ...content }: Checkpoint): boolean =>
  isSignedBy(content, Buffer.from(publicKey, 'hex'), Buffer.from(signature, 'hex'));
