import { z } from 'zod';
import { ArtifactRef } from './model.ts';
import { Tier } from './ordered.ts';
import { Line, Slug, SnakeName } from './text.ts';
import { Estimate, Evidence } from './validation.ts';

const Count = z.int().min(0);

const Digest = z.string().regex(/^[0-9a-f]{64}$/, '32 bytes in hex');

/** The most that one cell may add or take away: 3 log-odds, odds twenty times as high. */
const MOST_MICRO_LOGITS = 3_000_000;

const MOST_LINE = 300;

/** A text from data as a line: without control characters, not blank, and cut where it is long. */
export const toLine = (text: string): string => {
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
  return plain === '' ? '-' : [...plain].slice(0, MOST_LINE / 2).join('');
};

/** The same in every language. */
const Lines = z.strictObject({ zh: Line.max(MOST_LINE), en: Line.max(MOST_LINE) });

/**
 * What is added to the score for each combination of bins of some of the model's inputs, row-major over these inputs in
 * the order named (the last one's bin runs fastest). Over no input it is one number, added to every score.
 */
export const AdjustmentTable = z.strictObject({
  inputs: z.array(SnakeName).max(3),
  microLogits: z.array(z.int().min(-MOST_MICRO_LOGITS).max(MOST_MICRO_LOGITS)).min(1).max(100_000),
});
export type AdjustmentTable = z.infer<typeof AdjustmentTable>;

/** Everything of an adjustment but which model it sits on and its fingerprint. */
const written = {
  schema: z.literal(1),
  /** Its step in the waterfall and its reason code; one name means one adjustment of a model version, for good. */
  name: Slug.max(100),
  /** Who answers for it. */
  owner: Line.max(200),
  /** Why it is made; a customer may read it as a reason. */
  reason: Lines,
  /** Half-open civil days of `decidedAt` in the decision's time zone: the first on which it holds, and the one on which it has expired. */
  from: z.iso.date(),
  to: z.iso.date(),
  /** The segments whose decisions it touches; null = everybody's. */
  segments: z.array(Slug.max(100)).min(1).max(100).nullable(),
  tables: z.array(AdjustmentTable).min(1).max(20),
};

/** An adjustment as a person writes it. */
export const AdjustmentContent = z.strictObject(written);
export type AdjustmentContent = z.infer<typeof AdjustmentContent>;

/**
 * An owned adjustment (C8): what experts know beyond the data, as a table of integers on top of one version of a model.
 * Unlike a slider it is written down once for everybody, has an owner, a reason and an end, is proved monotone together
 * with the model, and decides only after a second person saw its effect and approved it. An expert edit of a bin is a table
 * over one input with one cell that is not 0; an overlay is a constant, of one segment or of everybody. Its reference is 0
 * (DEFINITIONS 4): reference + contributions + adjustments = score. It adds nothing to the standard error.
 */
export const Adjustment = z.strictObject({ ...written, model: ArtifactRef, fingerprint: z.string() });
export type Adjustment = z.infer<typeof Adjustment>;

/** Ed25519 over the RFC 8785 JSON of `{kind: 'adjustment-signature', schema: 1, adjustment}`. */
export const AdjustmentSignature = z.strictObject({
  /** The 32 bytes of the public key, base64. */
  publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64'),
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, '64 bytes in base64'),
});
export type AdjustmentSignature = z.infer<typeof AdjustmentSignature>;

/** A file with an adjustment, signed or not. */
export const AdjustmentFile = z.strictObject({ adjustment: Adjustment, signature: AdjustmentSignature.nullable() });
export type AdjustmentFile = z.infer<typeof AdjustmentFile>;

/** Mean probability of default without and with the adjustment, beside the rate at which rows whose outcome is known went bad. */
const Calibrated = z.strictObject({
  rows: Count,
  bads: Count,
  evidence: Evidence,
  before: z.number().nullable(),
  after: z.number().nullable(),
  badRate: z.number().nullable(),
});

const estimates = z.strictObject({ before: Estimate, after: Estimate, difference: Estimate });

/** Protected columns that an effect tells of, and groups of each: those of the most rows. */
export const MOST_GROUPS = 20;
export const MOST_SEGMENTS = 100;

/** Where the rows come from that an effect was measured on. */
const EffectSource = z.union([
  z.strictObject({
    kind: z.literal('file'),
    name: Line.max(MOST_LINE),
    sha256: Digest,
    /** `held`: only rows kept out of training; `trained`: the model was trained on these rows, which flatters both sides. */
    rows: z.enum(['all', 'held', 'trained']),
  }),
  /** What the version itself decided, joined to what became of the customers; of a customer the first decision of a month. */
  z.strictObject({ kind: z.literal('decisions'), until: z.iso.datetime() }),
]);

/**
 * What an adjustment does to some rows: the model alone before, with this one adjustment after. Intervals are 95%, by a
 * bootstrap that draws the same customers for both. Fewer than 100 bad or good rows are insufficient evidence.
 */
export const AdjustmentEffect = z.strictObject({
  source: EffectSource,
  policy: z.strictObject({ name: Slug.max(200), version: Slug.max(200), fingerprint: Digest }),
  rows: Count,
  /** Rows whose score it changes. */
  touched: Count,
  /** Rows whose outcome is known, and bad ones among them. */
  known: z.strictObject({ rows: Count, bads: Count }),
  evidence: Evidence,
  /** Null where no outcome is known. */
  auc: estimates.nullable(),
  logLoss: estimates.nullable(),
  calibration: z.strictObject({ all: Calibrated, touched: Calibrated }),
  tiers: z.strictObject({
    matrix: z
      .array(z.strictObject({ before: Tier, after: Tier, rows: Count, bads: Count.nullable() }))
      .max(Tier.options.length ** 2),
    up: Count,
    down: Count,
    same: Count,
  }),
  /** Protected groups of the rows, and how many of each move. */
  groups: z
    .array(
      z.strictObject({
        name: SnakeName,
        label: Lines,
        segments: z
          .array(z.strictObject({ label: Lines, rows: Count, evidence: Evidence, up: Count, down: Count }))
          .max(MOST_SEGMENTS),
      }),
    )
    .max(MOST_GROUPS),
});
export type AdjustmentEffect = z.infer<typeof AdjustmentEffect>;

/**
 * The adjustment that an event in a model's life is about; its proposal brings the day on which it expires, who signed it and
 * the effect measured before.
 */
export const AdjustmentActed = z.strictObject({
  name: Slug,
  fingerprint: z.string(),
  to: written.to.optional(),
  signature: AdjustmentSignature.nullable().optional(),
  effects: z.array(AdjustmentEffect).optional(),
});
export type AdjustmentActed = z.infer<typeof AdjustmentActed>;
