import { EventItem } from '../domain/event.ts';
import type { MappedEvent, MappedTable, MappedValue } from '../domain/mapping.ts';
import type { Text } from '../domain/text.ts';
import { AppError, appError } from '../errors.ts';
import { columnAbsent } from '../store/csv.ts';
import { toClause } from './events-file.ts';
import type { PlacedEvent } from './import-events.ts';
import { compileValue, type Evaluate, fillEach, type ValueContext } from './mapped-value.ts';

/** What a table is read with. */
export interface TableMapping {
  readonly table: MappedTable;
  /** The mapping's file and the table's, for what is wrong with either. */
  readonly mappingFile: string;
  readonly file: string;
  readonly timeZone: string;
}

/** Makes the events of a row. */
export type MapRow = (row: number, cells: readonly string[]) => PlacedEvent[];

/** Compiles how the rows of a table become events. @throws bad_header where a column is absent, bad_mapping */
export const createMapRow = (
  header: readonly string[],
  { table, mappingFile, file, timeZone }: TableMapping,
): MapRow => {
  const fault = (problem: Text): AppError => appError('bad_mapping', { file: mappingFile, place: table.name, problem });
  const placeOf = (column: string): number => {
    const place = header.indexOf(column);
    if (place < 0) throw appError('bad_header', { file, problem: columnAbsent(column, header) });
    return place;
  };
  let current = 0;
  const cellFault = (column: string, value: string, problem: Text): AppError =>
    appError('bad_cell', { file, row: current, column, value, problem });
  const context: ValueContext = { placeOf, missing: new Set(table.missing), timeZone, fault, cellFault };
  const makers = table.events.flatMap((event) => compileEvent(event, context));
  return (row, cells) => {
    current = row;
    return makers.flatMap((make) => {
      try {
        const value = make(cells);
        if (value === null) return [];
        const { data, error } = EventItem.safeParse(value);
        return [{ row, event: data ?? appError('bad_row', { file, row, problem: toClause(error, value) }) }];
      } catch (cause) {
        if (!(cause instanceof AppError)) throw cause;
        return [{ row, event: cause }];
      }
    });
  };
};

/** The makers of an event, one for each entry; each answers null where the row makes none. */
const compileEvent = ({ each, firstOf, when, event }: MappedEvent, context: ValueContext): Evaluate[] =>
  each.map((entry) => {
    const compile = (value: MappedValue) => compileValue(fillEach(value, entry, context.fault), context);
    const make = compile(event);
    const isFirst = createFirst((firstOf ?? []).map(context.placeOf));
    const conditions = when.map(({ value, in: among, notIn }) => {
      const evaluate = compile(value);
      return (cells: readonly string[]): boolean => {
        const found = evaluate(cells) as string;
        return (among?.includes(found) ?? true) && !(notIn?.includes(found) ?? false);
      };
    });
    return (cells) => (conditions.every((holds) => holds(cells)) && isFirst(cells) ? make(cells) : null);
  });

/** Whether no row before had the same in some columns; always, where there are none. */
const createFirst = (places: readonly number[]): ((cells: readonly string[]) => boolean) => {
  if (places.length === 0) return () => true;
  const seen = new Set<string>();
  return (cells) => {
    const key = places.map((place) => cells[place]).join('\u001f');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
};
