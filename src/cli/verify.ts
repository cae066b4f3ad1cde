import { Command, Option } from 'commander';
import { Checkpoint, Proof } from '../domain/checkpoint.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import type { AuditOptions } from '../ledger/audit.ts';
import { findSignatureFault } from '../ledger/checkpoint.ts';
import { type Problem, problems } from '../ledger/problems.ts';
import { findProofFault } from '../ledger/proof.ts';
import { readJson } from '../store/json.ts';
import type { Verified } from '../usecases/audit-rows.ts';
import type { LongWork } from '../usecases/long-work.ts';
import { publicKeys } from './arguments.ts';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';

interface VerifyOptions {
  readonly backup?: string;
  readonly proof?: string;
  readonly checkpoint?: string;
  readonly publicKey?: readonly string[];
}

/** `vigil verify`: everything that is kept, a backup of it, or the proof of one record. */
export const verifyCommand = (console: Console): Command => {
  const { say } = console;
  const proof = new Option(
    '--proof <file>',
    say({ zh: '校验单条记录的证明；不需要数据库', en: 'verify the proof of one record; needs no database' }),
  );
  return new Command('verify')
    .description(
      say({
        zh: '校验数据库或备份的审计链、个人数据与检查点，或校验一个证明；指出第一处断裂。',
        en: 'Verify chain, personal parts and checkpoints, or a backup, or a proof; names the first broken link.',
      }),
    )
    .option('--backup <file>', say({ zh: '校验备份而不是数据库', en: 'verify a backup instead of the database' }))
    .option(
      '--checkpoint <file>',
      say({
        zh: '另存他处的检查点：可发现之后被截断或改写的记录',
        en: 'a checkpoint kept elsewhere: finds records cut off or rewritten since',
      }),
    )
    .option(
      '--public-key <hex,...>',
      say({ zh: '检查点应由这些公钥签名；默认不限', en: 'keys that may have signed checkpoints; default: any' }),
      publicKeys('--public-key'),
    )
    .addOption(proof.conflicts(['backup', 'checkpoint']))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: VerifyOptions) =>
      options.proof === undefined ? verifyChain(console, options) : verifyProof(console, options.proof, options),
    );
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
  const head = Buffer.from(verified.head).toString('hex');
  console.result(
    { holds: true, records, head, checkpoints, publicKeys: signers },
    console.say(reportChain(records, checkpoints, signers)),
  );
};

const reportChain = (records: number, checkpoints: number, signers: readonly string[]): Text => {
  if (checkpoints === 0) {
    return {
      zh: `审计链完整，共 ${records} 条记录，没有检查点。`,
      en: `The chain holds over ${records} records, with no checkpoint.`,
    };
  }
  const keys = signers.join(', ');
  return {
    zh: `审计链完整，共 ${records} 条记录，检查点 ${checkpoints} 个，公钥 ${keys}。`,
    en: `The chain holds over ${records} records, with ${checkpoints} checkpoints signed by ${keys}.`,
  };
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
  const said = console.say({
    zh: `记录 ${seq}（决策 ${record.decisionId}）在审计链上：检查点 ${sequence}，${time}，公钥 ${publicKey}。`,
    en: `Record ${seq}, decision ${record.decisionId}, is on the chain: checkpoint ${sequence} of ${time}, signed by ${publicKey}.`,
  });
  console.result({ holds: true, seq, record, checkpoint }, said);
};

const expectSound = (file: string, problem: Problem | null): void => {
  if (problem) throw appError('proof_broken', { file, problem: problems[problem] });
};
