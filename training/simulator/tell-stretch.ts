import { type PortfolioSettings, type Stretch, simulatePortfolio } from './portfolio.ts';
import { toLine, toTruthLine } from './text.ts';

/** What is simulated at once. */
export interface StretchWanted {
  readonly settings: PortfolioSettings;
  readonly stretch: Stretch;
}

/** The customers of a stretch as they are written. */
export interface ToldStretch {
  /** Lines of their events, UTF-8. */
  readonly lines: Uint8Array<ArrayBuffer>;
  /** Lines of the table of truths. */
  readonly truth: string;
  readonly customers: number;
  readonly events: number;
  readonly defaults: number;
}

/** Simulates a stretch of a portfolio and writes it down. */
export const tellStretch = ({ settings, stretch }: StretchWanted): ToldStretch => {
  let [text, truth, events, defaults] = ['', '', 0, 0];
  for (const customer of simulatePortfolio(settings, stretch)) {
    for (const event of customer.events) text += toLine(event);
    truth += toTruthLine(customer.truth);
    events += customer.events.length;
    if (customer.truth.defaultOn !== null) defaults++;
  }
  const lines = new TextEncoder().encode(text);
  return { lines, truth, customers: stretch.to - stretch.from, events, defaults };
};
