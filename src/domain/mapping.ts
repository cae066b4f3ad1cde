import { z } from 'zod';
import { Slug, Text } from './text.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * What stands for a value: JSON as it is, in which an object with one key that begins with `$` is replaced.
 * `{"$column": name}` the text of a cell, null where it is empty; `{"$number": value, "decimals": 2}` a whole number,
 * scaled, half away from zero; `{"$lookup": value, "in": {...}, "otherwise": x}`, which also stands for null; `{"$join": [values]}` one text;
 * `{"$day": value, "format": "YYMMDD", "addMonths": value, "endOfMonth": true}` a civil day; `{"$month": day}` its month;
 * `{"$instant": day}` noon of it in the time zone; `{"$each": name}` of the entry the event is repeated for. What else is made of null is null.
 */
export const MappedValue = z.json();
export type MappedValue = z.infer<typeof MappedValue>;

/** Holds where a value is one of some, or none of them. */
const MappingCondition = z.strictObject({
  value: MappedValue,
  in: z.array(Scalar).optional(),
  notIn: z.array(Scalar).optional(),
});
export type MappingCondition = z.infer<typeof MappingCondition>;

/** One event that a row makes. */
const MappedEvent = z.strictObject({
  /** Made once for each of these, whose values stand in place of `$each`. */
  each: z.array(z.record(z.string(), Scalar)).min(1).default([{}]),
  /** Made only of the first row that has these columns' values. */
  firstOf: z.array(z.string()).min(1).optional(),
  /** Made only where all of these hold. */
  when: z.array(MappingCondition).default([]),
  event: z.record(z.string(), MappedValue),
});
export type MappedEvent = z.infer<typeof MappedEvent>;

const MappedTable = z.strictObject({
  /** That of the file without its endings. */
  name: z.string().min(1),
  separator: z.string().length(1).default(','),
  encoding: z.string().optional(),
  /** Texts that mean that a cell is not known, beside the empty one. */
  missing: z.array(z.string()).default([]),
  events: z.array(MappedEvent).min(1),
});
export type MappedTable = z.infer<typeof MappedTable>;

/** How the rows of a data set's files become events. */
export const Mapping = z.strictObject({
  name: Slug,
  /** What is approximated or left out. */
  notes: z.array(Text).default([]),
  tables: z.array(MappedTable).min(1),
});
export type Mapping = z.infer<typeof Mapping>;
