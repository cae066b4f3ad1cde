import type { EventType } from '../domain/event.ts';
import type { SignalLevel, SignalPolicy } from '../domain/signal.ts';
import type { Locale } from '../domain/text.ts';
import { launderingFeatures } from '../features/catalogue/laundering.ts';
import { createDetectors } from '../signals/detect.ts';
import type { EventBook } from './event-book.ts';
import { readFeatureRows } from './feature-rows.ts';
import { describeSeen } from './seen-values.ts';

/** A pattern of laundering in a customer's transactions as of an instant. */
export interface LaunderingFinding {
  readonly customerId: string;
  readonly asOf: string;
  readonly kind: string;
  readonly level: SignalLevel;
  readonly label: string;
  readonly message: string;
  /** What its detector looked at, in natural units. */
  readonly seen: readonly ReturnType<typeof describeSeen>[];
}

/** What was found in a book. */
export interface LaunderingReport {
  readonly policy: { readonly name: string; readonly version: string };
  /** Customers of whom anything was known, counted once for each instant. */
  readonly looks: number;
  /** Looks at which no pattern could be looked for, since there were no transactions to see: not the same as clear. */
  readonly unobserved: number;
  readonly findings: readonly LaunderingFinding[];
}

/** Patterns are of transactions, a feed, whose features tell by themselves whether anything was seen. */
const nothingElse: ReadonlySet<EventType> = new Set();

/** Which book is looked at. */
export interface LaunderingWanted {
  readonly policy: SignalPolicy;
  readonly asOf: readonly string[];
  readonly timeZone: string;
  readonly locale: Locale;
}

/**
 * Looks for patterns of laundering in every customer of a book. Nothing is stored: whoever asks keeps what is found, and
 * neither credit nor its record ever holds a trace of it (反洗钱法).
 * @throws bad_signals where the policy names a feature that is not of the catalogue of laundering
 */
export const findLaundering = async (
  book: EventBook,
  { policy, asOf, timeZone, locale }: LaunderingWanted,
): Promise<LaunderingReport> => {
  const { detectors, detect } = createDetectors(policy, launderingFeatures);
  const findings: LaunderingFinding[] = [];
  let looks = 0;
  let unobserved = 0;
  const wanted = { features: launderingFeatures, asOf, once: false, windowDays: null, timeZone };
  for await (const { customerId, asOf: instant, values } of readFeatureRows(book, wanted)) {
    const found = detect({ values, received: nothingElse }, []);
    looks++;
    if (found.every(({ finding }) => finding === 'unobserved')) unobserved++;
    for (const [place, { finding, kind, values: looked }] of found.entries()) {
      const detector = detectors[place];
      if (finding !== 'raised' || !detector) continue;
      const { level, label, message } = detector;
      const seen = looked.map((value) => describeSeen(value, launderingFeatures, locale));
      findings.push({
        ...{ customerId, asOf: instant, kind, level, seen },
        label: label[locale],
        message: message[locale],
      });
    }
  }
  return { policy: { name: policy.name, version: policy.version }, looks, unobserved, findings };
};
