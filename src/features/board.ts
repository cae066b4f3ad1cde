import { SourceName } from '../domain/catalogue.ts';
import type { CataloguePlan } from './catalogue-plan.ts';
import { compareDated, type DatedEvent } from './dated-event.ts';
import { type MadeSource, makeRows, type Surroundings } from './made-rows.ts';
import { emptyMaterial, layMaterial } from './material.ts';
import { createMeasures, literalsOf } from './measures.ts';
import { clearRows, createInterner, createReadField, createRowSet, type RowSet, setRows, toNumber } from './row-set.ts';
import { sources } from './sources.ts';

/** The date as of which a board is read. */
export interface AsOf {
  /** Milliseconds since 1970. */
  readonly instant: number;
  readonly day: number;
}

/** The features of a history as of a date. */
export interface ComputedFeatures {
  /** Scaled integers in the order of the catalogue; NaN = missing. */
  readonly values: Float64Array;
  /** Whether a number on the way reached 2^53, so that a feature is missing. */
  readonly isTooLarge: boolean;
}

/**
 * Where the standing events of one history lie in rows by source, so that measures are taken without looking at any event
 * twice.
 */
export interface Board {
  /** Whether events can be laid behind those that lie there: in order, and none that takes another's place. */
  canTake(events: readonly DatedEvent[], instant: number): boolean;
  /** Lays an event behind the others; it must stand as of the date. */
  lay(event: DatedEvent): void;
  clear(): void;
  measure(asOf: AsOf, surroundings: Surroundings): ComputedFeatures;
}

export const createBoard = ({ measures, columns, features, plan }: CataloguePlan): Board => {
  const interner = createInterner(literalsOf(measures));
  const rows = new Map(SourceName.options.map((name) => [name, createRowSet(sources[name])]));
  const run = createMeasures(measures, rows, interner);
  const read = createLay(rows, interner.numberOf);
  const made = (Object.keys(makeRows) as MadeSource[]).filter((name) => measures.some(({ of }) => of === name));
  const cells = new Float64Array(columns.length);
  const material = emptyMaterial();
  let last: DatedEvent | null = null;
  let known = Number.NEGATIVE_INFINITY;
  return {
    canTake(events, instant) {
      if (known > instant) return false;
      let before = last;
      return events.every((event) => {
        const isNext = before === null || compareDated(before, event) <= 0;
        before = event;
        return isNext && event.known <= instant && event.event.supersedes === undefined;
      });
    },
    lay(dated) {
      last = dated;
      known = Math.max(known, dated.known);
      read(dated);
      layMaterial(material, dated);
    },
    clear() {
      last = null;
      known = Number.NEGATIVE_INFINITY;
      for (const set of rows.values()) clearRows(set);
      for (const events of Object.values(material) as DatedEvent[][]) events.length = 0;
      interner.clear();
    },
    measure(asOf, surroundings) {
      const making = {
        material,
        surroundings,
        asOfDay: asOf.day,
        numberOf: interner.numberOf,
      };
      for (const name of made) setRows(rows.get(name) as RowSet, makeRows[name](making));
      const isLarge = run({ rows, asOfDay: asOf.day, isKnown: last !== null }, cells);
      const values = new Float64Array(features.length);
      const isLarger = plan.compute(cells, values);
      return { values, isTooLarge: isLarge || isLarger };
    },
  };
};

/** Appends an event to the rows of its source. */
const createLay = (rows: ReadonlyMap<SourceName, RowSet>, numberOf: (text: string) => number) => {
  const byType = new Map<string, { set: RowSet; append: (dated: DatedEvent) => void }>();
  for (const set of rows.values()) {
    const { type, fields } = set.source;
    if (type === null) continue;
    const reads = Object.values(fields).map(({ kind, path }, place) => {
      const readField = createReadField(path);
      const column = set.columns[place] as number[];
      return ({ event, minute }: DatedEvent) =>
        column.push(kind === 'minute' ? minute : toNumber(kind, readField(event), numberOf));
    });
    byType.set(type, {
      set,
      append(dated) {
        for (const readInto of reads) readInto(dated);
      },
    });
  }
  return (dated: DatedEvent): void => {
    const found = byType.get(dated.event.type);
    if (!found) return;
    found.set.moments.push(dated.moment);
    found.set.days.push(dated.day);
    found.append(dated);
  };
};
