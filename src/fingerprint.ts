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
  if (Array.isArray(value)) return value.every(isInOrder);
  let last = '';
  for (const key in value) {
    if (key < last || !key.isWellFormed()) return false;
    last = key;
    const part = (value as Readonly<Record<string, unknown>>)[key];
    if (part !== undefined && !isInOrder(part)) return false;
  }
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

/** Texts that stand in JSON as they are, as most do. */
const PLAIN = /^[ !#-[\]-~]*$/;

const writeText = (text: string): string => {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('half a character is not JSON');
  return JSON.stringify(text);
};

const writeNumber = (value: number): string => {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
  return value === 0 ? '0' : String(value);
};

const writeArray = (items: readonly unknown[]): string => {
  let text = '';
  for (const item of items) text += text === '' ? write(item) : `,${write(item)}`;
  return `[${text}]`;
};

/** As in JSON, what is undefined is left out. */
const writeObject = (fields: Readonly<Record<string, unknown>>): string => {
  let text = '';
  for (const key of sortKeys(Object.keys(fields))) {
    const value = fields[key];
    if (value === undefined) continue;
    text += text === '' ? nameKey(key) + write(value) : `,${nameKey(key)}${write(value)}`;
  }
  return `{${text}}`;
};

/** Most keys that are sorted by insertion, which is faster where they are few. */
const FEW_KEYS = 32;

const sortKeys = (keys: string[]): string[] => {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end] as string;
    let place = end;
    for (; place > 0 && (keys[place - 1] as string) > key; place--) keys[place] = keys[place - 1] as string;
    keys[place] = key;
  }
  return keys;
};

/** Keys as they are written, with their colon; few are ever used, and those again and again. */
const named = new Map<string, string>();
const MOST_NAMED = 10_000;

const nameKey = (key: string): string => {
  const known = named.get(key);
  if (known !== undefined) return known;
  const text = `${writeText(key)}:`;
  if (named.size < MOST_NAMED) named.set(key, text);
  return text;
};
