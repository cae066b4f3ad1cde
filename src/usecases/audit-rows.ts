import { type AuditedLedger, type AuditOptions, createAudit } from '../ledger/audit.ts';
import type { BrokenLink } from '../ledger/chain.ts';
import type { KeptRecord, KeptSection } from '../ledger/kept-record.ts';
import { type Row, toCheckpoint, toRecord, toSection } from '../store/rows.ts';

/** What verifying found: what holds, or the first broken link. */
export type Verified =
  | ({ readonly holds: true } & AuditedLedger)
  | { readonly holds: false; readonly broken: BrokenLink };

/** Audits rows in the order of `readLedgerLines`; rows of other tables pass. */
export const auditRows = async (pages: AsyncIterable<readonly Row[]>, options: AuditOptions): Promise<Verified> => {
  const auditor = createRowAuditor(options);
  for await (const page of pages) {
    for (const row of page) {
      const broken = auditor.take(row);
      if (broken) return { holds: false, broken };
    }
  }
  const found = auditor.finish();
  return 'problem' in found ? { holds: false, broken: found } : { holds: true, ...found };
};

/** Gathers each record's sections behind it, then audits it. */
const createRowAuditor = (options: AuditOptions) => {
  const audit = createAudit(options);
  let last = 0n;
  let pending: { record: Omit<KeptRecord, 'sections'>; sections: KeptSection[] } | null = null;
  const settle = (): BrokenLink | null => {
    if (!pending) return null;
    const { record, sections } = pending;
    pending = null;
    last = record.seq;
    return audit.takeRecord({ ...record, sections });
  };
  const broken = (problem: BrokenLink['problem']): BrokenLink => ({ seq: pending?.record.seq ?? last + 1n, problem });
  const takeSection = (row: object): BrokenLink | null => {
    const section = toSection(row);
    if (!section || section.seq !== pending?.record.seq) return broken('section_changed');
    pending.sections.push(section);
    return null;
  };
  const takeRecord = (row: object): BrokenLink | null => {
    const fault = settle();
    const record = toRecord(row);
    if (!record) return fault ?? broken('text_changed');
    pending = { record, sections: [] };
    return fault;
  };
  const takeCheckpoint = (row: object): BrokenLink | null => {
    const fault = settle();
    const checkpoint = toCheckpoint(row);
    return fault ?? (checkpoint ? audit.takeCheckpoint(checkpoint) : broken('checkpoint_signature'));
  };
  return {
    take({ table, row }: Row): BrokenLink | null {
      if (table === 'personal_parts') return takeSection(row);
      if (table === 'records') return takeRecord(row);
      return table === 'checkpoints' ? takeCheckpoint(row) : null;
    },
    finish: () => settle() ?? audit.finish(),
  };
};
