import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { toCanonicalJson } from '../fingerprint.ts';

/** Signs a JSON value: Ed25519 over its RFC 8785 form. */
export const signJson = (content: unknown, privateKey: KeyObject): Buffer =>
  sign(null, Buffer.from(toCanonicalJson(content)), privateKey);

/** Whether a JSON value was signed with a key; never throws. @param publicKey its 32 bytes */
export const isSignedBy = (content: unknown, publicKey: Buffer, signature: Buffer): boolean => {
  try {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
      format: 'jwk',
    });
    return verify(null, Buffer.from(toCanonicalJson(content)), key, signature);
  } catch {
    return false;
  }
};
