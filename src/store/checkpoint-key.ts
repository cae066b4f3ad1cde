import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { type CheckpointKey, toCheckpointKey } from '../ledger/checkpoint.ts';
import { makeHome } from './home.ts';
import { describeFault } from './system-fault.ts';
import { writeOnce } from './whole-file.ts';

const VARIABLE = 'VIGIL_CHECKPOINT_KEY';
/** Base64 of the DER of any Ed25519 key in PKCS#8 begins so. */
const DER = /^MC4CAQAwBQYDK2Vw[A-Za-z0-9+/]{48}$/;
const PEM = '-----BEGIN';

const noKey: Text = {
  zh: '不是 PKCS#8 格式的 Ed25519 私钥（PEM 文本、DER 的 base64，或其文件路径）；可用 openssl genpkey -algorithm ed25519 生成',
  en: 'it is no Ed25519 private key in PKCS#8 (PEM, base64 of the DER, or the path of such a file); openssl genpkey -algorithm ed25519 makes one',
};

/**
 * The key that signs checkpoints (DEFINITIONS 7): `VIGIL_CHECKPOINT_KEY`, which is a PEM text (line ends may be written
 * \n), the base64 of its DER, or the path of a file of either; else the home's own, made at first use.
 * @throws bad_checkpoint_key, home_unusable, file_unwritable
 */
export const openCheckpointKey = ({ checkpointKey, home }: Pick<Config, 'checkpointKey' | 'home'>): CheckpointKey => {
  if (checkpointKey === undefined) return openHomeKey(home);
  const text = checkpointKey.replaceAll('\\n', '\n').trim();
  if (text.startsWith(PEM) || DER.test(text)) return parseKey(Buffer.from(text), VARIABLE);
  return readKey(checkpointKey, VARIABLE);
};

const openHomeKey = (home: string): CheckpointKey => {
  const file = join(home, 'checkpoint.key');
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    makeHome(home);
    writeOnce(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  return readKey(file, file);
};

const readKey = (file: string, source: string): CheckpointKey => parseKey(readBytes(file, source), source);

const readBytes = (file: string, source: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code === 'EACCES' ? describeFault(cause) : noKey;
    throw appError('bad_checkpoint_key', { source, problem }, { cause });
  }
};

const parseKey = (content: Buffer, source: string): CheckpointKey => {
  const key = toCheckpointKey(toPkcs8(content));
  if (!key) throw appError('bad_checkpoint_key', { source, problem: noKey });
  return key;
};

const toPkcs8 = (content: Buffer): string | Buffer => {
  const text = content.toString('latin1').trim();
  if (text.startsWith(PEM)) return text;
  return DER.test(text) ? Buffer.from(text, 'base64') : content;
};
