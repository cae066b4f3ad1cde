import type { Dictionary, DictionaryColumn, FeatureColumn, PanelHazard, Periods } from '../../src/domain/dictionary.ts';
import type { Text } from '../../src/domain/text.ts';
import { appError } from '../../src/errors.ts';

/** A dictionary whose rows are periods of customers. */
export type PanelDictionary = Dictionary & { readonly hazard: PanelHazard; readonly periods: Periods };

/**
 * Makes sure that a dictionary says how its rows tell when somebody defaults, of columns that are there and are no features,
 * and whose they are in one way.
 * @throws bad_dictionary
 */
export const requirePanel = (dictionary: Dictionary): PanelDictionary => {
  const { hazard, periods, name, customer, columns, derived } = dictionary;
  const refuse = (place: string, problem: Text) => appError('bad_dictionary', { dictionary: name, place, problem });
  if (!hazard) throw refuse('hazard', { zh: '没有这一部分', en: 'there is no such part' });
  if (!periods) throw refuse('periods', { zh: '风险率需要期数', en: 'hazards need the periods of the rows' });
  if ([...columns, ...derived].some((column) => column.name === hazard.period.name)) {
    throw refuse('hazard.period.name', { zh: '已有同名的列', en: 'there is a column of that name' });
  }
  if (customer !== undefined && customer !== hazard.customer) throw refuse('customer', otherThan(hazard));
  for (const [place, wanted] of Object.entries(namedColumns({ hazard, periods }))) {
    if (columns.some((column) => column.name === wanted && column.role !== 'feature')) continue;
    throw refuse(`hazard.${place}`, {
      zh: `没有名为 ${wanted} 的非特征列`,
      en: `there is no column ${wanted} that is no feature`,
    });
  }
  return { ...dictionary, hazard, periods };
};

const otherThan = ({ customer }: PanelHazard): Text => ({
  zh: `面板按 hazard.customer（${customer}）整体分折，不得另指一列`,
  en: `the folds of a panel are whole by hazard.customer, ${customer}, and by no other column`,
});

const namedColumns = ({ hazard, periods }: Pick<PanelDictionary, 'hazard' | 'periods'>) => ({
  customer: hazard.customer,
  'period.since': hazard.period.since,
  now: periods.column,
  'payoff.column': hazard.payoff.column,
});

/** The dictionary by which a panel's file is read: it names whose a row is; what tells periods and payoffs is read like a feature. */
export const toReadingDictionary = (dictionary: PanelDictionary): Dictionary => {
  const { hazard, periods, groups, periods: _, ...rest } = dictionary;
  const [group] = groups;
  const read = new Map<string, 'category' | 'number'>([
    [hazard.payoff.column, 'category'],
    [hazard.period.since, 'number'],
    [periods.column, 'number'],
  ]);
  const columns = dictionary.columns.map((column): DictionaryColumn => {
    const type = read.get(column.name);
    return type === undefined ? column : toFeature(column, type, group?.name ?? '');
  });
  return { ...rest, customer: hazard.customer, groups, columns };
};

const toFeature = (
  { name, source, label }: Pick<DictionaryColumn, 'name' | 'source' | 'label'>,
  type: 'category' | 'number',
  group: string,
): FeatureColumn => {
  const base = {
    name,
    source,
    label,
    reason: label,
    group,
    role: 'feature' as const,
    unit: null,
    protected: false,
    actionable: false,
    purposes: ['credit' as const],
    missing: { allowed: false, mayBeatBest: false },
  };
  if (type === 'category') return { ...base, type, categories: [] };
  return { ...base, type, decimals: 0, minimum: null, maximum: null, codes: [], direction: null };
};

/** The dictionary of the rows as models see them: with whose they are and the column that counts periods, and no panel any more. */
export const toRowDictionary = ({ hazard, ...dictionary }: PanelDictionary): Dictionary => {
  const { name, label, reason, unit, group } = hazard.period;
  const made = toFeature({ name, source: name, label }, 'number', group.name);
  const known = dictionary.groups.some((each) => each.name === group.name);
  return {
    ...dictionary,
    customer: hazard.customer,
    groups: known ? dictionary.groups : [...dictionary.groups, group],
    columns: [...dictionary.columns, { ...made, reason, unit } as FeatureColumn],
  };
};
