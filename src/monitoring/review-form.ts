import type { CatalogueFeature } from '../domain/catalogue.ts';
import type { OpenSignal } from '../domain/decision.ts';
import { type EventType, eventTypes } from '../domain/event.ts';
import { type FormLine, type FormSection, formSections, type ReviewForm } from '../domain/review.ts';
import { creditCatalogue } from '../features/catalogue/catalogue.ts';
import type { DatedEvent } from '../features/dated-event.ts';
import { toLine } from './form-line.ts';
import { listOperations, listStatement } from './review-facts.ts';
import { listFunds } from './review-funds.ts';

type TierThen = ReviewForm['changes']['tier']['now'];

/** What a form is filled in from: what was known of a customer as of a date. */
export interface FormSource {
  readonly asOf: string;
  /** The facility whose use of funds is looked at; null where it is the customer. */
  readonly facilityId: string | null;
  /** Scaled integers in the order of the catalogue; NaN = missing. */
  readonly values: Float64Array;
  readonly standing: readonly DatedEvent[];
  readonly tier: TierThen;
  /** Signals open then, by kind. */
  readonly signals: readonly OpenSignal[];
  readonly isSimulated: boolean;
  /** The form of the review before, and the tier as it was then; null where this is the first. */
  readonly before: { readonly form: ReviewForm; readonly tier: TierThen } | null;
}

/** The section in which the features of each group of the catalogue stand. */
const sectionOf: Readonly<Record<string, FormSection>> = {
  repayment: 'credit',
  utilisation: 'credit',
  applications: 'credit',
  bureau: 'credit',
  financials: 'finances',
  income: 'finances',
  funds: 'finances',
  transactions: 'finances',
  industry: 'operations',
  related: 'operations',
  tenure: 'operations',
  contact: 'operations',
  communication: 'operations',
  legal: 'operations',
};

/** Fills in the form of a review; the same source gives the same form. */
export const fillForm = (source: FormSource): ReviewForm => {
  const { asOf, facilityId, standing } = source;
  const facts: Readonly<Record<FormSection, readonly FormLine[]>> = {
    use_of_funds: facilityId === null ? [] : listFunds(standing, facilityId),
    credit: [],
    finances: listStatement(standing),
    operations: listOperations(standing),
  };
  const measured = creditCatalogue.map((feature, place) => toFeatureLine(feature, source.values[place]));
  const sections = (Object.keys(formSections) as FormSection[]).map((name) => ({
    name,
    lines: [...facts[name], ...measured.filter((_, place) => sectionOf[creditCatalogue[place]?.group ?? ''] === name)],
  }));
  return {
    asOf,
    facilityId,
    sections: sections.filter(({ lines }) => lines.length > 0),
    changes: {
      ...compare(source, measured),
      signals: source.signals.map(({ kind, level, label }) => ({ kind, level, label })),
    },
    ...(source.isSimulated ? { simulated: true as const } : {}),
  };
};

const toFeatureLine = ({ name, label, unit, decimals }: CatalogueFeature, scaled: number | undefined): FormLine => {
  const isKnown = scaled !== undefined && !Number.isNaN(scaled);
  return toLine(name, label, { value: isKnown ? scaled / 10 ** decimals : null, unit });
};

/** What differs from the form before: features that moved, events that became known since, and the tier. */
const compare = ({ standing, before, tier }: FormSource, measured: readonly FormLine[]): ReviewForm['changes'] => {
  if (before === null) return { since: null, lines: [], events: [], tier: { before: null, now: tier } };
  const values = new Map(before.form.sections.flatMap(({ lines }) => lines.map(({ name, value }) => [name, value])));
  const moved = measured.flatMap((line) => {
    const then = values.get(line.name) ?? null;
    return then === line.value ? [] : [{ ...line, before: then }];
  });
  return {
    since: before.form.asOf,
    lines: moved,
    events: countNew(standing, Date.parse(before.form.asOf)),
    tier: { before: before.tier, now: tier },
  };
};

/** What a customer says of its own need is for its care, and counts against nobody. */
const untold: readonly EventType[] = ['complaint', 'hardship', 'retraction', 'industry_index'];

const countNew = (standing: readonly DatedEvent[], since: number): ReviewForm['changes']['events'] => {
  const fresh = standing.filter(({ known }) => known > since);
  return (Object.keys(eventTypes) as EventType[]).flatMap((type) => {
    const count = fresh.filter(({ event }) => event.type === type).length;
    return count === 0 || untold.includes(type) ? [] : [{ type, label: eventTypes[type].label, count }];
  });
};
