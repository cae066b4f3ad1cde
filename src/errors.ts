import type { Locale, Text } from './domain/text.ts';

/** What sort of fault it is; the edges (command line, HTTP) alone turn a kind into an exit code or a status. */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'missing'
  | 'conflict'
  | 'refused'
  | 'cancelled'
  | 'broken'
  | 'unavailable'
  | 'unauthenticated'
  | 'forbidden'
  | 'misdirected'
  | 'gone'
  | 'oversized'
  | 'unsupported'
  | 'unsupported_method'
  | 'slow'
  | 'limited';

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
    zh: '文件 {file} 不是 UTF-8 编码，请用 --encoding 指定编码（例如 gb18030、windows-1252）。',
    en: 'File {file} is not UTF-8; name its encoding with --encoding (for example gb18030, windows-1252).',
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
  too_little_data: {
    kind: 'invalid',
    zh: '数据太少：标签列 {column} 只有 {rows} 行为好或坏，至少需要 {least} 行。',
    en: 'Too little data: only {rows} rows are good or bad in column {column}; at least {least} are needed.',
  },
  one_class: {
    kind: 'invalid',
    zh: '标签列 {column} 只有一类：{rows} 行全为 {present}，没有 {absent}。',
    en: 'Column {column} has one class only: all {rows} rows are {present}, none is {absent}.',
  },
  periods_empty: {
    kind: 'invalid',
    zh: '期数列 {column} 与数据字典的 periods 不符：{problem}。',
    en: "Column {column} does not fit the dictionary's periods: {problem}.",
  },
  leaking_columns: {
    kind: 'refused',
    zh: '单独一列就能分出好坏（AUC 高于 {limit}），疑似泄漏结果：{columns}。请在数据字典中将其设为 ignored，或用 --allow-leak {first} 允许。',
    en: 'A single column tells good from bad (AUC above {limit}), so it seems to know the outcome: {columns}. Give it the role ignored in the dictionary, or allow it with --allow-leak {first}.',
  },
  no_inputs: {
    kind: 'invalid',
    zh: '没有任何特征能区分好坏客户，无法训练模型；未采用的列：{columns}。',
    en: 'No input tells good from bad, so there is no model to fit; left out: {columns}.',
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
    zh: '模型 {model} 未通过单调性证明：特征 {input} 在第 {bin} 箱处风险下降 {microLogits} 微对数几率。',
    en: 'Model {model} is not monotone: input {input} falls by {microLogits} micro-logits at bin {bin}.',
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
  horizon_unfit: {
    kind: 'invalid',
    zh: '模型 {model} 不能回答 {days} 天：它以 {period} 天为一期，只回答整期，最远 {longest} 天。',
    en: 'Model {model} tells nothing of {days} days: it counts in periods of {period} days, whole ones only, up to {longest} days.',
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
  bad_signals: {
    kind: 'invalid',
    zh: '信号策略 {policy} 的信号 {signal} 有误：{problem}。',
    en: 'Signal policy {policy}, signal {signal}: {problem}.',
  },
  signals_missing: {
    kind: 'missing',
    zh: '找不到信号策略 {policy}（已查找：{places}）。',
    en: 'Signal policy {policy} was not found (looked in: {places}).',
  },
  signal_missing: { kind: 'missing', zh: '没有信号 {signal}。', en: 'There is no signal {signal}.' },
  signal_refused: {
    kind: 'refused',
    zh: '{actor} 不能处理信号 {signal}：{problem}。',
    en: '{actor} cannot act on signal {signal}: {problem}.',
  },
  signal_conflict: {
    kind: 'conflict',
    zh: '信号 {signal}：{problem}。',
    en: 'Signal {signal}: {problem}.',
  },
  policy_model_mismatch: {
    kind: 'refused',
    zh: '策略 {policy} 与模型 {model} 不匹配：{problem}。',
    en: 'Policy {policy} does not fit model {model}: {problem}.',
  },
  policy_not_in_force: {
    kind: 'unavailable',
    zh: '策略 {policy} 自 {from} 起至 {to}（不含）有效，在 {day} 不生效。',
    en: 'Policy {policy} is in force from {from} until {to}, not on {day}.',
  },
  not_exportable: {
    kind: 'refused',
    zh: '模型 {model} 无法导出为 {format}：{problem}。',
    en: 'Model {model} cannot be exported as {format}: {problem}.',
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
  history_missing: {
    kind: 'missing',
    zh: '请求没有 features，而此前客户 {customer} 也没有可供模型读取的事件：请给出 features，或先报告事件。',
    en: 'There are no features in the request, and by then no events of customer {customer} that the model could read: send features, or report events first.',
  },
  history_too_long: {
    kind: 'invalid',
    zh: '客户 {customer} 的事件多于 {limit} 条，超出一次计算所读的上限：请自行计算并给出 features。',
    en: 'Customer {customer} has more than {limit} events, more than are read for one answer: compute features yourself and send them.',
  },
  customer_missing: { kind: 'missing', zh: '没有客户 {customer}。', en: 'There is no customer {customer}.' },
  review_missing: { kind: 'missing', zh: '没有编号为 {review} 的贷后检查。', en: 'There is no review {review}.' },
  review_concluded: {
    kind: 'conflict',
    zh: '贷后检查 {review} 已有结论；结论只能作出一次。',
    en: 'Review {review} was concluded already; that is done once.',
  },
  outcome_conflict: {
    kind: 'conflict',
    zh: '结果 {outcome} {problem}。',
    en: 'Outcome {outcome} {problem}.',
  },
  event_conflict: {
    kind: 'conflict',
    zh: '事件 {event}：{problem}。',
    en: 'Event {event}: {problem}.',
  },
  event_untimely: {
    kind: 'conflict',
    zh: '事件 {event} 的 {field} 有误：{problem}。',
    en: 'Event {event} is wrong at {field}: {problem}.',
  },
  currency_mixed: {
    kind: 'conflict',
    zh: '事件 {event} 的币种为 {currency}，而客户 {customer} 的金额以 {standing} 计。',
    en: 'Event {event} is in {currency}, but the amounts of customer {customer} are in {standing}.',
  },
  bad_mapping: {
    kind: 'invalid',
    zh: '映射文件 {file} 的 {place} 有误：{problem}。',
    en: 'Mapping {file} is wrong at {place}: {problem}.',
  },
  rows_refused: {
    kind: 'invalid',
    zh: '文件 {file} 有 {refused} 个事件被拒绝，其余 {stored} 个已存储；更正后再次导入即可。',
    en: '{refused} events of file {file} were refused, the other {stored} are stored; set them right and import it again.',
  },
  import_stopped: {
    kind: 'cancelled',
    zh: '已停止：文件 {file} 的 {stored} 个事件已存储；再次导入即从此处继续。',
    en: 'Stopped: {stored} events of file {file} are stored; import it again to go on.',
  },
  clock_behind: {
    kind: 'unavailable',
    zh: '时钟为 {now}，早于最近一次记录的时刻 {last}；请校准时钟，在此之前不接受实时事件。',
    en: 'The clock says {now}, which is before the last event was recorded, at {last}; set it right. Until then no live event is taken.',
  },
  book_started: {
    kind: 'conflict',
    zh: '数据库中已有实时事件或决策，账簿日期的起点不能再改。',
    en: 'The database already holds live events or decisions; where its book starts cannot be changed any more.',
  },
  demo_refused: {
    kind: 'conflict',
    zh: '不能使用演示数据：{problem}。',
    en: 'No demo here: {problem}.',
  },
  chain_broken: {
    kind: 'broken',
    zh: '审计链在第 {seq} 条记录处断裂：{problem}。',
    en: 'The chain is broken at record {seq}: {problem}.',
  },
  home_in_use: {
    kind: 'conflict',
    zh: '数据目录 {home} 正被另一个服务使用；请先停止它，或用 VIGIL_HOME 另选目录。',
    en: 'The home {home} is in use by another service; stop that one, or choose another with VIGIL_HOME.',
  },
  address_in_use: {
    kind: 'conflict',
    zh: '地址 {address} 已被占用；请用 --port 或 VIGIL_PORT 另选端口。',
    en: 'The address {address} is taken; choose another port with --port or VIGIL_PORT.',
  },
  address_unusable: {
    kind: 'refused',
    zh: '无法在 {address} 上监听：{problem}。',
    en: 'Cannot listen on {address}: {problem}.',
  },
  keys_needed: {
    kind: 'refused',
    zh: '未设置 VIGIL_API_KEYS，只能监听本机地址，不能监听 {host}。',
    en: 'Without VIGIL_API_KEYS the service listens on a loopback address only, not on {host}.',
  },
  no_model_live: {
    kind: 'unavailable',
    zh: '没有已上线的模型；请用 model 指定“名称@版本”。',
    en: 'No model is live; name one as name@version in "model".',
  },
  model_not_live: {
    kind: 'missing',
    zh: '没有可调用的模型 {model}；未批准的模型须写明“名称@版本”。',
    en: 'There is no callable model {model}; one that is not promoted must be named as name@version.',
  },
  model_retired: {
    kind: 'gone',
    zh: '模型 {model} 已于 {at} 退役，不再可用：{reason}。',
    en: 'Model {model} was retired at {at} and is not called any more: {reason}.',
  },
  model_untrusted: {
    kind: 'refused',
    zh: '拒绝使用模型 {model}：{problem}。',
    en: 'Model {model} is refused: {problem}.',
  },
  model_unfit: {
    kind: 'invalid',
    zh: '模型 {model} 不能登记：{problem}',
    en: 'Model {model} cannot be registered: {problem}',
  },
  approval_refused: {
    kind: 'refused',
    zh: '{actor} 不能为模型 {model} 作保：{problem}。',
    en: '{actor} cannot vouch for model {model}: {problem}.',
  },
  not_promotable: {
    kind: 'conflict',
    zh: '模型 {model} 不能上线：{problem}。',
    en: 'Model {model} cannot be promoted: {problem}.',
  },
  registry_conflict: {
    kind: 'conflict',
    zh: '模型 {model}：{problem}。',
    en: 'Model {model}: {problem}.',
  },
  adjustment_missing: {
    kind: 'missing',
    zh: '模型 {model} 没有名为 {adjustment} 的调整。',
    en: 'Model {model} has no adjustment {adjustment}.',
  },
  adjustment_unfit: {
    kind: 'conflict',
    zh: '调整 {adjustment} 不适用于模型 {model}：{problem}。',
    en: 'Adjustment {adjustment} does not fit model {model}: {problem}.',
  },
  adjustment_not_monotone: {
    kind: 'conflict',
    zh: '加上调整 {adjustment}{beside} 后，输入 {input} 在第 {bin} 箱处违反风险方向，下降 {microLogits} 微对数几率。',
    en: 'With adjustment {adjustment}{beside} input {input} falls by {microLogits} micro-logits at bin {bin}, against its direction of risk.',
  },
  adjustment_untrusted: {
    kind: 'refused',
    zh: '拒绝使用调整 {adjustment}：{problem}。',
    en: 'Adjustment {adjustment} is refused: {problem}.',
  },
  adjustment_conflict: {
    kind: 'conflict',
    zh: '模型 {model} 的调整 {adjustment}：{problem}。',
    en: 'Adjustment {adjustment} of model {model}: {problem}.',
  },
  bad_body: {
    kind: 'malformed',
    zh: '请求体不是合法的 JSON：{problem}。',
    en: 'The body is not valid JSON: {problem}.',
  },
  bad_request: {
    kind: 'invalid',
    zh: '请求中 {field} 有误：{problem}。',
    en: 'The request is wrong at {field}: {problem}.',
  },
  bad_path: { kind: 'malformed', zh: '地址无法解析：{problem}。', en: 'The address cannot be read: {problem}.' },
  route_missing: { kind: 'missing', zh: '没有地址 {path}。', en: 'There is nothing at {path}.' },
  method_unsupported: {
    kind: 'unsupported_method',
    zh: '{path} 不支持 {method} 方法，可用：{allowed}。',
    en: '{path} does not take {method}; it takes {allowed}.',
  },
  media_type_unsupported: {
    kind: 'unsupported',
    zh: '请求体须为 {wanted}。',
    en: 'The body must be sent as {wanted}.',
  },
  body_too_large: {
    kind: 'oversized',
    zh: '请求体过大，上限为 {limit} 字节。',
    en: 'The body is too large; the limit is {limit} bytes.',
  },
  line_too_long: {
    kind: 'oversized',
    zh: '该行过长，上限为 {limit} 字节。',
    en: 'The line is too long; the limit is {limit} bytes.',
  },
  body_too_slow: {
    kind: 'slow',
    zh: '请求体未在 {seconds} 秒内到达。',
    en: 'The body did not arrive within {seconds} seconds.',
  },
  key_unknown: {
    kind: 'unauthenticated',
    zh: '缺少有效的 API 密钥（Authorization: Bearer ...）。',
    en: 'A valid API key is needed (Authorization: Bearer ...).',
  },
  host_refused: {
    kind: 'misdirected',
    zh: '未设置密钥的服务只应答 localhost，不应答 {host}。',
    en: 'A service without keys answers to localhost only, not to {host}.',
  },
  forwarded_refused: {
    kind: 'forbidden',
    zh: '未设置密钥的服务不接受转发的请求（{header}）。',
    en: 'A service without keys takes no forwarded requests ({header}).',
  },
  origin_refused: {
    kind: 'forbidden',
    zh: '不接受来自 {origin} 网页的请求。',
    en: 'Requests from pages of {origin} are not taken.',
  },
  idempotency_conflict: {
    kind: 'conflict',
    zh: '该 Idempotency-Key 已用于内容不同的请求。',
    en: 'This Idempotency-Key was used for a different request.',
  },
  decision_erased: {
    kind: 'gone',
    zh: '决策 {decision} 的个人信息已依法删除。',
    en: 'The personal data of decision {decision} was erased.',
  },
  overloaded: {
    kind: 'unavailable',
    zh: '服务繁忙，请稍后重试。',
    en: 'The service is overloaded; try again shortly.',
  },
  stopping: { kind: 'unavailable', zh: '服务正在停止。', en: 'The service is stopping.' },
  too_many_streams: {
    kind: 'limited',
    zh: '同时打开的流过多，每个密钥最多 {limit} 个。',
    en: 'Too many streams are open; each key may have {limit}.',
  },
  stream_idle: { kind: 'slow', zh: '流已空闲 {seconds} 秒。', en: 'The stream was idle for {seconds} seconds.' },
  service_unreachable: {
    kind: 'unavailable',
    zh: '位于 {url} 的服务没有应答：{problem}。',
    en: 'The service at {url} does not answer: {problem}.',
  },
  service_refused: {
    kind: 'refused',
    zh: '位于 {url} 的服务拒绝（{reply}）：{problem}',
    en: 'The service at {url} refused ({reply}): {problem}',
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
  bad_signing_key: {
    kind: 'invalid',
    zh: '签名密钥（{source}）有误：{problem}。',
    en: 'The signing key ({source}) is wrong: {problem}.',
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
  bench_failed: { kind: 'broken', zh: '检验未通过：{problem}。', en: 'The bench does not hold: {problem}.' },
  cancelled: { kind: 'cancelled', zh: '已取消，未写入任何内容。', en: 'Cancelled; nothing was written.' },
  internal: { kind: 'broken', zh: '内部故障：{problem}。', en: 'Internal fault: {problem}.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** A name or a value stands in either language as it is; a phrase is written in both. */
export type ErrorValue = string | number | Text;

/** The values an error's text needs, by the `{names}` in it. A problem is a phrase, so that no line mixes languages. */
export type ErrorValues<Code extends ErrorCode> = {
  readonly [Name in Placeholders<(typeof errors)[Code]['en']>]: Name extends 'problem' ? Text : ErrorValue;
};

/** Why an error came about, for us alone; for the caller the faults found beside it, and the part of a request it is in. */
interface AppErrorOptions {
  readonly cause?: unknown;
  readonly others?: readonly AppError[];
  readonly place?: string;
}

type AppErrorArguments<Code extends ErrorCode> = keyof ErrorValues<Code> extends never
  ? [values?: Record<string, never>, options?: AppErrorOptions]
  : [values: ErrorValues<Code>, options?: AppErrorOptions];

/** A fault from the table. `values` are for the caller to read; `cause` is for us alone. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly values: Readonly<Record<string, ErrorValue>>;
  /** Faults of the same request beside this one, where one answer names them all. */
  readonly others: readonly AppError[];
  /** The part of a larger request the fault is in (`requests.3`); empty where there is but one. */
  readonly place: string;

  constructor(code: ErrorCode, values: Readonly<Record<string, ErrorValue>>, options: AppErrorOptions = {}) {
    super(fillTemplate(errors[code].en, values, 'en'), { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.values = values;
    this.others = options.others ?? [];
    this.place = options.place ?? '';
  }

  get kind(): ErrorKind {
    return errors[this.code].kind;
  }

  /** The same fault with others that the caller should read at once. */
  beside(others: readonly AppError[]): AppError {
    return new AppError(this.code, this.values, { ...this, cause: this.cause, others });
  }

  /** The same fault, with those beside it, in a part of a larger request. */
  within(place: string): AppError {
    const others = this.others.map((other) => other.within(place));
    return new AppError(this.code, this.values, { cause: this.cause, others, place });
  }

  /** The text for the caller, in one line. */
  detail(locale: Locale): string {
    return fillTemplate(errors[this.code][locale], this.values, locale);
  }
}

/** Whether a fault is that of one thing, which others outlive: neither a fault of the program nor a database that is away. */
export const isContained = (fault: unknown): fault is AppError =>
  fault instanceof AppError && fault.kind !== 'unavailable';

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
