import type { Input, Term } from '../domain/model.ts';
import { Tier } from '../domain/ordered.ts';
import type { Locale } from '../domain/text.ts';
import { MOST_REASONS } from '../explanation/ranking.ts';
import { nameBin } from '../explanation/scorecard-table.ts';
import type { Reference } from '../model/reference.ts';
import { type ExportLayout, headLines, termGroups } from './layout.ts';
import { apply, floor, floorQuotient, number, reference, tableNamespace, text } from './pmml-expression.ts';
import { binName, createFields, tableName } from './pmml-fields.ts';
import { element } from './xml.ts';

const MOST_EXPONENT = 700;

/**
 * A model as PMML 4.4: a chain of scorecards, the first for the score, then one for each tier, whose baselines are the
 * references of that tier. Terms over one input have a line for each bin; those over several are looked up in a table of cells,
 * written once. So the scores are the service's integers, and the reason codes, added up by code, its reasons.
 * Numbers of more than 15 digits may be read otherwise than by the service.
 */
export const toPmml = (layout: ExportLayout, locale: Locale): string => {
  const fields = createFields(layout, locale);
  const body = element('PMML', { xmlns: 'http://www.dmg.org/PMML-4_4', ...tableNamespace, version: '4.4' }, [
    element('Header', { copyright: '', description: headLines(layout).join('; ') }, [
      element('Application', { name: 'Vigil' }),
    ]),
    dataDictionary(layout, locale),
    element('TransformationDictionary', {}, fields),
    chain(layout, locale),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
};

const dataDictionary = ({ columns }: ExportLayout, locale: Locale): string =>
  element(
    'DataDictionary',
    { numberOfFields: columns.length },
    columns.map(({ name, categories, label }) =>
      element('DataField', {
        name,
        displayName: label[locale],
        optype: categories ? 'categorical' : 'continuous',
        dataType: categories ? 'string' : 'double',
      }),
    ),
  );

const miningSchema = (layout: ExportLayout): string =>
  element(
    'MiningSchema',
    {},
    layout.columns.map(({ name }) => element('MiningField', { name, invalidValueTreatment: 'asIs' })),
  );

/** The score first, then the scorecard of the tier it falls into. */
const chain = (layout: ExportLayout, locale: Locale): string => {
  const { model, cutOffs } = layout;
  const score = 'vigil_score';
  const below = (value: number) => element('SimplePredicate', { field: score, operator: 'lessThan', value });
  const from = (value: number) => element('SimplePredicate', { field: score, operator: 'greaterOrEqual', value });
  const predicates: Readonly<Record<Tier, string>> = {
    low: below(cutOffs.medium),
    medium: element('CompoundPredicate', { booleanOperator: 'and' }, [from(cutOffs.medium), below(cutOffs.high)]),
    high: from(cutOffs.high),
  };
  const first = element('Segment', { id: 'score' }, [
    element('True', {}),
    element(
      'Scorecard',
      { functionName: 'regression', initialScore: model.intercept.microLogits, useReasonCodes: false },
      [
        miningSchema(layout),
        element('Output', {}, [
          element('OutputField', { name: score, feature: 'predictedValue', optype: 'continuous', dataType: 'double' }),
        ]),
        element('Characteristics', {}, plainCharacteristics(layout, locale)),
      ],
    ),
  ]);
  const tiers = Tier.options.map((tier, rank) =>
    element('Segment', { id: tier }, [
      predicates[tier],
      tierScorecard(layout, { tier, from: layout.references[rank] as Reference, locale }),
    ]),
  );
  return element('MiningModel', { modelName: `${model.name}@${model.version}`, functionName: 'regression' }, [
    miningSchema(layout),
    element('Segmentation', { multipleModelMethod: 'modelChain' }, [first, ...tiers]),
  ]);
};

const plainCharacteristics = (layout: ExportLayout, locale: Locale): string[] =>
  layout.model.terms.map((term, index) =>
    element(
      'Characteristic',
      { name: `term_${index + 1}` },
      attributes(layout, { term, locale, table: reference(tableName(index)) }),
    ),
  );

interface TierScorecard {
  readonly tier: Tier;
  readonly from: Reference;
  readonly locale: Locale;
}

/**
 * Each term is a characteristic with its reference as baseline. One that counts towards several groups is one characteristic for
 * each, which holds its share of the difference from the reference; what they are measured from is in the initial score.
 */
const tierScorecard = (layout: ExportLayout, { tier, from, locale }: TierScorecard): string => {
  const { model } = layout;
  let initialScore = model.intercept.microLogits;
  const characteristics = model.terms.flatMap((term, index) => {
    const base = from.microLogits[index] as number;
    const groups = termGroups(term, model);
    if (groups.length > 1) initialScore += base;
    return groups.map(({ code }, place) => {
      const single = groups.length === 1;
      const whole = reference(tableName(index));
      const table = single ? whole : shareOf(apply('-', whole, number(base)), { place, parts: groups.length });
      const named = single ? `term_${index + 1}` : `term_${index + 1}_${code}`;
      return element(
        'Characteristic',
        { name: named, reasonCode: code, baselineScore: single ? base : 0 },
        attributes(layout, { term, locale, table }),
      );
    });
  });
  return element(
    'Scorecard',
    {
      functionName: 'regression',
      initialScore,
      useReasonCodes: true,
      reasonCodeAlgorithm: 'pointsAbove',
      baselineMethod: 'other',
    },
    [miningSchema(layout), output(layout, tier), element('Characteristics', {}, characteristics)],
  );
};

/** One of the shares of an integer by `divideAmong`: the first places take what does not divide. */
const shareOf = (total: string, { place, parts }: { place: number; parts: number }): string =>
  floorQuotient(apply('+', total, number(parts - 1 - place)), parts);

interface AttributeWish {
  readonly term: Term;
  readonly locale: Locale;
  /** What a term over several inputs adds, as an expression. */
  readonly table: string;
}

/** A line for each bin of a term over one input, in words; of one over several what its table gives. */
const attributes = ({ model }: ExportLayout, { term, locale, table }: AttributeWish): string[] => {
  if (term.inputs.length > 1) {
    return [element('Attribute', {}, [element('True', {}), element('ComplexPartialScore', {}, [table])])];
  }
  const input = model.inputs[term.inputs[0] as number] as Input;
  return term.microLogits.map((partialScore, bin) =>
    element('Attribute', { partialScore }, [
      element('Extension', { name: 'label', value: `${input.label[locale]}: ${nameBin(input, bin, locale)}` }),
      element('SimplePredicate', { field: binName(input), operator: 'equal', value: bin }),
    ]),
  );
};

const output = ({ model: { scale } }: ExportLayout, tier: Tier): string => {
  const score = reference('micro_logits');
  const transformed = (name: string, dataType: string, expression: string) =>
    element(
      'OutputField',
      { name, feature: 'transformedValue', optype: dataType === 'string' ? 'categorical' : 'continuous', dataType },
      [expression],
    );
  const numerator = apply('-', number(scale.offsetMilli * 1e6 + 5e8), apply('*', number(scale.factorMilli), score));
  const exponent = apply('min', number(MOST_EXPONENT), apply('/', score, number(-1e6)));
  return element('Output', {}, [
    element('OutputField', {
      name: 'micro_logits',
      feature: 'predictedValue',
      optype: 'continuous',
      dataType: 'double',
    }),
    transformed('points', 'double', floor(apply('/', numerator, number(1e9)))),
    transformed('probability', 'double', apply('/', number(1), apply('+', number(1), apply('exp', exponent)))),
    transformed('tier', 'string', text(tier)),
    ...Array.from({ length: MOST_REASONS }, (_, rank) =>
      element('OutputField', {
        name: `reason_${rank + 1}`,
        feature: 'reasonCode',
        rank: rank + 1,
        optype: 'categorical',
        dataType: 'string',
      }),
    ),
  ]);
};
