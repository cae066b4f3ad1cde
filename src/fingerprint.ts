import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 (hex) of the RFC 8785 form of a JSON value. */
export const fingerprint = (value: unknown): string => bytesToHex(sha256(utf8ToBytes(toCanonicalJson(value))));

/**
 * RFC 8785 JSON: keys sorted by their UTF-16 units, numbers as ECMAScript writes them, no white space. Written here since
 * every stored decision passes through it three times; held against a library in the tests.
 * @throws TypeError for what JSON cannot say: numbers that are not finite, half characters, functions
 */
export const toCanonicalJson = (value: unknown): string => (isInOrder(value) ? JSON.stringify(value) : write(value));

/**
 * Whether the engine's own writer gives the canonical form: every key stands in its order, and there is nothing that JSON
 * cannot say. It makes one text where ours makes one of every part.
 */
const isInOrder = (value: unknown): boolean => {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return isEveryInOrder(value);
  let last = '';
  for (const key in value) {
    if (key < last || !key.isWellFormed()) return false;
    last = key;
    const part = (value as Readonly<Record<string, unknown>>)[key];
    if (part !== undefined && !isInOrder(part)) return false;
  }
  return true;
};

const isEveryInOrder = (items: readonly unknown[]): boolean => {
  for (const item of items) if (!isInOrder(item)) return false;
  return true;
};

const write = (value: unknown): string => {
  if (typeof value === 'string') return writeText(value);
  if (typeof value === 'number') return writeNumber(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'object') throw new TypeError(`${typeof value} is not JSON`);
  if (Array.isArray(value)) return writeArray(value);
  if (value instanceof Date) return JSON.stringify(value);
  return writeObject(value as Readonly<Record<string, unknown>>);
};

const writeText = (text: string): string => {
  if (!text.isWellFormed()) throw new TypeError('half a character is not JSON');
  return JSON.stringify(text);
};

const writeNumber = (value: number): string => {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
  return value === 0 ? '0' : String(value);
};

const writeArray = (items: readonly unknown[]): string => `[${Array.from(items, write).join(',')}]`;

/** As in JSON, what is undefined is left out. */
const writeObject = (fields: Readonly<Record<string, unknown>>): string => {
  const written = Object.keys(fields)
    .sort()
    .flatMap((key) => (fields[key] === undefined ? [] : [`${writeText(key)}:${write(fields[key])}`]));
  return `{${written.join(',')}}`;
};
