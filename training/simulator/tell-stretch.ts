import { createPage } from './page.ts';
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

const page = createPage();

/** Simulates a stretch of a portfolio and writes it down. */
export const tellStretch = ({ settings, stretch }: StretchWanted): ToldStretch => {
  page.clear();
  let [truth, events, defaults] = ['', 0, 0];
  for (const lived of simulateLives(settings, stretch)) {
    page.write(toLines(lived));
    truth += toTruthLine(lived.truth);
    events += lived.entries.length;
    if (lived.truth.defaultOn !== null) defaults++;
  }
  return { lines: page.copy(), truth, customers: stretch.to - stretch.from, events, defaults };
};
