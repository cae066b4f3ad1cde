import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactRef, Model } from '../domain/model.ts';
import { ModelSignature, type SignatureContent, signedFiles } from '../domain/signature.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { isSignedBy, type SigningKey, signJson } from '../ledger/signing.ts';
import { readJson } from './json.ts';
import { describeFault } from './system-fault.ts';

export const SIGNATURE = 'signature.json';

/** The names of keys that are trusted to sign models, by the base64 of their 32 bytes; empty = signatures are not asked for. */
export type ModelKeys = ReadonlyMap<string, string>;

const digestFile = (path: string, name: string): string => {
  const file = join(path, name);
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw appError('file_missing', { file, places: path }, { cause });
    }
    throw appError('file_unreadable', { file, problem: describeFault(cause) }, { cause });
  }
};

/** Signs the files of a model's folder. @throws file_missing, file_unreadable */
export const signModel = (path: string, model: Model, { privateKey, publicKey }: SigningKey): ModelSignature => {
  const { name, version, fingerprint } = model;
  const content: SignatureContent = {
    kind: 'model-signature',
    schema: 1,
    model: { name, version, fingerprint },
    files: {
      'golden.jsonl': digestFile(path, 'golden.jsonl'),
      'lineage.json': digestFile(path, 'lineage.json'),
      'model.json': digestFile(path, 'model.json'),
    },
  };
  return {
    ...content,
    publicKey: Buffer.from(publicKey, 'hex').toString('base64'),
    signature: signJson(content, privateKey).toString('base64'),
  };
};

const problems = {
  unsigned: {
    zh: '它没有签名（vigil sign），而服务要求签名（VIGIL_MODEL_KEYS）',
    en: 'it is not signed (vigil sign), and VIGIL_MODEL_KEYS asks for a signature',
  },
  forged: { zh: '签名与 signature.json 的内容不符', en: 'the signature does not fit what signature.json says' },
  other: { zh: '签名属于另一个模型', en: 'the signature is of another model' },
} as const satisfies Record<string, Text>;

const untrusted = ({ name, version }: Pick<ArtifactRef, 'name' | 'version'>, problem: Text): AppError =>
  appError('model_untrusted', { model: `${name}@${version}`, problem });

/** What is said of a signature by a key that is not trusted. */
export const notTrusted = (publicKey: string): Text => ({
  zh: `签名所用的公钥 ${publicKey} 不在 VIGIL_MODEL_KEYS 中`,
  en: `it was signed with ${publicKey}, which is not in VIGIL_MODEL_KEYS`,
});

/** What is wrong with a model's signature in itself and against the keys that are trusted; null where it holds. */
export const findSignatureFault = (
  ref: ArtifactRef,
  signed: ModelSignature | null,
  keys: ModelKeys,
): AppError | null => {
  if (!signed) return keys.size === 0 ? null : untrusted(ref, problems.unsigned);
  const { publicKey, signature, ...content } = signed;
  const isOfModel = content.model.fingerprint === ref.fingerprint;
  if (!isOfModel) return untrusted(ref, problems.other);
  if (!isSignedBy(content, Buffer.from(publicKey, 'base64'), Buffer.from(signature, 'base64'))) {
    return untrusted(ref, problems.forged);
  }
  if (keys.size === 0 || keys.has(publicKey)) return null;
  return untrusted(ref, notTrusted(publicKey));
};

/**
 * Reads the signature beside a model and holds it against the files and the trusted keys; null where there is none and
 * none is asked for.
 * @throws model_untrusted, bad_json, bad_artifact, file_missing, file_unreadable
 */
export const readSignature = (path: string, model: Model, keys: ModelKeys): ModelSignature | null => {
  const { name, version, fingerprint } = model;
  const file = join(path, SIGNATURE);
  const signed = existsSync(file) ? readJson(file, ModelSignature) : null;
  const fault = findSignatureFault({ name, version, fingerprint }, signed, keys);
  if (fault) throw fault;
  const changed = signed && signedFiles.find((each) => digestFile(path, each) !== signed.files[each]);
  if (!changed) return signed;
  throw untrusted(model, {
    zh: `文件 ${changed} 在签名之后被改动`,
    en: `${changed} was changed after it was signed`,
  });
};
