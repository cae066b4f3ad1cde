import type { EventContent, EventType } from '../domain/event.ts';
import type { FormLine } from '../domain/review.ts';
import type { Text } from '../domain/text.ts';
import type { DatedEvent } from '../features/dated-event.ts';

/** The content of events of one type. */
export type Of<Type extends EventType> = Extract<EventContent, { type: Type }>;

/** The events of one type, in their order. */
export const ofType = <Type extends EventType>(standing: readonly DatedEvent[], type: Type): DatedEvent<Of<Type>>[] =>
  standing.filter((dated): dated is DatedEvent<Of<Type>> => dated.event.type === type);

/** A line with a number or a day; null = not known. */
export const toLine = (
  name: string,
  label: Text,
  { value = null, unit = null }: { readonly value?: number | string | null | undefined; readonly unit?: string | null },
): FormLine => ({ name, label, unit, value, words: null });

/** A line with a code, and what it stands for. */
export const toWordLine = <Code extends string>(
  { name, label }: Pick<FormLine, 'name' | 'label'>,
  code: Code | null | undefined,
  words: Readonly<Record<Code, Text>>,
): FormLine => ({ name, label, unit: null, value: code ?? null, words: code ? words[code] : null });
