import type { CatalogueFeature } from '../domain/catalogue.ts';
import type { HistoricEvent } from '../domain/event.ts';
import { type Board, type ComputedFeatures, createBoard } from './board.ts';
import { type CataloguePlan, planCatalogue } from './catalogue-plan.ts';
import { createCivilClock } from './civil-clock.ts';
import { type DatedEvent, standingDated, toDatedEvent } from './dated-event.ts';
import type { Surroundings } from './made-rows.ts';

/** A history that grows, and its features whenever they are asked for. */
export interface OpenHistory {
  /** Adds events, in any order; those that come in the order in which they happened cost least. */
  add(events: readonly HistoricEvent[]): void;
  /** @param asOf an instant with its offset: what became known later is not seen */
  valuesAt(asOf: string, surroundings: Surroundings): ComputedFeatures;
}

/** Computes a catalogue's features (DESIGN 1.4): the one place, for training, serving, back-test and what-if. */
export interface FeatureComputer {
  readonly plan: CataloguePlan;
  /** Reads the times of events once, for those that ask again. */
  date(events: readonly HistoricEvent[]): DatedEvent[];
  compute(events: readonly DatedEvent[], asOf: string, surroundings: Surroundings): ComputedFeatures;
  open(): OpenHistory;
}

/** Where nothing is known beside a customer's own events. */
export const noSurroundings: Surroundings = { industry: [], parties: new Map() };

/** @param timeZone the zone whose civil days windows count */
export const createFeatureComputer = (features: readonly CatalogueFeature[], timeZone: string): FeatureComputer => {
  const clock = createCivilClock(timeZone);
  const plan = planCatalogue(features);
  const board = createBoard(plan);
  const toAsOf = (asOf: string) => {
    const instant = Date.parse(asOf);
    return { instant, day: clock.dayOf(instant) };
  };
  const date = (events: readonly HistoricEvent[]) => events.map((event) => toDatedEvent(event, clock));
  return {
    plan,
    date,
    compute(events, asOf, surroundings) {
      const at = toAsOf(asOf);
      fill(board, events, at.instant);
      return board.measure(at, surroundings);
    },
    open() {
      const own = createBoard(plan);
      const events: DatedEvent[] = [];
      /** How many events lie on the board, all of them standing; none where some do not stand as they came. */
      let laid = 0;
      return {
        add(added) {
          for (const event of added) events.push(toDatedEvent(event, clock));
        },
        valuesAt(asOf, surroundings) {
          const at = toAsOf(asOf);
          const fresh = events.slice(laid);
          if (laid > 0 && own.canTake(fresh, at.instant)) for (const event of fresh) own.lay(event);
          else laid = fill(own, events, at.instant) ? events.length : 0;
          if (laid > 0) laid = events.length;
          return own.measure(at, surroundings);
        },
      };
    },
  };
};

/** Lays what stands of a history on an empty board. @returns whether that is every event, so that more can follow */
const fill = (board: Board, events: readonly DatedEvent[], instant: number): boolean => {
  board.clear();
  const isPlain = board.canTake(events, instant);
  const standing = isPlain ? events : standingDated(events, instant);
  for (const event of standing) board.lay(event);
  return standing.length === events.length;
};
