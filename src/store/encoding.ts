import { isAscii } from 'node:buffer';
import { appError } from '../errors.ts';

/** What is known of a file's encoding before it is read: labels of the WHATWG Encoding Standard. */
export interface EncodingWish {
  /** What the caller insists on; only a byte order mark overrules it. */
  readonly encoding?: string | undefined;
  /** What such files are usually written in, for where the bytes do not tell. */
  readonly usualEncoding?: string | undefined;
}

const UTF_8 = 'utf-8';
/** The first 64 bytes tell whether every other one is 0. */
const PAIRED = 64;
/** Least share of the bytes beyond ASCII that must speak for an encoding. */
const LEAST_SHARE = 0.9;

/** Refuses an encoding that there is not. @throws bad_arguments */
export const checkEncoding = (encoding: string | undefined): void => {
  if (encoding !== undefined) createDecoder(encoding);
};

/**
 * The encoding a file's first bytes tell: a byte order mark, else what is wished for, else UTF-16 by its zeros, UTF-8
 * where they are valid as such, what is usual, GB 18030 where they are common Chinese, and Windows-1252 where they are
 * Latin letters that stand alone. UTF-8, which then is refused, where nothing tells.
 */
export const tellEncoding = (head: Uint8Array, { encoding, usualEncoding }: EncodingWish): string => {
  const told = encodingByMark(head) ?? encoding ?? encodingByZeros(head);
  if (told !== null) return told;
  if (isAscii(head)) return usualEncoding ?? UTF_8;
  const text = decodeStart(head, UTF_8);
  if (text !== null && !(usualEncoding?.startsWith('gb') && isShortCoded(text))) return UTF_8;
  if (usualEncoding !== undefined) return usualEncoding;
  if (isCommonChinese(head)) return 'gb18030';
  return isLoneLatin(head) ? 'windows-1252' : UTF_8;
};

/** Whether bytes begin with the mark that spreadsheets put before UTF-8. */
export const hasUtf8Mark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

const encodingByMark = (head: Uint8Array): string | null => {
  if (hasUtf8Mark(head)) return UTF_8;
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null;
};

const encodingByZeros = (head: Uint8Array): string | null => {
  const zeros = [...head.subarray(0, PAIRED).entries()].filter(([, byte]) => byte === 0);
  const even = zeros.filter(([index]) => index % 2 === 0).length;
  const odd = zeros.length - even;
  if (even === 0 && odd > PAIRED / 8) return 'utf-16le';
  return odd === 0 && even > PAIRED / 8 ? 'utf-16be' : null;
};

/** The text of bytes that may end within a character; null where they are not of the encoding. */
const decodeStart = (head: Uint8Array, encoding: string): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
};

/** Whether no character takes three bytes of UTF-8: those of two bytes may be Chinese in GB 18030 by chance. */
const isShortCoded = (text: string): boolean => !/[\u0800-\uffff]/.test(text);

/** Whether two-byte characters are those in common use (GB 2312). */
const isCommonChinese = (head: Uint8Array): boolean => {
  if (decodeStart(head, 'gb18030') === null) return false;
  let [pairs, common] = [0, 0];
  for (let index = 0; index + 1 < head.length; index++) {
    const lead = head[index] as number;
    if (lead < 0x81) continue;
    pairs++;
    if (lead >= 0xa1 && lead <= 0xf7 && (head[index + 1] as number) >= 0xa1) common++;
    index++;
  }
  return common >= LEAST_SHARE * pairs;
};

/** Whether letters beyond ASCII stand between ASCII: those of damaged UTF-8 and of two-byte encodings come together. */
const isLoneLatin = (head: Uint8Array): boolean => {
  let [beyond, lone] = [0, 0];
  for (const [index, byte] of head.entries()) {
    if (byte < 0x80) continue;
    beyond++;
    if (byte >= 0xa0 && (head[index - 1] ?? 0) < 0x80 && (head[index + 1] ?? 0) < 0x80) lone++;
  }
  return lone >= LEAST_SHARE * beyond;
};

/** Turns the chunks of a file into UTF-8, whatever they are written in. */
export interface Transcoder {
  /** @throws file_unreadable where the bytes are not of the encoding */
  push(chunk: Buffer): Buffer;
  /** What is left once every chunk was pushed. */
  end(): Buffer;
}

/** A transcoder; UTF-8 goes through as it is and is checked where it is decoded. @throws bad_arguments */
export const createTranscoder = (path: string, encoding: string): Transcoder => {
  const decoder = createDecoder(encoding);
  if (decoder.encoding === UTF_8) return { push: (chunk) => chunk, end: () => Buffer.alloc(0) };
  const decode = (chunk: Buffer, stream: boolean): Buffer => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream }));
    } catch (cause) {
      const problem = { zh: `不是 ${encoding} 编码`, en: `it is not ${encoding}` };
      throw appError('file_unreadable', { file: path, problem }, { cause });
    }
  };
  return { push: (chunk) => decode(chunk, true), end: () => decode(Buffer.alloc(0), false) };
};

const createDecoder = (encoding: string) => {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    const problem = { zh: `没有名为 ${encoding} 的编码`, en: `there is no encoding ${encoding}` };
    throw appError('bad_arguments', { problem }, { cause });
  }
};

/** Turns UTF-8 of a file into text, without a mark at its start. */
export type Decode = (bytes: Uint8Array) => string;

/** A decoder that refuses what is not UTF-8. @throws file_not_utf8 */
export const createDecode = (path: string): Decode => {
  const decoder = new TextDecoder(UTF_8, { fatal: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw appError('file_not_utf8', { file: path }, { cause });
    }
  };
};
