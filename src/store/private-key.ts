import { readFileSync } from 'node:fs';
import type { Text } from '../domain/text.ts';
import type { AppError } from '../errors.ts';
import { type SigningKey, toSigningKey } from '../ledger/signing.ts';
import { describeFault } from './system-fault.ts';

/** Base64 of the DER of any Ed25519 key in PKCS#8 begins so. */
const DER = /^MC4CAQAwBQYDK2Vw[A-Za-z0-9+/]{48}$/;
const PEM = '-----BEGIN';

const noKey: Text = {
  zh: '不是 PKCS#8 格式的 Ed25519 私钥（PEM 文本、DER 的 base64，或其文件路径）；可用 openssl genpkey -algorithm ed25519 生成',
  en: 'it is no Ed25519 private key in PKCS#8 (PEM, base64 of the DER, or the path of such a file); openssl genpkey -algorithm ed25519 makes one',
};

/** Makes the fault of a key that is none, by what is wrong with it. */
type Refuse = (problem: Text, cause?: unknown) => AppError;

/** A key as a text: PEM (line ends may be written \n), the base64 of its DER, or the path of a file of either. */
export const readKey = (given: string, refuse: Refuse): SigningKey => {
  const text = given.replaceAll('\\n', '\n').trim();
  if (text.startsWith(PEM) || DER.test(text)) return parseKey(Buffer.from(text), refuse);
  return readKeyFile(given, refuse);
};

/** A key in a file. */
export const readKeyFile = (file: string, refuse: Refuse): SigningKey => parseKey(readBytes(file, refuse), refuse);

const readBytes = (file: string, refuse: Refuse): Buffer => {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw refuse((cause as NodeJS.ErrnoException).code === 'EACCES' ? describeFault(cause) : noKey, cause);
  }
};

const parseKey = (content: Buffer, refuse: Refuse): SigningKey => {
  const key = toSigningKey(toPkcs8(content));
  if (!key) throw refuse(noKey);
  return key;
};

const toPkcs8 = (content: Buffer): string | Buffer => {
  const text = content.toString('latin1').trim();
  if (text.startsWith(PEM)) return text;
  return DER.test(text) ? Buffer.from(text, 'base64') : content;
};
