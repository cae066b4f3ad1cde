import { z } from 'zod';
import { ArtifactRef } from './model.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/, '32 bytes in hex');

/** The files of a model that are signed; what lies beside them (card, validation, dictionary) is not. */
export const signedFiles = ['golden.jsonl', 'lineage.json', 'model.json'] as const;

/** What a model's signature is over: which model, and the SHA-256 of its files. */
export const SignatureContent = z.strictObject({
  kind: z.literal('model-signature'),
  schema: z.literal(1),
  model: ArtifactRef,
  files: z.strictObject({ 'golden.jsonl': Digest, 'lineage.json': Digest, 'model.json': Digest }),
});
export type SignatureContent = z.infer<typeof SignatureContent>;

/** A model's signature (`signature.json`): Ed25519 over the RFC 8785 JSON of its content. */
export const ModelSignature = SignatureContent.extend({
  /** The 32 bytes of the public key, base64. */
  publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64'),
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, '64 bytes in base64'),
});
export type ModelSignature = z.infer<typeof ModelSignature>;
