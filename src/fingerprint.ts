import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 (hex) of the RFC 8785 form of a JSON value. */
export const fingerprint = (value: unknown): string => bytesToHex(sha256(utf8ToBytes(toCanonicalJson(value))));

/**
 * RFC 8785 JSON: keys sorted by their UTF-16 units, numbers as ECMAScript writes them, no white space. Written here since
 * every stored decision passes through it three times; held against a library in the tests.
 * @throws TypeError for what JSON cannot say: numbers that are not finite, half characters, functions
 */
export const toCanonicalJson = (value: unknown): string => {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
      return value === 0 ? '0' : String(value);
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('half a character is not JSON');
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return writeArray(value);
      if (value instanceof Date) return JSON.stringify(value);
      return writeObject(value as Readonly<Record<string, unknown>>);
    default:
      throw new TypeError(`${typeof value} is not JSON`);
  }
};

const writeArray = (items: readonly unknown[]): string => {
  let text = '';
  for (const item of items) text += text === '' ? toCanonicalJson(item) : `,${toCanonicalJson(item)}`;
  return `[${text}]`;
};

/** As in JSON, what is undefined is left out. */
const writeObject = (fields: Readonly<Record<string, unknown>>): string => {
  let text = '';
  for (const key of sortKeys(Object.keys(fields))) {
    const value = fields[key];
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${quoteKey(key)}:${toCanonicalJson(value)}`;
  }
  return `{${text}}`;
};

const sortKeys = (keys: string[]): string[] => {
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) return keys.sort();
  }
  return keys;
};

/** Keys as they are written; few are ever used, and those again and again. */
const quoted = new Map<string, string>();
const MOST_QUOTED = 10_000;

const quoteKey = (key: string): string => {
  const known = quoted.get(key);
  if (known !== undefined) return known;
  const text = toCanonicalJson(key);
  if (quoted.size < MOST_QUOTED) quoted.set(key, text);
  return text;
};
