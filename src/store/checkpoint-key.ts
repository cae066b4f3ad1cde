import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Text } from '../domain/text.ts';
import { type AppError, appError } from '../errors.ts';
import type { SigningKey } from '../ledger/signing.ts';
import { makeHome } from './home.ts';
import { readKey, readKeyFile } from './private-key.ts';
import { writeOnce } from './whole-file.ts';

const refuse =
  (source: string) =>
  (problem: Text, cause?: unknown): AppError =>
    appError('bad_checkpoint_key', { source, problem }, { cause });

/**
 * The key that signs checkpoints (DEFINITIONS 7): `VIGIL_CHECKPOINT_KEY`, which is a PEM text (line ends may be written
 * \n), the base64 of its DER, or the path of a file of either; else the home's own, made at first use.
 * @throws bad_checkpoint_key, home_unusable, file_unwritable
 */
export const openCheckpointKey = ({ checkpointKey, home }: Pick<Config, 'checkpointKey' | 'home'>): SigningKey =>
  checkpointKey === undefined ? openHomeKey(home) : readKey(checkpointKey, refuse('VIGIL_CHECKPOINT_KEY'));

const openHomeKey = (home: string): SigningKey => {
  const file = join(home, 'checkpoint.key');
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    makeHome(home);
    writeOnce(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  return readKeyFile(file, refuse(file));
};
