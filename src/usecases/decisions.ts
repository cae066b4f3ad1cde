import { toProbability } from '../arithmetic.ts';
import { type DecisionRecord, type DecisionSections, joinDecision } from '../decision/parts.ts';
import type { Decision } from '../domain/decision.ts';
import { appError } from '../errors.ts';
import { readChallengerScores, type StoredChallengerScore } from '../store/challenger-scores.ts';
import type { Database } from '../store/database.ts';
import { type RecordsWanted, readCustomerRecords } from './customer-records.ts';

/** A stored decision as it is kept; no sections once they were erased. */
export interface StoredParts {
  readonly record: DecisionRecord;
  readonly sections: DecisionSections | null;
}

/** A stored decision: whole, or only its record once its personal part was erased. */
export interface StoredDecision {
  readonly record: DecisionRecord;
  readonly decision: Decision | null;
}

/** Reads one decision. @throws decision_missing */
export const readDecision = async (database: Database, decisionId: string): Promise<StoredDecision> => {
  const { record, sections } = await readParts(database, decisionId);
  return { record, decision: sections && joinDecision({ record, sections }) };
};

/** The parts of one decision; no sections once they were erased. @throws decision_missing */
export const readParts = async ({ prisma }: Database, decisionId: string): Promise<StoredParts> => {
  const stored = await prisma.record.findUnique({ where: { decisionId }, include: { sections: true } });
  if (!stored) throw appError('decision_missing', { decision: decisionId });
  return toParts(stored);
};

interface StoredText {
  readonly text: string;
  readonly sections: readonly { readonly section: string; readonly content: string | null }[];
}

const toParts = ({ text, sections }: StoredText): StoredParts => {
  const { digests: _, ...record } = JSON.parse(text) as DecisionRecord & { digests: unknown };
  const isErased = sections.length === 0 || sections.some(({ content }) => content === null);
  const read = sections.map(({ section, content }) => [section, JSON.parse(content ?? 'null')]);
  return { record, sections: isErased ? null : (Object.fromEntries(read) as unknown as DecisionSections) };
};

/** A stored decision with its personal part. @throws decision_missing, decision_erased */
export const readWhole = async (database: Database, decisionId: string): Promise<Decision> => {
  const { decision } = await readDecision(database, decisionId);
  if (!decision) throw appError('decision_erased', { decision: decisionId });
  return decision;
};

/** What a version in shadow made of a decided request. */
export interface ListedChallengerScore extends Omit<StoredChallengerScore, 'scoredAt'> {
  readonly probability: number;
  readonly scoredAt: string;
}

/** What versions in shadow made of a decided request; nothing once it was erased. @throws decision_missing */
export const listChallengerScores = async (
  database: Database,
  decisionId: string,
): Promise<ListedChallengerScore[]> => {
  await readParts(database, decisionId);
  return (await readChallengerScores(database, decisionId)).map(({ scoredAt, ...score }) => ({
    ...score,
    probability: toProbability(score.microLogits),
    scoredAt: scoredAt.toISOString(),
  }));
};

/** A page of decisions, newest first, and where the next begins. */
export interface DecisionsPage {
  readonly decisions: readonly Decision[];
  readonly nextBefore: bigint | null;
}

/** A customer's decisions; none where the customer is not known or was erased. */
export const listDecisions = async (database: Database, wanted: RecordsWanted): Promise<DecisionsPage> => {
  const found = await readCustomerRecords(database, 'decision', wanted);
  if (!found) return { decisions: [], nextBefore: null };
  const decisions = found.page.flatMap((row) => {
    const { record, sections } = toParts(row);
    return sections ? [joinDecision({ record, sections })] : [];
  });
  return { decisions, nextBefore: found.nextBefore };
};
