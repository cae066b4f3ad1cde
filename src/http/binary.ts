import type { Cell, Datatype } from '../contract/inference.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';

interface FixedWidth {
  readonly bytes: number;
  readonly read: (bytes: Buffer, at: number) => number | boolean;
}

/** Half precision (IEEE 754 binary16): a sign, five bits of exponent, ten of fraction. */
const readHalf = (bytes: Buffer, at: number): number => {
  const bits = bytes.readUInt16LE(at);
  const sign = bits >> 15 === 1 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1_024 + fraction) * 2 ** (exponent - 25);
};

const fixedWidths: Readonly<Record<Exclude<Datatype, 'BYTES'>, FixedWidth>> = {
  BOOL: { bytes: 1, read: (bytes, at) => bytes.readUInt8(at) !== 0 },
  UINT8: { bytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
  UINT16: { bytes: 2, read: (bytes, at) => bytes.readUInt16LE(at) },
  UINT32: { bytes: 4, read: (bytes, at) => bytes.readUInt32LE(at) },
  UINT64: { bytes: 8, read: (bytes, at) => Number(bytes.readBigUInt64LE(at)) },
  INT8: { bytes: 1, read: (bytes, at) => bytes.readInt8(at) },
  INT16: { bytes: 2, read: (bytes, at) => bytes.readInt16LE(at) },
  INT32: { bytes: 4, read: (bytes, at) => bytes.readInt32LE(at) },
  INT64: { bytes: 8, read: (bytes, at) => Number(bytes.readBigInt64LE(at)) },
  FP16: { bytes: 2, read: readHalf },
  FP32: { bytes: 4, read: (bytes, at) => bytes.readFloatLE(at) },
  FP64: { bytes: 8, read: (bytes, at) => bytes.readDoubleLE(at) },
};

const LENGTH_BYTES = 4;

/**
 * Values of a binary tensor (binary tensor data extension): little-endian, texts behind their lengths; NaN is null.
 * @throws bad_request naming the field
 */
export const decodeCells = (datatype: Datatype, bytes: Buffer, field: string): Cell[] => {
  if (datatype === 'BYTES') return decodeTexts(bytes, field);
  const { bytes: width, read } = fixedWidths[datatype];
  if (bytes.length % width !== 0)
    throw appError('bad_request', {
      field,
      problem: { zh: `长度不是 ${datatype} 的整数倍`, en: `not whole values of ${datatype}` },
    });
  return Array.from({ length: bytes.length / width }, (_, index) => {
    const value = read(bytes, index * width);
    return Number.isNaN(value) ? null : value;
  });
};

const problems = {
  long: { zh: '文本长度超出数据', en: 'a text is longer than the data' },
  notUtf8: { zh: '文本不是 UTF-8', en: 'a text is not UTF-8' },
  zero: { zh: '文本含有零字符', en: 'a text holds a zero character' },
} as const satisfies Record<string, Text>;

const decodeTexts = (bytes: Buffer, field: string): string[] => {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + LENGTH_BYTES;
    const to = from <= bytes.length ? from + bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY;
    if (to > bytes.length) throw appError('bad_request', { field, problem: problems.long });
    texts.push(toText(bytes.subarray(from, to), field));
    at = to;
  }
  return texts;
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const toText = (bytes: Buffer, field: string): string => {
  try {
    const text = utf8.decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (cause) {
    throw appError('bad_request', { field, problem: problems.notUtf8 }, { cause });
  }
  throw appError('bad_request', { field, problem: problems.zero });
};

/** A tensor's values as binary data; null where they have no such form, because one of them is null. */
export const encodeCells = (
  datatype: 'FP64' | 'INT64' | 'BYTES',
  values: readonly (number | string | null)[],
): Buffer | null => {
  if (values.includes(null)) return null;
  if (datatype === 'BYTES') return Buffer.concat(values.flatMap((value) => encodeText(String(value))));
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) {
    if (datatype === 'FP64') bytes.writeDoubleLE(Number(value), 8 * index);
    else bytes.writeBigInt64LE(BigInt(Number(value)), 8 * index);
  }
  return bytes;
};

const encodeText = (text: string): Buffer[] => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(bytes.length);
  return [length, bytes];
};
