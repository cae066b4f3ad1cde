/** What a value of a label can mean; open = the outcome is not known yet. */
export type LabelMeaning = 'bad' | 'good' | 'open';

/** Words that say a meaning by themselves. */
const said: Readonly<Record<LabelMeaning, readonly string[]>> = {
  bad: [
    ...['bad', 'default', 'defaulted', 'charged off', 'chargedoff', 'charge off', 'chgoff', 'delinquent', 'overdue'],
    ...['bankrupt', 'not fully paid', 'not paid', 'unpaid', 'bad credit', 'high risk', 'npl', 'written off'],
    ...['坏', '坏客户', '违约', '逾期', '高风险'],
  ],
  good: [
    ...['good', 'paid', 'fully paid', 'paid off', 'p i f', 'repaid', 'no default', 'non-default', 'not default'],
    ...['performing', 'good credit', 'low risk', 'not bankrupt', 'on time'],
    ...['好', '好客户', '正常', '未违约', '未逾期', '低风险'],
  ],
  open: ['current', 'in grace period', 'issued', 'late (16-30 days)', 'late (31-120 days)', 'open', '未到期'],
};

/** Words that answer a question: bad where the column asks for what is bad, as credit data mostly does. */
const answers = { yes: ['yes', 'y', 'true', 't', '是', '1', '1.0'], no: ['no', 'n', 'false', 'f', '否', '0', '0.0'] };

const meaningsOf = new Map<string, LabelMeaning>(
  (Object.keys(said) as LabelMeaning[]).flatMap((meaning) => said[meaning].map((word) => [word, meaning] as const)),
);

/** What a label's value says by itself; null where it is no word for it. */
export const meaningOf = (value: string): LabelMeaning | null => meaningsOf.get(value.toLowerCase()) ?? null;

/** Whether two values are yes and no, in words, letters or digits. */
export const answerOf = (values: readonly string[]): { yes: string; no: string } | null => {
  const find = (words: readonly string[]) => values.find((value) => words.includes(value.toLowerCase()));
  const [yes, no] = [find(answers.yes), find(answers.no)];
  return values.length === 2 && yes !== undefined && no !== undefined ? { yes, no } : null;
};

const ASKS_BAD = /default|bad|delinq|dlq|overdue|arrear|charge|bankrupt|npl|fraud|loss|late|坏|违约|逾期/i;
const ASKS_GOOD = /good|paid|repay|repaid|creditab|creditworth|perform|好|正常|还清|结清/i;
/** Names that labels have and hardly anything else. */
const NAMED_LABEL =
  /^(is_|has_)?(target|label|class|y|outcome|response|default|defaulted|default_flag|bad|bad_flag|good_bad|gb|loan_status|credit_risk|risk|bankrupt|bankruptcy|标签|目标|目标变量|违约|是否违约|是否逾期|好坏)$/i;

/** Whether a column asks for what is good, so that its yes is the good one. */
export const asksForGood = (column: string): boolean => ASKS_GOOD.test(column) && !ASKS_BAD.test(column);

/** How much a column's name speaks for a label: 4 as a label is called, 2 by what it asks for, 0 not at all. */
export const weighLabelName = (source: string, name: string): number => {
  if (NAMED_LABEL.test(name) || NAMED_LABEL.test(source.trim())) return 4;
  return ASKS_BAD.test(source) || ASKS_GOOD.test(source) || /(^|_)(status|target|label|class)(_|$)/.test(name) ? 2 : 0;
};
