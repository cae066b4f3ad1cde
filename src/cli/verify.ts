import { Command, Option } from 'commander';
import { Checkpoint, Proof, PublicKey } from '../domain/checkpoint.ts';
import { appError } from '../errors.ts';
import type { AuditOptions } from '../ledger/audit.ts';
import { findSignatureFault } from '../ledger/checkpoint.ts';
import { type Problem, problems } from '../ledger/problems.ts';
import { findProofFault } from '../ledger/proof.ts';
import { readJson } from '../store/json.ts';
import type { Verified } from '../usecases/audit-rows.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { listOf } from './arguments.ts';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';

interface VerifyOptions {
  readonly backup?: string;
  readonly proof?: string;
  readonly checkpoint?: string;
  readonly publicKey?: readonly string[];
}

/** `vigil verify`: everything that is kept, a backup of it, or the proof of one record. */
export const verifyCommand = (console: Console): Command =>
  new Command('verify')
    .description('Verify chain, personal parts and checkpoints, or a backup, or a proof; names the first broken link.')
    .option('--backup <file>', 'verify a backup instead of the database')
    .option('--checkpoint <file>', 'a checkpoint kept elsewhere: finds records cut off or rewritten since')
    .option('--public-key <hex,...>', 'keys that may have signed checkpoints; default: any', publicKeys)
    .addOption(
      new Option('--proof <file>', 'verify the proof of one record; needs no database').conflicts([
        'backup',
        'checkpoint',
      ]),
    )
    .option('--json', 'print JSON')
    .action((options: VerifyOptions) =>
      options.proof === undefined ? verifyChain(console, options) : verifyProof(console, options.proof, options),
    );

const publicKeys = (text: string): string[] => {
  const keys = listOf(text.toLowerCase());
  if (keys.length > 0 && keys.every((key) => PublicKey.safeParse(key).success)) return keys;
  throw appError('bad_arguments', {
    problem: {
      zh: `--public-key 应为 64 位十六进制的公钥，而不是 "${text}"`,
      en: `--public-key takes public keys of 64 hex digits, not "${text}"`,
    },
  });
};

const verifyChain = async (console: Console, options: VerifyOptions): Promise<void> => {
  const { checkpoint: file, publicKey: expected = [] } = options;
  const checkpoint = file === undefined ? undefined : readJson(file, Checkpoint);
  if (file !== undefined && checkpoint) expectSound(file, findSignatureFault(checkpoint, expected));
  const audit = { checkpoint, publicKeys: expected };
  const verified = await withProgress(console, 'verify', (work) => runAudit(console, options.backup, { audit, work }));
  if (!verified.holds) {
    const { toChainFault } = await import('../usecases/checkpoints.ts');
    throw toChainFault(verified.broken);
  }
  const { checkpoints, publicKeys: signers } = verified;
  const records = Number(verified.records);
  const signed = checkpoints === 0 ? 'no checkpoint' : `${checkpoints} checkpoints signed by ${signers.join(', ')}`;
  const head = Buffer.from(verified.head).toString('hex');
  console.result(
    { holds: true, records, head, checkpoints, publicKeys: signers },
    `The chain holds over ${records} records, with ${signed}.`,
  );
};

const runAudit = async (
  console: Console,
  backup: string | undefined,
  { audit, work }: { audit: AuditOptions; work: LongWork },
): Promise<Verified> => {
  if (backup !== undefined) return (await import('../usecases/backup.ts')).verifyBackup(backup, audit, work);
  const { verifyLedger } = await import('../usecases/ledger.ts');
  return withDatabase(console, (database) => verifyLedger(database, audit, work));
};

const verifyProof = (console: Console, file: string, { publicKey: expected = [] }: VerifyOptions): void => {
  const proof = readJson(file, Proof);
  expectSound(file, findProofFault(proof, expected));
  const { seq, text, checkpoint } = proof;
  const { sequence, time, publicKey } = checkpoint;
  const record = JSON.parse(text);
  console.result(
    { holds: true, seq, record, checkpoint },
    `Record ${seq}, decision ${record.decisionId}, is on the chain: checkpoint ${sequence} of ${time}, signed by ${publicKey}.`,
  );
};

const expectSound = (file: string, problem: Problem | null): void => {
  if (problem) throw appError('proof_broken', { file, problem: problems[problem] });
};
