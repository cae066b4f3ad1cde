import type { Adjustment, AdjustmentSignature } from '../domain/adjustment.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import { isSignedBy, type SigningKey, signJson } from '../ledger/signing.ts';
import { type ModelKeys, notTrusted } from './signatures.ts';

/** What is signed: the whole adjustment, said to be one. */
const toSigned = (adjustment: Adjustment) => ({ kind: 'adjustment-signature', schema: 1, adjustment });

/** Signs an adjustment, with the keys that models are signed with. */
export const signAdjustment = (adjustment: Adjustment, { privateKey, publicKey }: SigningKey): AdjustmentSignature => ({
  publicKey: Buffer.from(publicKey, 'hex').toString('base64'),
  signature: signJson(toSigned(adjustment), privateKey).toString('base64'),
});

const problems = {
  unsigned: {
    zh: '它没有签名（vigil adjust draft --key），而服务要求签名（VIGIL_MODEL_KEYS）',
    en: 'it is not signed (vigil adjust draft --key), and VIGIL_MODEL_KEYS asks for a signature',
  },
  forged: { zh: '签名与其内容不符', en: 'the signature does not fit what it says' },
} as const satisfies Record<string, Text>;

/** What is wrong with an adjustment's signature in itself and against the keys that are trusted; null where it holds. */
export const findAdjustmentSignatureFault = (
  adjustment: Adjustment,
  signed: AdjustmentSignature | null,
  keys: ModelKeys,
): AppError | null => {
  const untrusted = (problem: Text) => appError('adjustment_untrusted', { adjustment: adjustment.name, problem });
  if (!signed) return keys.size === 0 ? null : untrusted(problems.unsigned);
  const { publicKey, signature } = signed;
  const isGenuine = isSignedBy(
    toSigned(adjustment),
    Buffer.from(publicKey, 'base64'),
    Buffer.from(signature, 'base64'),
  );
  if (!isGenuine) return untrusted(problems.forged);
  return keys.size === 0 || keys.has(publicKey) ? null : untrusted(notTrusted(publicKey));
};
