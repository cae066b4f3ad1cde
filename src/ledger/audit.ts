import { bytesToHex } from '@noble/hashes/utils.js';
import type { Checkpoint } from '../domain/checkpoint.ts';
import { type BrokenLink, type ChainPosition, chainStart, type StoredRecord, verifyRecord } from './chain.ts';
import { findSignatureFault, MOST_COVERED } from './checkpoint.ts';
import { findRecordFault, hasErasedSection, type KeptRecord } from './kept-record.ts';
import { merkleRoot } from './merkle.ts';
import type { Problem } from './problems.ts';

/** What an audit is held against beside the ledger itself. */
export interface AuditOptions {
  /** A checkpoint kept elsewhere, whose signature has been checked: reveals a cut tail and a rewritten chain. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Keys that may have signed the stored checkpoints; empty = any. */
  readonly publicKeys?: readonly string[] | undefined;
}

/** What a ledger that holds consists of. */
export interface AuditedLedger {
  readonly records: bigint;
  readonly head: Uint8Array;
  readonly checkpoints: number;
  /** The keys that signed them, in order of appearance. */
  readonly publicKeys: readonly string[];
}

/** Checks a ledger item by item, in order; each step answers the first broken link, or null. */
export interface Audit {
  takeRecord(record: KeptRecord): BrokenLink | null;
  /** Stored checkpoints come right after the last record they cover; those beyond the last record at the end. */
  takeCheckpoint(checkpoint: Checkpoint): BrokenLink | null;
  /** To be called after the last item. */
  finish(): BrokenLink | AuditedLedger;
}

/** Begins an audit before the first record. What it holds in memory does not grow with the ledger, only with erasures open. */
export const createAudit = ({ checkpoint: anchor, publicKeys = [] }: AuditOptions): Audit => {
  let position: ChainPosition = chainStart;
  const covered = collectEntries(1);
  const anchored = collectEntries(anchor?.fromSeq ?? 1);
  const erasures = trackErasures();
  const signers = new Set<string>();
  let checkpoints = 0;
  const findAnchorFault = (): Problem | null =>
    anchor && BigInt(anchor.sequence) === position.seq ? findFault(anchor, anchored, position) : null;
  return {
    takeRecord(record) {
      const next = verifyRecord(position, record);
      if ('problem' in next) return next;
      position = next;
      covered.add(record);
      anchored.add(record);
      const problem = findRecordFault(record) ?? erasures.note(record) ?? findAnchorFault();
      return problem && { seq: record.seq, problem };
    },
    takeCheckpoint(checkpoint) {
      const seq = BigInt(checkpoint.sequence);
      if (seq > position.seq) return { seq: position.seq + 1n, problem: 'tail_cut' };
      const problem = findSignatureFault(checkpoint, publicKeys) ?? findFault(checkpoint, covered, position);
      covered.restart(checkpoint.sequence + 1);
      checkpoints++;
      signers.add(checkpoint.publicKey);
      return problem && { seq, problem };
    },
    finish() {
      const gone = erasures.firstOpen();
      if (gone !== null) return { seq: gone, problem: 'section_missing' };
      if (anchor && BigInt(anchor.sequence) > position.seq) return { seq: position.seq + 1n, problem: 'tail_cut' };
      return { records: position.seq, head: position.hash, checkpoints, publicKeys: [...signers] };
    },
  };
};

/** The entries from one record on, as many as a checkpoint may cover. */
const collectEntries = (first: number) => {
  let [from, entries]: [number, Uint8Array[]] = [first, []];
  return {
    from: () => from,
    list: (): readonly Uint8Array[] => entries,
    add({ seq, entry }: StoredRecord) {
      if (seq >= BigInt(from) && entries.length < MOST_COVERED) entries.push(entry);
    },
    restart(next: number) {
      [from, entries] = [next, []];
    },
  };
};

/** Whether a checkpoint that ends where the chain stands covers what was collected. */
const findFault = (
  { fromSeq, sequence, head, root }: Checkpoint,
  covered: ReturnType<typeof collectEntries>,
  position: ChainPosition,
): Problem | null => {
  const entries = covered.list();
  const isNext = BigInt(sequence) === position.seq && fromSeq === covered.from();
  if (!isNext || entries.length !== sequence - fromSeq + 1) return 'checkpoint_gap';
  if (head !== bytesToHex(position.hash)) return 'checkpoint_head';
  return root === bytesToHex(merkleRoot(entries)) ? null : 'checkpoint_root';
};

/** Sections that are gone must be followed by an erasure of their customer; of events about nobody, by one that names nobody. */
const trackErasures = () => {
  /** Customers whose erasure has not been found yet, and the first record of each that lacks a section. */
  const open = new Map<string | null, bigint>();
  return {
    note(record: KeptRecord): Problem | null {
      const { kind, seq, customerRef } = record;
      if (kind === 'erasure') open.delete(customerRef);
      if (!hasErasedSection(record)) return null;
      if (customerRef === null && kind !== 'events') return 'section_missing';
      if (!open.has(customerRef)) open.set(customerRef, seq);
      return null;
    },
    /** The least, since records come in order. */
    firstOpen: (): bigint | null => open.values().next().value ?? null,
  };
};
