import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { toCanonicalJson } from '../fingerprint.ts';

/** An Ed25519 key pair. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** The 32 bytes of the public key, hex. */
  readonly publicKey: string;
}

/** Reads an Ed25519 private key from PKCS#8, as PEM or DER. @returns null where it is none */
export const toSigningKey = (pkcs8: string | Buffer): SigningKey | null => {
  try {
    const privateKey =
      typeof pkcs8 === 'string'
        ? createPrivateKey({ key: pkcs8, format: 'pem' })
        : createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    if (privateKey.asymmetricKeyType !== 'ed25519') return null;
    const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
    return { privateKey, publicKey: Buffer.from(x, 'base64url').toString('hex') };
  } catch {
    return null;
  }
};

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
