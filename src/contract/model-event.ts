import { z } from 'zod';
import { RegistryEvent } from '../domain/registry.ts';
import { matching, Slug } from '../domain/text.ts';

const { event, actor, at, reason, evidence } = RegistryEvent.shape;

/** An event in a model's life, without what lay beside the model; `adjustment` names the one it is about. */
export const HistoryEntry = z
  .strictObject({ event, actor, at, reason, evidence, gate: z.string().nullable(), adjustment: z.string().nullable() })
  .meta({ id: 'ModelEvent' });
export type HistoryEntry = z.infer<typeof HistoryEntry>;

export const ModelPath = z.strictObject({ name: Slug.max(100), version: Slug.max(100) });

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const LINE = /^ *[^ \u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$/;

/** Why it is done: kept on the chain. */
export const Reason = matching(LINE, {
  zh: '不能为空白，也不能含控制字符',
  en: 'must not be blank, nor hold control characters',
}).max(2_000);

export const ActBody = z.strictObject({ reason: Reason });

export const ApproveBody = z.strictObject({
  reason: Reason,
  evidence: Reason.optional().meta({
    description: 'What the approval rests on, such as minutes; the validation, or the effect measured, unless told.',
  }),
});
