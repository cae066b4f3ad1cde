import { z } from 'zod';

const Hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `${bytes} bytes in hex`);

/** An Ed25519 public key: its 32 bytes in hex. */
export const PublicKey = Hex(32);

/** Where the chain stood (DEFINITIONS 7): what a checkpoint is signed over. */
export const CheckpointContent = z.strictObject({
  kind: z.literal('checkpoint'),
  schema: z.literal(1),
  /** The first and the last record it covers. */
  fromSeq: z.int().min(1),
  sequence: z.int().min(1),
  /** The chain's hash after the last record. */
  head: Hex(32),
  /** Merkle root (RFC 6962) of the entries it covers. */
  root: Hex(32),
  time: z.iso.datetime(),
});
export type CheckpointContent = z.infer<typeof CheckpointContent>;

/** A signed statement of where the chain stood; the signature is Ed25519 over the RFC 8785 JSON of its content. */
export const Checkpoint = CheckpointContent.extend({ publicKey: PublicKey, signature: Hex(64) });
export type Checkpoint = z.infer<typeof Checkpoint>;

/** One record and its path to a checkpoint: shows that it stands on the chain, and nothing of any other. */
export const Proof = z.strictObject({
  kind: z.literal('proof'),
  schema: z.literal(1),
  seq: z.int().min(1),
  /** The record's text, to the byte. */
  text: z.string(),
  /** Siblings on the way to the root, nearest first. */
  path: z.array(Hex(32)),
  checkpoint: Checkpoint,
});
export type Proof = z.infer<typeof Proof>;
