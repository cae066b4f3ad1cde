const DAY = 86_400_000;
const MINUTE = 60_000;

/** Civil time in one time zone. */
export interface CivilClock {
  /** The civil day of an instant (milliseconds since 1970), counted from 1970-01-01. */
  dayOf(milliseconds: number): number;
  /** Minutes since the civil day began by the clock on the wall, 0 to 1439. */
  minuteOf(milliseconds: number): number;
  /** The last millisecond of a civil day. */
  endOf(day: number): number;
}

/**
 * A clock that reads the zone's offset once a day where it does not change during it, so that long histories cost no more
 * than one look a day.
 */
export const createCivilClock = (timeZone: string): CivilClock => {
  const offsetAt = createOffsets(timeZone);
  /** Offset by UTC day; NaN where it changes within the day. */
  const offsets = new Map<number, number>();
  const offsetOf = (milliseconds: number): number => {
    const day = Math.floor(milliseconds / DAY);
    let offset = offsets.get(day);
    if (offset === undefined) {
      const [first, last] = [offsetAt(day * DAY), offsetAt((day + 1) * DAY - 1)];
      offset = first === last ? first : Number.NaN;
      offsets.set(day, offset);
    }
    return Number.isNaN(offset) ? offsetAt(milliseconds) : offset;
  };
  const dayOf = (milliseconds: number): number => Math.floor((milliseconds + offsetOf(milliseconds)) / DAY);
  return {
    dayOf,
    endOf(day) {
      let [low, high] = [(day - 1) * DAY, (day + 2) * DAY];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (dayOf(middle) <= day) low = middle;
        else high = middle;
      }
      return low;
    },
    minuteOf: (milliseconds) => {
      const local = milliseconds + offsetOf(milliseconds);
      return Math.floor((local - Math.floor(local / DAY) * DAY) / MINUTE);
    },
  };
};

/** The zone's distance from UTC at an instant, in milliseconds. */
const createOffsets = (timeZone: string): ((milliseconds: number) => number) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (milliseconds) => {
    const second = Math.floor(milliseconds / 1_000) * 1_000;
    const parts = new Map(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return wall - second;
  };
};

/** A civil date (YYYY-MM-DD) as its number of days since 1970-01-01. */
export const toDayNumber = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / DAY);

/** The civil date of such a number. */
export const toCivilDate = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
