import { join } from 'node:path';
import { Command } from 'commander';
import { appError } from '../errors.ts';
import { modelFolders } from '../store/folders.ts';
import { findModel, readModel } from '../store/models.ts';
import { readKeyFile } from '../store/private-key.ts';
import { SIGNATURE, signModel } from '../store/signatures.ts';
import { withOutput } from '../store/writing.ts';
import { type PinnedModel, pinnedModel } from './arguments.ts';
import type { Console } from './output.ts';

interface SignOptions {
  readonly key: string;
  readonly models?: string;
}

/** `vigil sign`: a model's files, so that services can tell whose they are. */
export const signCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('sign')
    .description(
      say({
        zh: '用 Ed25519 私钥为模型的 model.json、lineage.json、golden.jsonl 签名，写入 signature.json。',
        en: 'Sign model.json, lineage.json and golden.jsonl of a model with an Ed25519 key, into signature.json beside them.',
      }),
    )
    .argument('<name@version>', say({ zh: '模型', en: 'the model' }), pinnedModel)
    .requiredOption(
      '--key <file>',
      say({
        zh: '私钥文件（PKCS#8）；可用 openssl genpkey -algorithm ed25519 生成',
        en: 'file of the private key (PKCS#8); openssl genpkey -algorithm ed25519 makes one',
      }),
    )
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((model: PinnedModel, options: SignOptions) => runSign(console, model, options));
};

const runSign = async (
  console: Console,
  { name, version }: PinnedModel,
  { key, models }: SignOptions,
): Promise<void> => {
  const signer = readKeyFile(key, (problem, cause) => appError('bad_signing_key', { source: key, problem }, { cause }));
  const { path } = findModel(`${name}@${version}`, modelFolders(models));
  const signed = signModel(path, readModel(path), signer);
  const file = join(path, SIGNATURE);
  await withOutput(file, ({ write }) => write(`${JSON.stringify(signed, null, 2)}\n`));
  console.result(
    { model: signed.model, file, publicKey: signed.publicKey },
    console.say({
      zh: `已签名，写入 ${file}。只接受此密钥所签模型的服务：VIGIL_MODEL_KEYS=名称:${signed.publicKey}`,
      en: `Signed, in ${file}. Services that take only what this key signed: VIGIL_MODEL_KEYS=name:${signed.publicKey}`,
    }),
  );
};
