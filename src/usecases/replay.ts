import { decide } from '../decision/decide.ts';
import { type DecisionRecord, type DecisionSections, joinDecision, splitDecision } from '../decision/parts.ts';
import { restoreRow } from '../decision/row.ts';
import type { Decision } from '../domain/decision.ts';
import { appError } from '../errors.ts';
import { toCanonicalJson } from '../fingerprint.ts';
import type { Database } from '../store/database.ts';
import { openRegistered } from './register.ts';

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

const readParts = async ({ prisma }: Database, decisionId: string) => {
  const stored = await prisma.record.findUnique({ where: { decisionId }, include: { sections: true } });
  if (!stored) throw appError('decision_missing', { decision: decisionId });
  const { digests: _, ...record } = JSON.parse(stored.text) as DecisionRecord & { digests: unknown };
  const contents = stored.sections.map(({ section, content }) => [section, content] as const);
  if (contents.length === 0 || contents.some(([, content]) => content === null)) return { record, sections: null };
  const sections = Object.fromEntries(contents.map(([section, content]) => [section, JSON.parse(content ?? 'null')]));
  return { record: record as DecisionRecord, sections: sections as unknown as DecisionSections };
};

/** What a replay found. */
export type Replayed =
  | { readonly outcome: 'same' }
  | { readonly outcome: 'different'; readonly fields: readonly string[] }
  | { readonly outcome: 'erased' };

/** Decides again from what was stored and compares, field by field, to the last bit. @throws decision_missing, artifact_missing */
export const replayDecision = async (database: Database, decisionId: string): Promise<Replayed> => {
  const { record, sections } = await readParts(database, decisionId);
  if (!sections) return { outcome: 'erased' };
  const stored = joinDecision({ record, sections });
  const again = await decideAgain(database, stored, sections);
  const fields = (Object.keys(stored) as (keyof Decision)[]).filter(
    (field) => toCanonicalJson(stored[field]) !== toCanonicalJson(again[field]),
  );
  return fields.length === 0 ? { outcome: 'same' } : { outcome: 'different', fields };
};

const decideAgain = async (database: Database, stored: Decision, { inputs }: DecisionSections): Promise<Decision> => {
  const { model, policy, dictionary } = stored.versions;
  if (!model) throw appError('artifact_missing', { fingerprint: 'none' });
  const { plan } = await openRegistered(database, {
    model: model.fingerprint,
    policy: policy.fingerprint,
    dictionary: dictionary?.fingerprint ?? null,
  });
  const again = decide(plan, {
    ...stored,
    read: {
      row: restoreRow(plan, stored.values.columns),
      columns: stored.values.columns,
      warnings: stored.warnings.filter(({ field }) => field !== null),
    },
    override: inputs.override,
  });
  return joinDecision(JSON.parse(JSON.stringify(splitDecision(again, inputs.override))));
};
