import type { Checkpoint, Proof } from '../domain/checkpoint.ts';
import { appError } from '../errors.ts';
import { type BrokenLink, chainStart, verifyLinks } from '../ledger/chain.ts';
import { describeLinks, findSignatureFault, MOST_COVERED, signCheckpoint } from '../ledger/checkpoint.ts';
import { problems } from '../ledger/problems.ts';
import { createProof, findProofFault } from '../ledger/proof.ts';
import type { SigningKey } from '../ledger/signing.ts';
import {
  hasUncovered,
  holdCheckpoints,
  insertCheckpoint,
  readCovering,
  readLastCheckpoint,
  readLinks,
} from '../store/checkpoints.ts';
import type { Database } from '../store/database.ts';
import { withTransaction } from '../store/transaction.ts';

/** What checkpoints are made with. */
export interface CheckpointMaker {
  readonly key: SigningKey;
  readonly now: () => Date;
}

/**
 * Signs checkpoints over every record since the last one, each over at most 1,024 (DEFINITIONS 7), after checking that
 * their hashes follow from it. Costs one small query where nothing is new; two instances never cover the same records.
 * @returns the new checkpoints, oldest first
 * @throws chain_broken
 */
export const createCheckpoints = async ({ pool }: Database, { key, now }: CheckpointMaker): Promise<Checkpoint[]> => {
  if (!(await hasUncovered(pool))) return [];
  return withTransaction(pool, 'write', async (client) => {
    await holdCheckpoints(client);
    const made: Checkpoint[] = [];
    let last = await readLastCheckpoint(client);
    for (;;) {
      const from = last ? { seq: BigInt(last.sequence), hash: Buffer.from(last.head, 'hex') } : chainStart;
      const links = await readLinks(client, { after: from.seq, most: MOST_COVERED });
      if (links.length === 0) return made;
      const to = verifyLinks(from, links);
      if ('problem' in to) throw toChainFault(to);
      last = signCheckpoint(describeLinks(from, links, { head: to.hash, time: now().toISOString() }), key);
      await insertCheckpoint(client, last);
      made.push(last);
    }
  });
};

/** A broken link as a fault of the table, in words. */
export const toChainFault = ({ seq, problem }: BrokenLink) =>
  appError('chain_broken', { seq: String(seq), problem: problems[problem] });

/**
 * Proves a decision's record by its path to the checkpoint that covers it; no other record is shown.
 * @throws decision_missing, checkpoint_missing, chain_broken
 */
export const proveDecision = async ({ pool, prisma }: Database, decisionId: string): Promise<Proof> => {
  const record = await prisma.record.findUnique({ where: { decisionId } });
  if (!record) throw appError('decision_missing', { decision: decisionId });
  const checkpoint = await readCovering(pool, record.seq);
  if (!checkpoint) throw appError('checkpoint_missing', { decision: decisionId });
  const forged = findSignatureFault(checkpoint, []);
  if (forged) throw toChainFault({ seq: BigInt(checkpoint.sequence), problem: forged });
  const { fromSeq, sequence } = checkpoint;
  const links = await readLinks(pool, { after: BigInt(fromSeq) - 1n, most: sequence - fromSeq + 1 });
  const entries = links.map(({ entry }) => entry);
  const proof = createProof({ seq: Number(record.seq), text: record.text, checkpoint, entries });
  const problem = findProofFault(proof, []);
  if (problem) throw toChainFault({ seq: record.seq, problem });
  return proof;
};
