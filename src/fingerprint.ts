import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** SHA-256 (hex) of the RFC 8785 form of a JSON value. */
export const fingerprint = (value: unknown): string => bytesToHex(sha256(utf8ToBytes(toCanonicalJson(value))));

/** RFC 8785 JSON: keys sorted, numbers in their shortest form. */
export const toCanonicalJson = (value: unknown): string => canonicalize(value) ?? 'null';
