import { hash } from 'node:crypto';

/** Bytes of a section's salt. */
export const SALT_BYTES = 16;

/**
 * Digest of one section of a personal part, hex: `SHA-256(salt || text)`, text the RFC 8785 JSON of its plain content.
 * It stands in the record, so erasing or encrypting the section changes no hash, and without the salt the content
 * cannot be guessed from it.
 */
export const digestSection = (salt: Uint8Array, text: string): string =>
  hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'hex');
