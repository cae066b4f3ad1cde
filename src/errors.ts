import type { Locale, Text } from './domain/text.ts';

/** What sort of fault it is; the edges (command line, HTTP) alone turn a kind into an exit code or a status. */
export type ErrorKind = 'invalid' | 'missing' | 'conflict' | 'refused' | 'unavailable' | 'cancelled' | 'broken';

interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly zh: string;
  readonly en: string;
}

/** The one table of errors. A text says what is wrong and what to do; `{name}` is filled from the error's values. */
export const errors = {
  bad_arguments: { kind: 'invalid', zh: '命令参数有误：{problem}。', en: 'Bad arguments: {problem}.' },
  bad_json: {
    kind: 'invalid',
    zh: '文件 {file} 不是合法的 JSON：{problem}。',
    en: 'File {file} is not valid JSON: {problem}.',
  },
  bad_artifact: {
    kind: 'invalid',
    zh: '文件 {file} 的 {place} 有误：{problem}。',
    en: 'File {file} is wrong at {place}: {problem}.',
  },
  bad_dictionary: {
    kind: 'invalid',
    zh: '数据字典 {dictionary} 的 {place} 有误：{problem}。',
    en: 'Dictionary {dictionary} is wrong at {place}: {problem}.',
  },
  bad_derivation: {
    kind: 'invalid',
    zh: '衍生特征 {feature} 定义有误：{problem}。',
    en: 'Derived feature {feature} is ill defined: {problem}.',
  },
  file_missing: {
    kind: 'missing',
    zh: '找不到文件 {file}（已查找：{places}）。',
    en: 'File {file} was not found (looked in: {places}).',
  },
  file_unreadable: {
    kind: 'invalid',
    zh: '无法读取文件 {file}：{problem}。',
    en: 'File {file} cannot be read: {problem}.',
  },
  file_unwritable: {
    kind: 'refused',
    zh: '无法写入 {file}：{problem}。',
    en: 'Cannot write {file}: {problem}.',
  },
  file_not_utf8: {
    kind: 'invalid',
    zh: '文件 {file} 不是 UTF-8 编码，请用 --encoding 指定编码（例如 gb18030）。',
    en: 'File {file} is not UTF-8; name its encoding with --encoding (for example gb18030).',
  },
  bad_header: {
    kind: 'invalid',
    zh: '文件 {file} 的表头有误：{problem}。',
    en: 'The header of file {file} is wrong: {problem}.',
  },
  bad_row: {
    kind: 'invalid',
    zh: '文件 {file} 第 {row} 行有误：{problem}。',
    en: 'File {file}, row {row}: {problem}.',
  },
  bad_cell: {
    kind: 'invalid',
    zh: '文件 {file} 第 {row} 行 {column} 列的值“{value}”有误：{problem}。',
    en: 'File {file}, row {row}, column {column}, value "{value}": {problem}.',
  },
  bad_value: {
    kind: 'invalid',
    zh: '字段 {field} 的值“{value}”有误：{problem}。',
    en: 'Field {field}, value "{value}": {problem}.',
  },
  field_missing: {
    kind: 'invalid',
    zh: '缺少字段 {field}（若未知请填 null）。',
    en: 'Field {field} is absent (send null where it is not known).',
  },
  field_unknown: { kind: 'invalid', zh: '没有名为 {field} 的字段。', en: 'There is no field {field}.' },
  too_few_rows: {
    kind: 'invalid',
    zh: '样本不足：{good} 个好客户、{bad} 个坏客户，每类至少需要 {least} 个。',
    en: 'Too few rows: {good} good and {bad} bad; at least {least} of each are needed.',
  },
  no_inputs: {
    kind: 'invalid',
    zh: '没有任何特征能区分好坏客户，无法训练模型。',
    en: 'No input tells good from bad, so there is no model to fit.',
  },
  not_converged: {
    kind: 'broken',
    zh: '逻辑回归在 {steps} 步内未收敛。',
    en: 'The logistic regression did not settle in {steps} steps.',
  },
  bad_settings: {
    kind: 'invalid',
    zh: '训练配置的 {place} 有误：{problem}。',
    en: 'Training settings are wrong at {place}: {problem}.',
  },
  not_monotone: {
    kind: 'refused',
    zh: '模型未通过单调性证明：特征 {input} 在第 {bin} 箱处风险下降 {microLogits} 微对数几率。',
    en: 'The model is not monotone: input {input} falls by {microLogits} micro-logits at bin {bin}.',
  },
  repair_too_large: {
    kind: 'refused',
    zh: '单调修复过大：特征 {input} 需要调整 {microLogits} 微对数几率，上限为 1000。',
    en: 'Repair is too large: input {input} would need {microLogits} micro-logits; the limit is 1000.',
  },
  model_missing: {
    kind: 'missing',
    zh: '找不到模型 {model}（已查找：{places}）。',
    en: 'Model {model} was not found (looked in: {places}).',
  },
  fingerprint_mismatch: {
    kind: 'broken',
    zh: '文件 {file} 的指纹与内容不符，文件可能被改动。',
    en: 'The fingerprint of {file} does not match its content; the file was changed.',
  },
  version_exists: {
    kind: 'conflict',
    zh: '模型 {model} 的版本 {version} 已存在且内容不同；版本不可更改，请换一个版本号。',
    en: 'Model {model} already has a different version {version}; versions are immutable, choose another.',
  },
  policy_missing: {
    kind: 'missing',
    zh: '找不到策略 {policy}（已查找：{places}）。',
    en: 'Policy {policy} was not found (looked in: {places}).',
  },
  bad_policy: {
    kind: 'invalid',
    zh: '策略 {policy} 的规则 {rule} 有误：{problem}。',
    en: 'Policy {policy}, rule {rule}: {problem}.',
  },
  policy_model_mismatch: {
    kind: 'refused',
    zh: '策略 {policy} 与模型 {model} 不匹配：{problem}。',
    en: 'Policy {policy} does not fit model {model}: {problem}.',
  },
  dictionary_missing: {
    kind: 'missing',
    zh: '找不到数据字典 {dictionary}（已查找：{places}）。',
    en: 'Dictionary {dictionary} was not found (looked in: {places}).',
  },
  home_unusable: {
    kind: 'refused',
    zh: '无法使用数据目录 {home}：{problem}。',
    en: 'The home {home} cannot be used: {problem}.',
  },
  database_unavailable: {
    kind: 'unavailable',
    zh: '数据库不可用：{problem}。',
    en: 'The database is not available: {problem}.',
  },
  database_newer: {
    kind: 'refused',
    zh: '数据库由更新版本的 Vigil 写入（迁移 {migration} 未知），请升级 Vigil。',
    en: 'The database was written by a newer Vigil (its migration {migration} is not known here); update Vigil.',
  },
  database_not_empty: {
    kind: 'conflict',
    zh: '数据库的表 {table} 中已有数据，只能恢复到空数据库；请用 VIGIL_HOME 指定新目录，或用 DATABASE_URL 指定空数据库。',
    en: 'The database already has rows in {table}; restore into an empty one (a new folder in VIGIL_HOME, or an empty database in DATABASE_URL).',
  },
  artifact_missing: {
    kind: 'missing',
    zh: '数据库中没有指纹为 {fingerprint} 的模型、策略或字典。',
    en: 'The database has no artifact with the fingerprint {fingerprint}.',
  },
  decision_missing: { kind: 'missing', zh: '没有编号为 {decision} 的决策。', en: 'There is no decision {decision}.' },
  customer_missing: { kind: 'missing', zh: '没有客户 {customer}。', en: 'There is no customer {customer}.' },
  chain_broken: {
    kind: 'broken',
    zh: '审计链在第 {seq} 条记录处断裂：{problem}。',
    en: 'The chain is broken at record {seq}: {problem}.',
  },
  bad_backup: {
    kind: 'invalid',
    zh: '文件 {file} 不是完整的备份：{problem}。',
    en: 'File {file} is no whole backup: {problem}.',
  },
  bad_checkpoint_key: {
    kind: 'invalid',
    zh: '检查点密钥（{source}）有误：{problem}。',
    en: 'The checkpoint key ({source}) is wrong: {problem}.',
  },
  checkpoint_missing: {
    kind: 'missing',
    zh: '还没有检查点覆盖决策 {decision}；请先运行 vigil checkpoint。',
    en: 'No checkpoint covers decision {decision} yet; make one with vigil checkpoint.',
  },
  proof_broken: {
    kind: 'broken',
    zh: '文件 {file} 不能作为证明：{problem}。',
    en: 'File {file} proves nothing: {problem}.',
  },
  cancelled: { kind: 'cancelled', zh: '已取消，未写入任何内容。', en: 'Cancelled; nothing was written.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** A name or a value stands in either language as it is; a phrase is written in both. */
export type ErrorValue = string | number | Text;

/** The values an error's text needs, by the `{names}` in it. */
export type ErrorValues<Code extends ErrorCode> = {
  readonly [Name in Placeholders<(typeof errors)[Code]['en']>]: ErrorValue;
};

type AppErrorArguments<Code extends ErrorCode> = keyof ErrorValues<Code> extends never
  ? [values?: Record<string, never>, options?: { cause?: unknown }]
  : [values: ErrorValues<Code>, options?: { cause?: unknown }];

/** A fault from the table. `values` are for the caller to read; `cause` is for us alone. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly values: Readonly<Record<string, ErrorValue>>;

  constructor(code: ErrorCode, values: Readonly<Record<string, ErrorValue>>, options?: { cause?: unknown }) {
    super(fillTemplate(errors[code].en, values, 'en'), options);
    this.name = 'AppError';
    this.code = code;
    this.values = values;
  }

  get kind(): ErrorKind {
    return errors[this.code].kind;
  }

  /** The text for the caller, in one line. */
  detail(locale: Locale): string {
    return fillTemplate(errors[this.code][locale], this.values, locale);
  }
}

/** Makes an error of the table, its values checked against its text by the compiler. */
export const appError = <Code extends ErrorCode>(code: Code, ...[values, options]: AppErrorArguments<Code>): AppError =>
  new AppError(code, values ?? {}, options);

/** Longest value an error's text shows. */
const MOST_CHARACTERS = 200;

const fillTemplate = (template: string, values: AppError['values'], locale: Locale): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? `{${name}}`;
    return showValue(typeof value === 'object' ? value[locale] : String(value));
  });

/** A value on one line: control characters as spaces, and cut where it is long. */
const showValue = (value: string): string => {
  const line = value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}...` : line;
};
