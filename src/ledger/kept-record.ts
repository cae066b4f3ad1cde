import { z } from 'zod';
import type { StoredRecord } from './chain.ts';
import { digestSection } from './personal-part.ts';
import type { Problem } from './problems.ts';

/** One section of a personal part as it is kept; erased, it has neither salt nor content. */
export interface KeptSection {
  readonly section: string;
  readonly salt: Uint8Array | null;
  readonly content: string | null;
}

/** A record with everything that is kept beside it. */
export interface KeptRecord extends StoredRecord {
  readonly kind: string;
  readonly schema: number;
  readonly decisionId: string | null;
  readonly customerRef: string | null;
  readonly sections: readonly KeptSection[];
}

/** Whether a section of a record's personal part was erased. */
export const hasErasedSection = ({ sections }: KeptRecord): boolean => sections.some(isErased);

const isErased = ({ salt, content }: KeptSection): boolean => salt === null && content === null;

/** What of a record's text is kept beside it too. */
const RecordText = z.object({
  kind: z.string(),
  schema: z.int(),
  decisionId: z.string().nullable().default(null),
  customerRef: z.string().nullable().default(null),
  digests: z.record(z.string(), z.string()),
});

const parseText = (text: string): z.output<typeof RecordText> | null => {
  try {
    return RecordText.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

/** What kept beside a record's text is not what the text says, sections against their digests included. */
export const findRecordFault = ({
  text,
  kind,
  schema,
  decisionId,
  customerRef,
  sections,
}: KeptRecord): Problem | null => {
  const record = parseText(text);
  const isSame =
    record?.kind === kind &&
    record.schema === schema &&
    record.decisionId === decisionId &&
    record.customerRef === customerRef;
  if (!isSame) return 'columns_changed';
  const kept = new Map(sections.map((section) => [section.section, section]));
  const digests = Object.entries(record.digests);
  if (digests.some(([section]) => !kept.has(section))) return 'section_missing';
  return kept.size === digests.length && digests.every(([section, digest]) => sectionHolds(kept.get(section), digest))
    ? null
    : 'section_changed';
};

const sectionHolds = (kept: KeptSection | undefined, digest: string): boolean => {
  if (!kept) return false;
  if (isErased(kept)) return true;
  return kept.salt !== null && kept.content !== null && digest === digestSection(kept.salt, kept.content);
};
