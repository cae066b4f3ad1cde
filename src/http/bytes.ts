import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { appError } from '../errors.ts';

/** A body must be here by then. */
const BODY_SECONDS = 10;

type Unpack = (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** How a packed body is unpacked, by its Content-Encoding. */
const unpackers: ReadonlyMap<string, Unpack | null> = new Map<string, Unpack | null>([
  ['identity', null],
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * Reads a body of at most so many bytes, counted after unpacking too.
 * @throws media_type_unsupported, body_too_large, body_too_slow, bad_body, cancelled
 */
export const readBytes = async (req: IncomingMessage, limit: number): Promise<Buffer> => {
  const unpack = unpackers.get((req.headers['content-encoding'] ?? 'identity').toLowerCase());
  if (unpack === undefined) throw appError('media_type_unsupported', { wanted: [...unpackers.keys()].join(', ') });
  const bytes = await collect(req, limit);
  return unpack ? unpackWithin(unpack, { bytes, limit }) : bytes;
};

const collect = (req: IncomingMessage, limit: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (fault: unknown) => {
      clearTimeout(slow);
      chunks.length = 0;
      reject(fault);
    };
    const slow = setTimeout(() => refuse(appError('body_too_slow', { seconds: BODY_SECONDS })), BODY_SECONDS * 1_000);
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else refuse(appError('body_too_large', { limit }));
    });
    req.once('end', () => {
      clearTimeout(slow);
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    req.once('error', (cause) => refuse(appError('cancelled', {}, { cause })));
  });

interface Packed {
  readonly bytes: Buffer;
  readonly limit: number;
}

const unpackWithin = async (unpack: Unpack, { bytes, limit }: Packed): Promise<Buffer> => {
  try {
    return await unpack(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw appError('body_too_large', { limit }, { cause });
    }
    throw appError('bad_body', { problem: { zh: '无法解压', en: 'it cannot be unpacked' } }, { cause });
  }
};
