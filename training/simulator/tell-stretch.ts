import { type PortfolioSettings, type Stretch, simulateLives } from './portfolio.ts';
import { toLines, toTruthLine } from './text.ts';

/** What is simulated at once. */
export interface StretchWanted {
  readonly settings: PortfolioSettings;
  readonly stretch: Stretch;
}

/** The customers of a stretch as they are written. */
export interface ToldStretch {
  /** Lines of their events, ASCII. */
  readonly lines: Uint8Array<ArrayBuffer>;
  /** Lines of the table of truths. */
  readonly truth: string;
  readonly customers: number;
  readonly events: number;
  readonly defaults: number;
}

/** Simulates a stretch of a portfolio and writes it down. */
export const tellStretch = ({ settings, stretch }: StretchWanted): ToldStretch => {
  const parts: Uint8Array[] = [];
  let [truth, events, defaults] = ['', 0, 0];
  for (const lived of simulateLives(settings, stretch)) {
    parts.push(Buffer.from(toLines(lived), 'latin1'));
    truth += toTruthLine(lived.truth);
    events += lived.entries.length;
    if (lived.truth.defaultOn !== null) defaults++;
  }
  return { lines: join(parts), truth, customers: stretch.to - stretch.from, events, defaults };
};

/** Parts in memory of their own, which can go over to another thread. */
const join = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
